import { describe, expect, test } from 'vitest';
import { canonicalJson, digest, shortDigest } from '../../shared/model/digest.ts';
import { heard, parseCompletion, parseDuration, says } from '../../shared/model/policy-values.ts';
import {
  day,
  formatDuration,
  hour,
  isoTime,
  minute,
  parseDate,
  parseInstant,
  second,
  week,
} from '../../shared/model/time.ts';

test('units are what they are', () => {
  expect([second, minute, hour, day, week]).toEqual([1_000, 60_000, 3_600_000, 86_400_000, 604_800_000]);
});

test('an instant is read from what EC2 writes, and from nothing else', () => {
  expect(parseInstant('2026-11-23T10:00:00.000Z')).toBe(Date.UTC(2026, 10, 23, 10));
  expect(parseInstant('1970-01-01T00:00:00.000Z')).toBe(0);
  expect(parseInstant('soon')).toBeUndefined();
  expect(parseInstant(undefined)).toBeUndefined();
  expect(isoTime(0)).toBe('1970-01-01T00:00:00.000Z');
});

test.each([
  [0, '0m'],
  [day, '1d'],
  [7 * day, '7d'],
  [day + hour, '25h'],
  [hour, '1h'],
  [hour + minute, '61m'],
  [45 * minute, '45m'],
  [29 * second, '0m'],
  [30 * second, '1m'],
])('%i ms are written as %s', (duration, text) => expect(formatDuration(duration)).toBe(text));

describe('a duration', () => {
  test.each<[unknown, number | undefined]>([
    ['12h', 12 * hour],
    ['30d', 30 * day],
    ['6w', 6 * week],
    ['0d', 0],
    ['99999h', 99_999 * hour],
    ['100000h', undefined],
    ['30m', undefined],
    ['30', undefined],
    ['d', undefined],
    ['1.5d', undefined],
    ['-1d', undefined],
    ['x30d', undefined],
    ['30d!', undefined],
    [30, undefined],
    [['30d'], undefined],
  ])('%s', (written, expected) => expect(parseDuration(written)).toBe(expected));
});

describe('a time for a copy, in minutes', () => {
  test.each<[unknown, number | undefined]>([
    ['45m', 45],
    ['2h', 120],
    ['1d', 1440],
    ['1w', undefined],
    ['x45m', undefined],
    ['45mm', undefined],
    ['100000m', undefined],
    [45, undefined],
    [['45m'], undefined],
  ])('%s', (written, expected) => expect(parseCompletion(written)).toBe(expected));
});

describe('a date', () => {
  test.each<[unknown, number | undefined]>([
    ['2027-03-31', Date.UTC(2027, 2, 31)],
    ['2028-02-29', Date.UTC(2028, 1, 29)],
    ['2027-02-29', undefined],
    ['2027-13-01', undefined],
    ['2027-3-31', undefined],
    ['x2027-03-31', undefined],
    ['2027-03-31T10:00:00Z', undefined],
    ['12027-03-31', undefined],
    ['2027-03-311', undefined],
    [20270331, undefined],
    [['2027-03-31'], undefined],
  ])('%s', (written, expected) => expect(parseDate(written)).toBe(expected));
});

test('a refusal is heard as it was said, and other texts are none', () => {
  expect(heard(says('schema/value', 'a: b\nc'))).toEqual({ rule: 'schema/value', sentence: 'a: b\nc' });
  expect(heard(says('schema/unknown-key', ''))).toEqual({ rule: 'schema/unknown-key', sentence: '' });
  for (const other of ['Invalid input', 'x schema/value: a', 'schema: a', 'schema/value:a', '/value: a', 'schema/: a'])
    expect(heard(other)).toBeUndefined();
});

describe('canonical JSON', () => {
  test('is the same in whatever order the keys come', () => {
    expect(canonicalJson({ b: 1, a: [{ d: 1, c: 2 }, 'x', null] })).toBe('{"a":[{"c":2,"d":1},"x",null],"b":1}');
  });

  test('leaves out what is not there, and leaves dates to themselves', () => {
    expect(canonicalJson({ a: undefined, at: new Date(0) })).toBe('{"at":"1970-01-01T00:00:00.000Z"}');
  });

  test('keeps the order of a list', () => expect(canonicalJson([2, 1])).toBe('[2,1]'));

  test('has a digest, and a short one for people', () => {
    expect(digest({})).toBe('44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a');
    expect(shortDigest({})).toBe('44136fa');
    expect(shortDigest({}, 12)).toBe('44136fa355b3');
  });
});
