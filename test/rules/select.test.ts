import { describe, expect, test } from 'vitest';
import { known, unknown } from '../../shared/model/evidence.ts';
import { imageKey } from '../../shared/model/ids.ts';
import type { Image } from '../../shared/model/image.ts';
import type { Selector } from '../../shared/model/policy.ts';
import { day } from '../../shared/model/time.ts';
import { familyOf, nameBase } from '../../shared/rules/family.ts';
import { type Match, matches, matchesPattern, openQuestions } from '../../shared/rules/select.ts';
import type { Sight } from '../../shared/rules/select-evidence.ts';
import { abroad, home, idOf, image, now, selector } from './make.ts';

test.each([
  ['golden-*', 'golden-43', true],
  ['golden-*', 'Golden-43', false],
  ['*-43', 'golden-43', true],
  ['g?lden-43', 'golden-43', true],
  ['g?lden', 'glden', false],
  ['*', '', true],
  ['', 'x', false],
  ['a*b*c', 'a-b-b-c', true],
  ['a*b*c', 'a-b-b', false],
  ['a.c', 'abc', false],
  [`${'*a'.repeat(30)}b`, 'a'.repeat(120), false],
])('pattern %s on %s: %s', (pattern, text, expected) => {
  expect(matchesPattern(pattern, text)).toBe(expected);
});

const tagged = (tags: Record<string, string>, more: Partial<Image> = {}): Image =>
  image(1, { tags: known(tags), ...more });
const fresh = { createdAt: now - day + 1 };

describe('a selector matches when all its keys do', () => {
  test.each<[string, Partial<Selector>, Image, Match]>([
    ['name', {}, image(1), 'yes'],
    ['any of the names', { name: ['x', 'golden-1'] }, image(1), 'yes'],
    ['notName', { notName: ['*-1'] }, image(1), 'no'],
    ['home Region when none is given', { regions: [] }, image(1), 'yes'],
    ['other Region', { regions: [] }, image(1, { region: abroad }), 'no'],
    ['architecture', { architecture: ['arm64'] }, image(1), 'no'],
    ['platform', { platform: ['windows'] }, image(1), 'no'],
    ['root device', {}, image(1, { rootDeviceType: 'instance-store' }), 'no'],
    ['encrypted', { encrypted: true }, image(1), 'no'],
    ['a tag value', { tags: { Team: ['a', 'b'] } }, tagged({ Team: 'b' }), 'yes'],
    ['another tag value', { tags: { Team: ['a'] } }, tagged({ Team: 'b' }), 'no'],
    ['any tag value', { tags: { Team: ['*'] } }, tagged({ Team: '' }), 'yes'],
    ['a tag that is no tag but a property of every object', { tags: { constructor: ['*'] } }, tagged({}), 'no'],
    ['notTags: any of them excludes', { notTags: { A: ['1'], B: ['*'] } }, tagged({ B: 'x' }), 'no'],
    ['F05 tags absent on a young image', { tags: { Team: ['a'] } }, tagged({}, fresh), 'undecided'],
    ['F05 tags absent on an image of 24 hours', { tags: { Team: ['a'] } }, tagged({}, { createdAt: now - day }), 'no'],
    ['one of two tags is wrong already', { tags: { Team: ['a'], Stage: ['p'] } }, tagged({ Team: 'b' }, fresh), 'no'],
    [
      'F30 unknown tags never match a tag',
      { tags: { Team: ['a'] } },
      image(1, { tags: unknown('not in the file') }),
      'unknown',
    ],
    ['unknown tags do not matter to a name', {}, image(1, { tags: unknown('not in the file') }), 'yes'],
  ])('%s', (_name, select, one, expected) => {
    expect(matches(selector(select), one, { homeRegion: home, now })).toBe(expected);
  });
});

const built = (ago: number) => ({ built: now - ago });
const shares = (...principals: string[]) => ({ grants: known(principals) });
const from = (...numbers: number[]) => ({ ancestors: () => ({ keys: numbers.map((n) => imageKey(abroad, idOf(n))) }) });
const because = { ancestors: () => ({ ...from(7).ancestors(), why: 'denied' }) };
const lent = 'account:222233334444';

describe('a selector that asks for evidence', () => {
  test.each<[string, Partial<Selector>, Image, Partial<Sight>, Match]>([
    ['olderThan: exactly so old', { olderThan: 30 * day }, image(1), built(30 * day), 'yes'],
    ['olderThan: a moment younger', { olderThan: 30 * day }, image(1), built(30 * day - 1), 'no'],
    ['olderThan: no readable date', { olderThan: 30 * day }, image(1), {}, 'open'],
    ['olderThan: a date in the future', { olderThan: 30 * day }, image(1), built(-day), 'open'],
    ['newerThan: exactly so old', { newerThan: 30 * day }, image(1), built(30 * day), 'no'],
    ['newerThan: a moment younger', { newerThan: 30 * day }, image(1), built(30 * day - 1), 'yes'],
    ['newerThan: a date in the future is no young image', { newerThan: 30 * day }, image(1), built(-day), 'open'],
    [
      'notLaunchedFor: launched just then',
      { notLaunchedFor: day },
      image(1, { lastLaunchedAt: known(now - day) }),
      {},
      'yes',
    ],
    [
      'notLaunchedFor: a moment later',
      { notLaunchedFor: day },
      image(1, { lastLaunchedAt: known(now - day + 1) }),
      {},
      'no',
    ],
    ['notLaunchedFor: never launched', { notLaunchedFor: day }, image(1), {}, 'yes'],
    [
      'notLaunchedFor: nobody knows',
      { notLaunchedFor: day },
      image(1, { lastLaunchedAt: unknown('old file') }),
      {},
      'open',
    ],
    ['state', { state: ['disabled'] }, image(1, { state: 'disabled' }), {}, 'yes'],
    ['another state', { state: ['disabled', 'pending'] }, image(1), {}, 'no'],
    ['severityAtLeast: just so bad', { severityAtLeast: 'high' }, image(1, { severity: known('high') }), {}, 'yes'],
    ['severityAtLeast: one milder', { severityAtLeast: 'high' }, image(1, { severity: known('medium') }), {}, 'no'],
    ['severityAtLeast: one worse', { severityAtLeast: 'high' }, image(1, { severity: known('critical') }), {}, 'yes'],
    ['severityAtLeast: never scanned', { severityAtLeast: 'informational' }, image(1), {}, 'no'],
    [
      'severityAtLeast: nobody knows',
      { severityAtLeast: 'low' },
      image(1, { severity: unknown('old file') }),
      {},
      'open',
    ],
    ['sharedWith', { sharedWith: ['everyone', lent] }, image(1), shares(lent), 'yes'],
    ['sharedWith: others only', { sharedWith: [lent] }, image(1), shares('everyone'), 'no'],
    ['sharedWith: not read', { sharedWith: [lent] }, image(1), {}, 'open'],
    ['sharedWith: denied', { sharedWith: [lent] }, image(1), { grants: unknown('denied') }, 'open'],
    ['sharedWith anyone needs no list', { sharedWith: ['everyone'] }, image(1, { public: true }), {}, 'yes'],
    ['sharedWith anyone, of a private image', { sharedWith: ['everyone'] }, image(1), {}, 'no'],
    ['descendsFrom, in some step', { descendsFrom: [idOf(9)] }, image(1), from(8, 9), 'yes'],
    ['descendsFrom: others only', { descendsFrom: [idOf(9)] }, image(1), from(8), 'no'],
    ['descendsFrom: what is known is enough', { descendsFrom: [idOf(7)] }, image(1), because, 'yes'],
    ['descendsFrom: there may be more', { descendsFrom: [idOf(9)] }, image(1), because, 'open'],
    ['another key says no, so nothing is open', { olderThan: day, name: ['x'] }, image(1), {}, 'no'],
    ['one piece of evidence says no, so nothing is open', { olderThan: day, state: ['failed'] }, image(1), {}, 'no'],
    ['tags say no, so nothing is open', { olderThan: day, tags: { A: ['b'] } }, image(1), {}, 'no'],
  ])('%s', (_name, select, one, sight, expected) => {
    expect(matches(selector(select), one, { homeRegion: home, now, ...sight })).toBe(expected);
  });

  test('names every key that is open', () => {
    const open = openQuestions(selector({ sharedWith: [lent], olderThan: day }), image(1), { homeRegion: home, now });
    expect(open.map(({ key }) => key)).toEqual(['olderThan', 'sharedWith']);
  });
});

test.each([
  ['golden-al2023-43', 'golden-al2023'],
  ['golden-al2023', 'golden-al2023'],
  ['golden-2026.11.23', 'golden'],
  ['golden-2026-11-23T10-15-00Z', 'golden'],
  ['web_v12', 'web'],
  ['43', '43'],
])('name base of %s is %s', (name, base) => expect(nameBase(name)).toBe(base));

test.each([
  ['{tag:Family}/{architecture}', 'linux/x86_64'],
  ['{nameBase}-{platform}', 'golden-linux'],
  ['{name}', 'golden-1'],
  ['{tag:Absent}/{name}', undefined],
  ['{tag:Empty}', undefined],
])('family of %s is %s', (template, family) => {
  expect(familyOf(template, tagged({ Family: 'linux', Empty: '' }))).toBe(family);
});
