import { describe, expect, test } from 'vitest';
import { known } from '../../shared/model/evidence.ts';
import { type Image, keyOf } from '../../shared/model/image.ts';
import type { ImageRecord } from '../../shared/model/records.ts';
import { day, minute } from '../../shared/model/time.ts';
import { ranksOf } from '../../shared/rules/ranks.ts';
import { surveyOf } from '../../shared/rules/survey.ts';
import {
  abroad,
  compiled,
  copyOf,
  copyTo,
  home,
  image,
  inventory,
  marked,
  now,
  policy,
  record,
  recorded,
  records,
  retain,
  shareWith,
} from './make.ts';

/** Built so many days ago. */
const aged = (number: number, age: number, more: Partial<Image> = {}): Image =>
  marked(image(number, { createdAt: now - age * day, ...more }));
const finishedAgo = (one: Image, ago: number): ImageRecord => record(one, { finishedAt: now - ago * day });

const old = aged(1, 100);
const ranks = (others: Image[], kept: ImageRecord[] = [], more = {}) => {
  const world = inventory([old, ...others], { records: records({ images: recorded(...kept) }) });
  const survey = surveyOf(world, compiled(policy({ retain: retain(), ...more })), now);
  return ranksOf(survey.subjects, survey.world);
};
const rankOf = (...given: Parameters<typeof ranks>) => ranks(...given).get(keyOf(old))?.[0];

describe('newer images of a family', () => {
  test.each<[string, Image, number]>([
    ['one that is newer counts', aged(2, 99), 1],
    ['one that is older does not', aged(2, 101), 0],
    ['of the same moment, the later id counts', aged(2, 100), 1],
    ['of the same moment, the earlier id does not', aged(0, 100), 0],
    ['one of another architecture does not', aged(2, 99, { architecture: 'arm64' }), 0],
    ['one in another Region does not', { ...aged(2, 99), region: abroad }, 0],
    ['one that is pending does not', aged(2, 99, { state: 'pending' }), 0],
    ['one that failed does not', aged(2, 99, { state: 'failed' }), 0],
    ['one that is deprecated does not', aged(2, 99, { deprecationAt: now }), 0],
    ['one that is about to be does', aged(2, 99, { deprecationAt: now + 1 }), 1],
    ['one that is disabled does not', aged(2, 99, { state: 'disabled' }), 0],
    ['one whose clock is a little ahead counts', aged(2, 0, { createdAt: now + 5 * minute }), 1],
    ['one of the future does not', aged(2, 0, { createdAt: now + 5 * minute + 1 }), 0],
  ])('%s', (_name, other, newer) => {
    const rank = rankOf([other], [], { select: { name: ['golden-*'], rootDevice: ['ebs'], regions: [home, abroad] } });
    expect(rank).toMatchObject({ region: home, newer, perhapsNewer: newer });
  });

  test('only perhaps, where nobody read with whom they are shared', () => {
    const share = { share: shareWith('account:1') };
    expect(rankOf([aged(2, 99)], [], share)).toMatchObject({ newer: 0, perhapsNewer: 1 });
    expect(rankOf([aged(2, 99)], [finishedAgo(aged(2, 99), 1)], share)).toMatchObject({ newer: 1, perhapsNewer: 1 });
  });

  test('are counted in each Region apart', () => {
    const newer = aged(2, 99);
    const found = ranks([copyOf(old, 11), newer], [finishedAgo(newer, 98)], { copy: copyTo(abroad) });
    expect(found.get(keyOf(old))).toMatchObject([
      { region: abroad, newer: 0 },
      { region: home, newer: 1 },
    ]);
    expect(found.get(keyOf(newer))).toMatchObject([{ region: home, newer: 0 }]);
  });

  test('are no matter to an image without a family or without a date', () => {
    expect(rankOf([aged(2, 99)], [], { family: { key: '{tag:Absent}' } })).toBeUndefined();
    const dateless = { ...old, createdAt: undefined as never };
    const world = inventory([dateless]);
    const survey = surveyOf(world, compiled(policy({ retain: retain() })), now);
    expect(ranksOf(survey.subjects, survey.world).size).toBe(0);
  });
});

describe('an image is superseded since the last of the newest was finished', () => {
  const newer = [2, 3, 4].map((number) => aged(number, 90 - number));
  const since = (days: readonly number[], more = {}) => {
    const kept = newer.slice(0, days.length).map((one, index) => finishedAgo(one, days[index] ?? 0));
    const at = rankOf(newer.slice(0, days.length), kept, { retain: retain({ keepLast: 2, ...more }) })?.supersededAt;
    return at === undefined ? undefined : (now - at) / day;
  };

  test.each([
    [[], undefined],
    [[9], undefined],
    [[9, 5], 5],
    [[5, 9], 5],
    [[9, 5, 7], 7],
    [[5, 7, 9], 7],
    [[7, 7, 5], 7],
  ])('finished %j days ago: %s', (days, expected) => expect(since(days)).toBe(expected));

  test('also where those have begun to leave since', () => {
    const [first, second] = newer.map((one) => ({ ...one, deprecationAt: now - day }));
    if (!first || !second) throw new Error('no images');
    const rank = rankOf([first, second], [finishedAgo(first, 9), finishedAgo(second, 5)]);
    expect(rank).toMatchObject({ newer: 0, supersededAt: now - 5 * day });
  });

  test('for as many as each policy keeps', () => {
    expect(since([9, 5, 7], { keepLast: 3 })).toBe(5);
    expect(since([9, 5], { keepLast: 3 })).toBeUndefined();
  });

  test('and not by what is not finished', () => {
    const [first, second] = newer;
    if (!first || !second) throw new Error('no images');
    const unfinished = { ...second, tags: known({}), state: 'failed' as const };
    expect(rankOf([first, unfinished], [finishedAgo(first, 9)])?.supersededAt).toBeUndefined();
  });
});

describe('a rank is held', () => {
  const newer = aged(2, 99);
  const lists = (others: Image[], more = {}) => ranks(others, [finishedAgo(newer, 98)], more).get(keyOf(old));

  test('only where an image is, not where one failed or is gone', () => {
    expect(lists([copyOf(old, 11, { state: 'failed' }), newer])?.map(({ region }) => region)).toEqual([home]);
    expect(lists([copyOf(old, 11, { state: 'deregistered' }), newer])?.map(({ region }) => region)).toEqual([home]);
  });

  test('against newer ones that are available in that very Region', () => {
    const pending = copyOf(newer, 12, { state: 'pending' });
    expect(lists([copyOf(old, 11), newer, pending])).toStrictEqual([
      { region: abroad, newer: 0, perhapsNewer: 0 },
      { region: home, newer: 1, perhapsNewer: 1 },
    ]);
    expect(lists([copyOf(old, 11), { ...newer, state: 'disabled' }, { ...pending, state: 'available' }])).toMatchObject(
      [
        { region: abroad, newer: 0 },
        { region: home, newer: 0 },
      ],
    );
  });

  test('among images of one family, which no family with a similar name joins', () => {
    const family = { family: { key: '{tag:Family}' } };
    const of = (one: Image, name: string, architecture: string): Image => ({
      ...one,
      architecture,
      tags: known({ ...(one.tags.complete && one.tags.value), Family: name }),
    });
    const survey = surveyOf(
      inventory([of(old, 'web-arm', '64'), of(newer, 'web-', 'arm64')]),
      compiled(policy({ retain: retain(), ...family })),
      now,
    );
    expect(ranksOf(survey.subjects, survey.world).get(keyOf(old))).toMatchObject([{ newer: 0 }]);
  });

  test('by what each policy keeps, where policies of one family differ', () => {
    const images = [old, ...[2, 3, 4].map((number) => aged(number, 90 - number))];
    const [, ...newest] = images;
    const rules = (keepLast: number, name: string, pattern: string) =>
      policy({ name, retain: retain({ keepLast }), select: { ...policy().select, name: [pattern] } });
    const kept = records({ images: recorded(...newest.map((one, index) => finishedAgo(one, 9 - index))) });
    const found = (oldest: number, others: number) => {
      const given = [rules(oldest, 'aa', old.name), ...newest.map((one, i) => rules(others, `b${i}`, one.name))];
      const survey = surveyOf(inventory(images, { records: kept }), compiled(...given), now);
      return ranksOf(survey.subjects, survey.world).get(keyOf(old))?.[0]?.supersededAt;
    };
    expect(found(3, 2)).toBe(now - 7 * day);
    expect(found(2, 3)).toBe(now - 8 * day);
  });
});
