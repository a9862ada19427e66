import { describe, expect, test } from 'vitest';
import { known, unknown } from '../../shared/model/evidence.ts';
import type { Image } from '../../shared/model/image.ts';
import type { Selector } from '../../shared/model/policy.ts';
import { day } from '../../shared/model/time.ts';
import { familyOf, nameBase } from '../../shared/rules/family.ts';
import { type Match, matches, matchesPattern } from '../../shared/rules/select.ts';
import { abroad, home, image, now, selector } from './make.ts';

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
