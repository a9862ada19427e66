import { describe, expect, test } from 'vitest';
import type * as z from 'zod';
import {
  accountId,
  asSet,
  completion,
  count,
  dateOr,
  duration,
  endOfTime,
  imageId,
  kmsKey,
  organizationArn,
  region,
  setOf,
  sharee,
  tagFilter,
  textLike,
  timeOfDay,
  unitArn,
  words,
} from '../../shared/model/policy-values.ts';
import { day, hour, week } from '../../shared/model/time.ts';

/** What is read, or the first refusal. */
function read(schema: z.ZodType, value: unknown): unknown {
  const result = schema.safeParse(value);
  return result.success ? result.data : `refused: ${result.error.issues[0]?.message}`;
}
const refused = (why: string): string => `refused: ${why}`;
const takes = (schema: z.ZodType, value: unknown): boolean => schema.safeParse(value).success;

describe('a duration', () => {
  test.each<[unknown, unknown]>([
    ['12h', 12 * hour],
    ['30d', 30 * day],
    ['6w', 6 * week],
    [180, refused('schema/duration: {value} has no unit; write 180d')],
    ['180', refused('schema/duration: {value} has no unit; write 180d')],
    [' 30 d ', refused('schema/duration: {value} is no duration; did you mean 30d?')],
    ['30m', refused('schema/duration: no minutes here; did you mean 30d?')],
    ['30 min', refused('schema/duration: no minutes here; did you mean 30d?')],
    ['30mins', refused('schema/duration: no minutes here; did you mean 30d?')],
    ['30minute', refused('schema/duration: no minutes here; did you mean 30d?')],
    ['30minutes', refused('schema/duration: no minutes here; did you mean 30d?')],
    ['3mo', refused('schema/duration: no months, their length varies; did you mean 90d?')],
    ['3mon', refused('schema/duration: no months, their length varies; did you mean 90d?')],
    ['3month', refused('schema/duration: no months, their length varies; did you mean 90d?')],
    ['3Months', refused('schema/duration: no months, their length varies; did you mean 90d?')],
    ['2y', refused('schema/duration: no years, their length varies; did you mean 730d?')],
    ['2yr', refused('schema/duration: no years, their length varies; did you mean 730d?')],
    ['2yrs', refused('schema/duration: no years, their length varies; did you mean 730d?')],
    ['2year', refused('schema/duration: no years, their length varies; did you mean 730d?')],
    ['2years', refused('schema/duration: no years, their length varies; did you mean 730d?')],
    ['5 hours', refused('schema/duration: {value} is no duration; did you mean 5h?')],
    ['5D', refused('schema/duration: {value} is no duration; did you mean 5d?')],
    ['5weeks', refused('schema/duration: {value} is no duration; did you mean 5w?')],
    ['5x', refused('schema/duration: {value} has no unit that is known; write 5h, 5d or 5w')],
    ['5xh', refused('schema/duration: {value} has no unit that is known; write 5h, 5d or 5w')],
    ['5minx', refused('schema/duration: {value} has no unit that is known; write 5h, 5d or 5w')],
    ['5xm', refused('schema/duration: {value} has no unit that is known; write 5h, 5d or 5w')],
    ['5xmonths', refused('schema/duration: {value} has no unit that is known; write 5h, 5d or 5w')],
    ['5monthsx', refused('schema/duration: {value} has no unit that is known; write 5h, 5d or 5w')],
    ['5xy', refused('schema/duration: {value} has no unit that is known; write 5h, 5d or 5w')],
    ['5yearsx', refused('schema/duration: {value} has no unit that is known; write 5h, 5d or 5w')],
    [[30], refused('schema/duration: {value} is no duration; write a whole number and h, d or w')],
    ['', refused('schema/duration: {value} is no duration; write a whole number and h, d or w')],
    ['soon', refused('schema/duration: {value} is no duration; write a whole number and h, d or w')],
    ['-1d', refused('schema/duration: {value} is no duration; write a whole number and h, d or w')],
    ['1.5d', refused('schema/duration: {value} is no duration; write a whole number and h, d or w')],
    ['123456d', refused('schema/duration: {value} is no duration; write a whole number and h, d or w')],
    [true, refused('schema/duration: {value} is no duration; write a whole number and h, d or w')],
  ])('%s', (written, expected) => expect(read(duration, written)).toEqual(expected));
});

describe('a time for a copy', () => {
  test.each<[unknown, unknown]>([
    ['45m', 45],
    ['2h', 120],
    ['1d', 1440],
    [45, refused('schema/duration: {value} has no unit; write 45m')],
    ['45', refused('schema/duration: {value} has no unit; write 45m')],
    ['x45', refused('schema/duration: {value} is no time such as 45m or 2h')],
    ['45x', refused('schema/duration: {value} is no time such as 45m or 2h')],
    ['2w', refused('schema/duration: {value} is no time such as 45m or 2h')],
    [[45], refused('schema/duration: {value} is no time such as 45m or 2h')],
  ])('%j', (written, expected) => expect(read(completion, written)).toEqual(expected));
});

describe('a time of day', () => {
  const no = refused('schema/value: {value} is no time of day such as 09:00');
  test.each<[unknown, unknown, unknown]>([
    ['00:00', 0, 0],
    ['09:30', 570, 570],
    ['19:59', 1199, 1199],
    ['23:59', 1439, 1439],
    ['24:00', no, 1440],
    ['24:01', no, no],
    ['25:00', no, no],
    ['9:00', no, no],
    ['09:60', no, no],
    ['x09:00', no, no],
    ['09:00x', no, no],
    ['x24:00', no, no],
    ['24:00x', no, no],
    [
      540,
      refused('schema/type: {value} is read as a number; put it in quotes'),
      refused('schema/type: {value} is read as a number; put it in quotes'),
    ],
  ])('%s', (written, from, to) => expect([read(timeOfDay, written), read(endOfTime, written)]).toEqual([from, to]));

  test('that is neither text nor number is refused in general', () => {
    expect(String(read(timeOfDay, true))).toContain('refused: Invalid input');
  });
});

describe('a date', () => {
  const date = dateOr('a date');
  const no = refused('schema/value: {value} is not a date');
  test.each<[unknown, unknown]>([
    ['2027-03-31', Date.UTC(2027, 2, 31)],
    ['2027-02-30', no],
    ['2027-3-1', no],
    ['x2027-03-31', no],
    ['2027-03-31x', no],
    [20270331, no],
  ])('%s', (written, expected) => expect(read(date, written)).toEqual(expected));

  test('is refused once', () => expect(date.safeParse('2027-3-1').error?.issues).toHaveLength(1));
});

describe('who may be shared with', () => {
  const organization = 'arn:aws:organizations::111122223333:organization/o-a1b2c3d4e5';
  const unit = 'arn:aws:organizations::111122223333:ou/o-a1b2c3d4e5/ou-ab12-cdef3456';

  test.each<[unknown, string | undefined]>([
    ['111122223333', 'account:111122223333'],
    ['anyone', 'everyone'],
    [organization, `organization:${organization}`],
    [unit, `unit:${unit}`],
    ['11112222333', undefined],
    ['1111222233334', undefined],
    ['x111122223333', undefined],
    ['anyones', undefined],
    ['xanyone', undefined],
    [`x${organization}`, undefined],
    [`${unit}/x`, undefined],
  ])('%s', (written, expected) => expect(takes(sharee, written) ? read(sharee, written) : undefined).toBe(expected));

  test.each([sharee, accountId])('is an account in quotes', (schema) => {
    expect(read(schema, 111122223333)).toBe(
      refused('share/unquoted-account: {value} is read as a number; put it in quotes'),
    );
    expect(String(read(schema, true))).toContain('refused: Invalid input');
  });

  test.each<[z.ZodType, string, boolean]>([
    [accountId, '012345678901', true],
    [accountId, '01234567890', false],
    [accountId, '0123456789012', false],
    [accountId, 'x012345678901', false],
    [organizationArn, organization, true],
    [organizationArn, organization.replace('aws', 'aws-cn'), true],
    [organizationArn, organization.slice(0, -1), false],
    [organizationArn, `${organization}${'a'.repeat(22)}`, true],
    [organizationArn, `${organization}${'a'.repeat(23)}`, false],
    [organizationArn, `x${organization}`, false],
    [organizationArn, unit, false],
    [unitArn, unit, true],
    [unitArn, unit.replace('aws', 'aws-cn'), true],
    [sharee, unit.replace('aws', 'aws-us-gov'), true],
    [unitArn, unit.slice(0, -1), false],
    [unitArn, unit.replace('ab12', 'ab1'), false],
    [unitArn, unit.replace('ab12', 'a'.repeat(32)), true],
    [unitArn, unit.replace('ab12', 'a'.repeat(33)), false],
    [unitArn, `${unit}${'a'.repeat(24)}`, true],
    [unitArn, `${unit}${'a'.repeat(25)}`, false],
    [unitArn, `x${unit}`, false],
    [unitArn, organization, false],
  ])('%# is taken as it is, or not', (schema, text, expected) => expect(takes(schema, text)).toBe(expected));
});

describe('a key', () => {
  const id = '01234567-89ab-cdef-0123-456789abcdef';
  const arn = `arn:aws:kms:us-east-1:111122223333:key/${id}`;
  test.each<[string, boolean]>([
    ['alias/golden', true],
    ['alias/team/golden-1', true],
    ['alias/', false],
    ['xalias/golden', false],
    ['alias/gold en', false],
    [arn, true],
    [arn.replace('aws', 'aws-us-gov'), true],
    [arn.replace(`key/${id}`, 'alias/golden'), true],
    [arn.replace('key/', 'grant/'), false],
    [arn.replace('111122223333', '1'), false],
    [`x${arn}`, false],
    [`${arn} `, false],
    [id, true],
    [id.slice(1), false],
    [`${id}0`, false],
    [id.replace('89ab', '89a'), false],
    [`mrk-${'0a'.repeat(16)}`, true],
    [`mrk-${'0a'.repeat(15)}`, false],
    [`xmrk-${'0a'.repeat(16)}`, false],
  ])('%s: %s', (text, expected) => expect(takes(kmsKey, text)).toBe(expected));
});

describe('ids and Regions', () => {
  test.each<[z.ZodType, string, boolean]>([
    [region, 'eu-west-1', true],
    [region, 'us-gov-east-12', true],
    [region, 'xeu-west-1', false],
    [region, 'eu-west-1a', false],
    [region, 'eu-1', false],
    [imageId, 'ami-0123abcd', true],
    [imageId, 'ami-0123456789abcdef0', true],
    [imageId, 'ami-0123abcde', false],
    [imageId, 'xami-0123abcd', false],
    [textLike(/^a$/, 'an a'), 'a', true],
    [textLike(/^a$/, 'an a'), 'b', false],
  ])('%# is taken as it is, or not', (schema, text, expected) => expect(takes(schema, text)).toBe(expected));
});

describe('a set', () => {
  test('is sorted and holds each once', () => {
    expect(asSet(['b', 'a', 'b'])).toEqual(['a', 'b']);
    expect(read(setOf(region), ['us-east-1', 'eu-west-1', 'us-east-1'])).toEqual(['eu-west-1', 'us-east-1']);
  });

  test('names at least one', () => {
    expect(read(setOf(region), [])).toBe(refused('schema/value: is empty; name at least one or leave it out'));
    expect(takes(words, [])).toBe(false);
    expect(takes(words, '')).toBe(false);
    expect(takes(words, [''])).toBe(false);
  });

  test('may be written as one text', () => {
    expect([read(words, 'b'), read(words, ['b', 'a', 'b'])]).toEqual([['b'], ['a', 'b']]);
    expect(read(tagFilter, { Team: 'a', Stage: ['p', 'd'] })).toEqual({ Team: ['a'], Stage: ['d', 'p'] });
  });
});

describe('a count from 1 to 3', () => {
  test.each<[unknown, unknown]>([
    [0, refused('schema/value: {value} is less than 1')],
    [1, 1],
    [3, 3],
    [4, refused('schema/value: {value} is more than 3')],
    ['2', refused('schema/type: {value} is no whole number')],
    [1.5, refused('schema/type: {value} is no whole number')],
  ])('%s', (written, expected) => expect(read(count(1, 3), written)).toEqual(expected));

  test('2^60, which is whole, but too big for any count', () => {
    expect(String(read(count(1, 3), 2 ** 60))).toContain('refused: Too big');
  });
});
