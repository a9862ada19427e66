import { describe, expect, test } from 'vitest';
import { type Image, keyOf } from '../../shared/model/image.ts';
import type { Policy, RetainPolicy } from '../../shared/model/policy.ts';
import type { ImageRecord } from '../../shared/model/records.ts';
import { day, hour, minute } from '../../shared/model/time.ts';
import { decide } from '../../shared/rules/decide.ts';
import { positionOf, type Unit } from '../../shared/rules/ladder.ts';
import { surveyOf } from '../../shared/rules/survey.ts';
import { kept, newer, copy as oldCopy, root as oldRoot } from './expiring.ts';
import { compiled, image, inventory, marked, now, policy, record, recorded, records, retain } from './make.ts';
import { disabled, table } from './one-old-image.ts';
import { told } from './told.ts';

const { stages } = retain();
const { deregister: _last, ...withoutLast } = stages;
const approved = { ...disabled.record, approvedAt: now - hour };
const reaped = { 'ami-steward:reap': 'approved' };

table('a stage that the policy lacks is the end of the ladder', [
  ['deprecate', { retain: { stages: {} } }, undefined, 'no-further-stage'],
  ['deregister', { ...disabled, retain: { stages: withoutLast } }, undefined, 'no-further-stage'],
  [
    'deregister, of an image that was approved before',
    { ...disabled, tags: reaped, record: approved, retain: { stages: withoutLast } },
    undefined,
    'no-further-stage',
  ],
]);

table('edges of the ladder', [
  [
    'a deprecation ten minutes ahead was set just now',
    { image: { deprecationAt: now + 10 * minute } },
    undefined,
    'deprecated-wait',
  ],
  [
    'one a millisecond later was not',
    { image: { deprecationAt: now + 10 * minute + 1 } },
    'deprecate-image',
    'deprecate-due',
  ],
  [
    'a clock that is five minutes ahead is believed',
    { image: { createdAt: now + 5 * minute } },
    undefined,
    'among-newest',
  ],
  ['six is the future', { image: { createdAt: now + 5 * minute + 1 } }, undefined, 'date-unreadable'],
  [
    'approved in the very moment in which it was disabled',
    { ...disabled, tags: reaped, record: { ...approved, approvedAt: now - 60 * day } },
    'deregister-image',
    'removal-approved',
  ],
  [
    'approved a moment before it was disabled anew',
    { ...disabled, tags: reaped, record: { ...approved, approvedAt: now - 60 * day - 1 } },
    'approve-removal',
    'approve-due',
  ],
]);

const byHand = { image: { deprecationAt: now - 90 * day }, finishedAgo: 60 * day };
table('where somebody deprecated the image before its time, the wait for the next step begins', [
  [
    'when it was superseded for long enough',
    { ...byHand, retain: { maxAge: 300 * day } },
    undefined,
    'deprecated-wait',
  ],
  ['or at its maximum age', { ...byHand, retain: { maxAge: 271 * day } }, undefined, 'deprecated-wait'],
  ['if that was later', { ...byHand, retain: { maxAge: 270 * day } }, 'disable-image', 'disable-due'],
  [
    'and not before it was deprecated',
    { ...byHand, image: { deprecationAt: now - 29 * day } },
    undefined,
    'deprecated-wait',
  ],
]);

/** The verdict on an old image, with two others of which it is the oldest. */
function verdictOf(age: number, more: Partial<RetainPolicy>, rules: Partial<Policy> = {}, ago = 4 * hour) {
  const subject = marked(image(1, { createdAt: now - age }));
  const others = [2, 3].map((number) => marked(image(number, { createdAt: now - hour * 5 })));
  const all = recorded(...others.map((one) => record(one, { finishedAt: now - ago })));
  const world = inventory([subject, ...others], { records: records({ images: all }) });
  const plan = told(decide(world, compiled(policy({ retain: retain(more), ...rules })), now));
  return plan.verdicts.find((one) => one.image === keyOf(subject));
}

describe('a verdict says when the first step comes', () => {
  const hourly = { stages: { deprecate: { afterSuperseded: hour } } };

  test('at seven days, for one that is too young', () => {
    expect(verdictOf(2 * day, hourly)).toMatchObject({
      code: 'too-young',
      reasons: [{ code: 'too-young', data: { minimum: '7d' } }],
      next: { step: 'deprecate-image', at: now + 5 * day },
    });
  });

  test('at its maximum age', () => {
    expect(verdictOf(8 * day, { ...hourly, maxAge: 9 * day })).toMatchObject({
      reasons: [{ code: 'not-expired', data: { maxAge: '9d' } }],
      next: { step: 'deprecate-image', at: now + day },
    });
  });

  test('when it was superseded for long enough, or later at its maximum age', () => {
    const stages = { deprecate: { afterSuperseded: 5 * hour } };
    expect(verdictOf(8 * day, { stages })?.next).toEqual({ step: 'deprecate-image', at: now + hour });
    expect(verdictOf(8 * day, { stages, maxAge: 8 * day })?.next?.at).toBe(now + hour);
  });

  test('with its rank, for one among the newest', () => {
    expect(verdictOf(8 * day, { keepLast: 3 })?.reasons).toEqual([
      { code: 'among-newest', data: { rank: 3, keepLast: 3, region: 'us-east-1' } },
    ]);
  });

  test('with rank and age, whole days', () => {
    expect(verdictOf(8 * day + 23 * hour, hourly)?.reasons[0]).toEqual({
      code: 'deprecate-due',
      data: { rank: 3, keepLast: 2, age: '8d', wait: '1h' },
    });
  });
});

describe('root and copies leave together', () => {
  const old = (
    more: Partial<ImageRecord>,
    other: Partial<ImageRecord>,
    state: Partial<Image> = { state: 'disabled' },
  ) => {
    const members = [oldRoot, oldCopy].map((one) => ({ ...one, ...state }));
    const own = recorded(
      record(oldRoot, { finishedAt: now - 299 * day, ...more }),
      record(oldCopy, { root: keyOf(oldRoot), role: 'copy', ...other }),
    );
    const world = inventory([...members, ...newer], { records: records({ images: { ...kept, ...own } }) });
    const plan = told(decide(world, compiled(policy({ retain: retain() })), now));
    const verdict = plan.verdicts.find((one) => one.image === keyOf(oldRoot));
    return [plan.actions.map(({ kind }) => kind), verdict?.code, verdict?.next?.at];
  };
  const gone = (ago: number, more: Partial<ImageRecord> = {}) => {
    return { disabledAt: now - ago, checkedAt: now - ago, savedGrants: [], ...more };
  };
  const twice = ['approve-removal', 'approve-removal'];

  test('after the quarantine of the last that was disabled', () => {
    expect(old(gone(60 * day), gone(30 * day))).toEqual([twice, 'approve-due', undefined]);
    expect(old(gone(60 * day), gone(30 * day - 1))).toEqual([[], 'quarantine', now + 1]);
    expect(old(gone(30 * day - 1), gone(60 * day))).toEqual([[], 'quarantine', now + 1]);
  });

  test('a day after the last first check', () => {
    expect(old(gone(60 * day), gone(60 * day, { checkedAt: now - day }))).toEqual([twice, 'approve-due', undefined]);
    expect(old(gone(60 * day), gone(60 * day, { checkedAt: now - day + 1 }))).toEqual([
      [],
      'second-check-pending',
      now + 1,
    ]);
  });

  test('never, while one of them has no first check', () => {
    const { checkedAt: _none, ...unchecked } = gone(60 * day);
    expect(old(gone(60 * day), unchecked)[0]).toEqual([]);
  });

  test('after the longer quarantine, where one of them was shared', () => {
    const short = retain({ stages: { ...stages, deregister: { afterDisabled: day, deleteSnapshots: true } } });
    const fate = (grants: string[]) => {
      const own = recorded(
        record(oldRoot, { finishedAt: now - 299 * day, ...gone(3 * day) }),
        record(oldCopy, { root: keyOf(oldRoot), role: 'copy', ...gone(3 * day, { savedGrants: grants }) }),
      );
      const members = [oldRoot, oldCopy].map((one): Image => ({ ...one, state: 'disabled' }));
      const world = inventory([...members, ...newer], { records: records({ images: { ...kept, ...own } }) });
      return decide(world, compiled(policy({ retain: short })), now).actions.map(({ kind }) => kind);
    };
    expect(fate([])).toEqual(twice);
    expect(fate(['account:1'])).toEqual([]);
  });

  test('not before each of them is deprecated', () => {
    const late = { ...oldCopy, deprecationAt: now + minute };
    const world = inventory([oldRoot, late, ...newer], { records: records({ images: kept }) });
    const plan = decide(
      world,
      compiled(policy({ retain: retain({ stages: { ...stages, disable: { afterDeprecated: 0 } } }) })),
      now,
    );
    expect(plan.actions).toEqual([]);
  });
});

test.each(['lineage', 'image'] as const)('disabled images of which nobody recorded it are held (unit: %s)', (unit) => {
  const members = [oldRoot, oldCopy].map((one): Image => ({ ...one, state: 'disabled' }));
  const world = inventory([...members, ...newer], { records: records({ images: kept }) });
  const { actions, held } = told(decide(world, compiled(policy({ retain: retain({ unit }) })), now));
  expect(actions).toEqual([]);
  for (const { guards } of held)
    expect(guards.map(({ code }) => code)).toEqual(
      expect.arrayContaining(['disabled-elsewhere', 'second-check-pending']),
    );
  expect(held.map(({ image: one }) => one)).toEqual([keyOf(oldCopy), keyOf(oldRoot)]);
});

test('the second check is told with its time', () => {
  const own = recorded(
    record(oldRoot, {
      finishedAt: now - 299 * day,
      disabledAt: now - 60 * day,
      checkedAt: now - hour,
      savedGrants: [],
    }),
  );
  const world = inventory([{ ...oldRoot, state: 'disabled' }, ...newer], {
    records: records({ images: { ...kept, ...own } }),
  });
  const { verdicts } = decide(world, compiled(policy({ retain: retain() })), now);
  expect(verdicts.find(({ image: one }) => one === keyOf(oldRoot))?.reasons).toEqual([
    { code: 'second-check-pending', data: { at: '2026-11-24T09:00:00.000Z' } },
  ]);
});

describe('what cannot be ranked rests', () => {
  const world = inventory([oldRoot, oldCopy, ...newer], { records: records({ images: kept }) });
  const survey = surveyOf(world, compiled(policy({ retain: retain() })), now);
  const subject = survey.subjects.find(({ lineage }) => lineage.root === keyOf(oldRoot));
  if (!subject?.effective.retain) throw new Error('no subject');
  const rank = { region: 'us-east-1', newer: 2, perhapsNewer: 2, supersededAt: now - 80 * day };
  const unit: Unit = { subject, taking: subject.effective.retain, images: subject.ours, ranks: [rank] };

  test.each<[string, Partial<Unit>, unknown]>([
    [
      'an image that stands in no Region',
      { ranks: [] },
      { due: false, why: { code: 'among-newest', data: { rank: 1, keepLast: 2, region: '' } } },
    ],
    ['a lineage of which nothing is ours to take', { images: [] }, { due: false, why: { code: 'unmarked' } }],
    ['while all others go', {}, expect.objectContaining({ due: true, step: 'disable-image' })],
  ])('%s', (_what, more, expected) => {
    expect(positionOf({ ...unit, ...more }, survey.world)).toStrictEqual(expected);
  });

  test('and what has a rank in several Regions is told of the best', () => {
    const position = positionOf({ ...unit, ranks: [{ ...rank, newer: 4 }, rank, { ...rank, newer: 3 }] }, survey.world);
    expect(position.due && position.why[0]?.data?.rank).toBe(3);
  });
});
