import { describe, expect, test } from 'vitest';
import { known, unknown } from '../../shared/model/evidence.ts';
import { imageKey } from '../../shared/model/ids.ts';
import { keyOf } from '../../shared/model/image.ts';
import type { UsageReading } from '../../shared/model/inventory.ts';
import type { RunHistory } from '../../shared/model/records.ts';
import { day } from '../../shared/model/time.ts';
import { failures } from '../../shared/rules/blind.ts';
import { decide, takenBy } from '../../shared/rules/decide.ts';
import { imagesInUse, joinRuns, largestBefore, mostInUse, withRun } from '../../shared/rules/runs.ts';
import { copy, failing, type Given, kept, newer, root, table } from './expiring.ts';
import {
  abroad,
  compiled,
  home,
  idOf,
  image,
  inventory,
  marked,
  now,
  policy,
  readings,
  record,
  recorded,
  records,
  retain,
} from './make.ts';

const step = 'disable-image golden';
const history = (more: Partial<RunHistory> = {}): RunHistory => ({ taken: {}, inUse: {}, everInUse: false, ...more });

describe('what earlier runs amounted to', () => {
  test('is kept for the last seven plans that took something', () => {
    const all = [9, 1, 2, 3, 0, 4, 5, 6, 7].reduce<RunHistory | undefined>(
      (before, count) => withRun(before, { taken: { [step]: count } }, now),
      undefined,
    );
    expect(all?.taken).toEqual({ [step]: [1, 2, 3, 4, 5, 6, 7] });
    expect(largestBefore(all, step)).toBe(7);
    expect(largestBefore(all, 'disable-image other')).toBeUndefined();
  });

  test('is the most of a day, for fourteen days', () => {
    const runs = [4, 6, 5].reduce<RunHistory | undefined>(
      (before, inUse) => withRun(before, { taken: {}, inUse }, now),
      undefined,
    );
    expect(runs).toEqual({ taken: {}, inUse: { '2026-11-23': 6 }, everInUse: true });
    if (!runs) throw new Error('no history');
    expect(mostInUse(runs, now + 13 * day)).toBe(6);
    expect(mostInUse(runs, now + 14 * day)).toBe(0);
    expect(withRun(runs, { taken: {}, inUse: 0 }, now + 14 * day)).toEqual(
      history({ inUse: { '2026-12-07': 0 }, everInUse: true }),
    );
  });

  test('is joined from all functions that take', () => {
    const one = history({ taken: { [step]: [1] }, inUse: { '2026-11-23': 3 }, everInUse: true });
    const other = history({ taken: { 'deregister-image golden': [2] } });
    expect(joinRuns([one, other])).toEqual({ ...one, taken: { ...one.taken, ...other.taken } });
    expect(joinRuns([])).toEqual(history());
  });
});

/** `count` old lineages that are all due to be deprecated, with limits that let them all pass. */
function deprecating(count: number, taken: readonly number[] | undefined) {
  const images = Array.from({ length: count + 2 }, (_none, index) =>
    marked(image(index + 1, { name: `golden-${index}`, createdAt: now - (100 + index) * day })),
  );
  const found = recorded(...images.map((one) => record(one, { finishedAt: now - 99 * day })));
  const runs = taken && history({ taken: { 'deprecate-image golden': taken } });
  const world = inventory(images, { records: records({ images: found, ...(runs && { runs }) }) });
  const rules = compiled(
    policy({ family: { key: '{nameBase}' }, retain: retain({ limits: { perPlan: 1000, percentOfFamily: 100 } }) }),
  );
  return { plan: decide(world, rules, now), counts: takenBy(world, rules, now) };
}

describe('a plan that takes far more than earlier ones halts, whatever the limit', () => {
  test.each<[string, number, readonly number[] | undefined, number]>([
    ['twice the largest passes', 12, [6, 1], 12],
    ['one more does not', 13, [6, 1], 0],
    ['five always pass', 5, [1], 5],
    ['six after one do not', 6, [1], 0],
    ['without earlier plans the limit alone decides', 20, [], 20],
    ['nor where nobody keeps a history', 20, undefined, 20],
  ])('%s', (_name, count, taken, passing) => {
    const { plan, counts } = deprecating(count, taken);
    expect(plan.actions).toHaveLength(passing);
    expect(plan.held).toHaveLength(count - passing);
    for (const { guards } of plan.held)
      expect(guards).toEqual([
        {
          code: 'breaker',
          data: { step: 'deprecate-image', policy: 'golden', count, earlier: Math.max(...(taken ?? [])) },
        },
      ]);
    expect(counts).toEqual(passing === 0 ? {} : { 'deprecate-image golden': passing });
  });
});

const usingBy = (count: number): UsageReading[] =>
  readings([home, abroad]).map((reading, index) =>
    index === 0
      ? {
          ...reading,
          uses: known(
            Array.from({ length: count }, (_none, n) => ({ image: imageKey(home, idOf(900 + n)), by: `i-${n}` })),
          ),
        }
      : reading,
  );

const using = (count: number, runs: RunHistory | undefined, minInUse = 1): Given => ({
  inventory: { usage: usingBy(count), records: records({ images: kept, ...(runs && { runs }) }) },
  retain: { guards: { ...retain().guards, minInUse } },
});

const yesterday = (inUse: number): RunHistory => history({ inUse: { '2026-11-22': inUse }, everInUse: inUse > 0 });

table('too few images in use stop everything', [
  ['half of the highest is enough', using(5, yesterday(10)), []],
  ['one less is not', using(4, yesterday(10)), ['eyes-broken']],
  ['half of an odd figure', using(5, yesterday(11)), ['eyes-broken']],
  [
    'the highest of fourteen days ago counts no more',
    using(1, history({ inUse: { '2026-11-09': 10 }, everInUse: true })),
    [],
  ],
  [
    'that of thirteen days ago does',
    using(1, history({ inUse: { '2026-11-10': 10 }, everInUse: true })),
    ['eyes-broken'],
  ],
  ['as many as the least', using(3, yesterday(3), 3), []],
  ['one fewer than the least', using(2, yesterday(3), 3), ['eyes-broken']],
  ['none after there were some, however long ago', using(0, history({ everInUse: true })), ['eyes-broken']],
  ['none ever', using(0, history()), []],
  ['a least of none', using(0, history({ everInUse: true }), 0), []],
  ['no history is kept', using(0, undefined), []],
]);

test('deprecation stops as well, since nothing that was seen can be trusted', () => {
  const { plan } = deprecating(1, []);
  expect(plan.actions).toHaveLength(1);
  const images = [
    { ...root, deprecationAt: undefined as never },
    { ...copy, deprecationAt: undefined as never },
    ...newer,
  ];
  const world = inventory(images, { records: records({ images: kept, runs: history({ everInUse: true }) }) });
  const { held } = decide(world, compiled(policy({ retain: retain() })), now);
  expect(new Set(held.map(({ step: due }) => due))).toEqual(new Set(['deprecate-image']));
  expect(held[0]?.guards.map(({ code }) => code)).toEqual(['eyes-broken']);
});

test('images in use are counted once, however many use them', () => {
  const uses = known([
    { image: keyOf(root), by: 'i-1' },
    { image: keyOf(root), by: 'i-2' },
  ]);
  const usage = readings([home]).map((reading) => ({ ...reading, uses }));
  expect(imagesInUse(inventory([root], { usage }))).toBe(1);
  expect(
    imagesInUse(inventory([root], { usage: usage.map((one) => ({ ...one, uses: unknown<never>('denied') })) })),
  ).toBe(0);
});

describe('a source that cannot be read', () => {
  const strict = (off: string[] = []) =>
    compiled(policy({ retain: retain({ guards: { ...retain().guards, off, onUnknown: 'fail' } }) }));
  const world = inventory([root], { usage: failing('launch-templates') });

  test('is a failure where the policy says so', () => {
    expect(failures(world, strict(), now).map(({ code, data }) => [code, data?.source, data?.region])).toEqual([
      ['usage-unknown', 'launch-templates', abroad],
      ['usage-unknown', 'launch-templates', home],
    ]);
  });

  test('is a failure, too, where single images were asked about', () => {
    const references = { [keyOf(root)]: { at: now, by: { 'image-builder': unknown<never>('denied') } } };
    const reports = { [keyOf(root)]: unknown<never>('denied') };
    expect(
      failures(inventory([root], { references, reports }), strict(), now).map(({ code, data }) => [code, data?.source]),
    ).toEqual([
      ['image-usage-unknown', 'image-builder'],
      ['image-usage-unknown', 'usage reports'],
    ]);
  });

  test('is none where it is switched off, where all was read, and where the policy does not say so', () => {
    expect(failures(world, strict(['launch-templates']), now)).toEqual([]);
    expect(failures(inventory([root]), strict(), now)).toEqual([]);
    expect(failures(world, compiled(policy({ retain: retain() })), now)).toEqual([]);
  });
});
