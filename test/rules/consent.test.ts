import { describe, expect, test } from 'vitest';
import type { Image } from '../../shared/model/image.ts';
import type { Inventory } from '../../shared/model/inventory.ts';
import type { Policy, RetainPolicy, Window } from '../../shared/model/policy.ts';
import { day } from '../../shared/model/time.ts';
import { failures } from '../../shared/rules/blind.ts';
import { decide } from '../../shared/rules/decide.ts';
import { merge } from '../../shared/rules/merge.ts';
import { failing, kept, newer, copy as oldCopy, root, tagged } from './expiring.ts';
import { compiled, image, inventory, marked, now, policy, record, recorded, records, retain } from './make.ts';

const { guards, stages } = retain();
const guarded = (more: Partial<RetainPolicy['guards']>): Partial<RetainPolicy> => ({ guards: { ...guards, ...more } });
const staged = (more: Partial<RetainPolicy['stages']>): Partial<RetainPolicy> => ({ stages: { ...stages, ...more } });
const excluding = (more: Partial<RetainPolicy['exclude']>): Partial<RetainPolicy> => ({
  exclude: { tags: {}, images: [], ...more },
});
const deregister = (afterDisabled: number, deleteSnapshots = true) =>
  staged({ deregister: { afterDisabled, deleteSnapshots } });
const hours = (from: number, to: number): Window => ({
  days: ['MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT', 'SUN'],
  from: from * 60,
  to: to * 60,
  timezone: 'UTC',
});

/** Two policies, and the same two with their names exchanged: which of them decides must not depend on the name. */
const bothWays = (one: Partial<Policy>, other: Partial<Policy>): [Policy, Policy][] => [
  [policy({ ...one, name: 'a' }), policy({ ...other, name: 'b' })],
  [policy({ ...one, name: 'b' }), policy({ ...other, name: 'a' })],
];

describe('of two policies that retain', () => {
  test.each<[string, Partial<RetainPolicy>, Partial<RetainPolicy>, object, string?]>([
    ['the one lineage', {}, { unit: 'image' }, { unit: 'lineage' }, 'unit'],
    ['the larger keepLast', { keepLast: 4 }, { keepLast: 3 }, { keepLast: 4 }, 'keepLast'],
    ['what a pointer names', {}, { keepPublished: false }, { keepPublished: true }],
    ['a maximum age beside none', { maxAge: 1 }, {}, { maxAge: 1 }, 'maxAge'],
    ['the longer maximum age', { maxAge: 90 * day }, { maxAge: 90 * day - 1 }, { maxAge: 90 * day }, 'maxAge'],
    [
      'the longer wait before deprecation',
      staged({ deprecate: { afterSuperseded: 14 * day + 1 } }),
      {},
      staged({ deprecate: { afterSuperseded: 14 * day + 1 } }),
      'stages.deprecate.afterSuperseded',
    ],
    [
      'the longer wait before disabling',
      staged({ disable: { afterDeprecated: 30 * day + 1 } }),
      {},
      staged({ disable: { afterDeprecated: 30 * day + 1 } }),
      'stages.disable.afterDeprecated',
    ],
    [
      'the longer quarantine',
      deregister(30 * day + 1),
      {},
      deregister(30 * day + 1),
      'stages.deregister.afterDisabled',
    ],
    ['snapshots that one does not delete', deregister(30 * day, false), {}, deregister(30 * day, false)],
    [
      'the longer time since the last launch',
      guarded({ lastLaunchedWithin: 30 * day + 1 }),
      {},
      { lastLaunchedWithin: 30 * day + 1 },
      'guards.lastLaunchedWithin',
    ],
    ['the higher floor', guarded({ minInUse: 2 }), {}, { minInUse: 2 }, 'guards.minInUse'],
    ['children before a warning', {}, guarded({ descendants: 'warn' }), { descendants: 'keep' }],
    ['children before none', {}, guarded({ descendants: 'ignore' }), { descendants: 'keep' }],
    [
      'a warning before none',
      guarded({ descendants: 'warn' }),
      guarded({ descendants: 'ignore' }),
      { descendants: 'warn' },
    ],
    ['every source that one looks at', {}, guarded({ off: ['launch-templates'] }), { off: [] }],
    [
      'a notice beside none',
      { notice: { before: 1, owner: '{tag:Owner}' } },
      {},
      { notice: { before: 1, owners: ['{tag:Owner}'] } },
      'notice.before',
    ],
    [
      'the longer notice, to both owners',
      { notice: { before: 7 * day, owner: 'b' } },
      { notice: { before: 7 * day - 1, owner: 'a' } },
      { notice: { before: 7 * day, owners: ['a', 'b'] } },
      'notice.before',
    ],
    [
      'the longer notice, to the only owner',
      { notice: { before: 7 * day } },
      { notice: { before: day, owner: 'a' } },
      { notice: { before: 7 * day, owners: ['a'] } },
      'notice.before',
    ],
  ])('%s counts, whatever their names', (_name, careful, careless, expected, winner) => {
    for (const pair of bothWays({ retain: retain(careful) }, { retain: retain(careless) })) {
      const merged = merge(pair, now);
      expect(merged.retain).toMatchObject(expected);
      if (winner !== undefined) expect(merged.winners[`retain.${winner}`]).toBe(pair[0].name);
    }
  });

  test.each<keyof RetainPolicy['stages']>(['deprecate', 'disable', 'deregister'])('%s needs both', (stage) => {
    const { [stage]: _none, ...others } = stages;
    for (const pair of bothWays({ retain: retain({ stages: others }) }, { retain: retain() }))
      expect(merge(pair, now).retain?.stages).toEqual(others);
  });

  test('nothing that one of them leaves out comes from a policy that retains nothing', () => {
    const merged = merge([policy({ name: 'a' }), policy({ name: 'b', retain: retain(), overrides: [] })], now);
    expect(merged.retain).toMatchObject({ names: ['b'], policy: 'b', stages });
    expect(merge([policy()], now).retain).toBeUndefined();
  });

  test('the first by name wins where they say the same', () => {
    const { winners } = merge([policy({ name: 'b', retain: retain() }), policy({ name: 'a', retain: retain() })], now);
    const fields = Object.entries(winners).filter(
      ([field]) => field.startsWith('retain.') && field !== 'retain.keepTag',
    );
    expect(fields.length).toBeGreaterThan(5);
    expect(fields.filter(([, name]) => name !== 'a')).toEqual([]);
  });
});

/** What holds the disabling of the old lineage under two policies. */
function heldBy(one: Partial<RetainPolicy>, other: Partial<RetainPolicy>, world: Partial<Inventory> = {}, more = {}) {
  const held = bothWays({ retain: retain(one) }, { retain: retain(other) }).map((pair) => {
    const images = [{ ...root, ...more }, oldCopy, ...newer];
    const plan = decide(inventory(images, { records: records({ images: kept }), ...world }), compiled(...pair), now);
    return [...new Set(plan.held.flatMap((step) => step.guards.map(({ code }) => code)))];
  });
  expect(held[0]).toEqual(held[1]);
  return held[0];
}

describe('one of two policies is enough to keep', () => {
  test.each<[string, Partial<RetainPolicy>, Partial<Inventory>, Partial<Image>, string[]]>([
    ['nothing holds without', {}, {}, {}, []],
    ['an image that it excludes by id', excluding({ images: [root.id] }), {}, {}, ['excluded']],
    ['an image that it excludes by tag', excluding({ tags: { Keep: ['*'] } }), {}, tagged({ Keep: '' }), ['excluded']],
    ['an image that carries its tag', { keepTag: 'Hold' }, {}, tagged({ Hold: 'forever' }), ['keep-tag']],
    ['while its window is shut', { window: hours(11, 12) }, {}, {}, ['outside-window']],
    ['but not while it is open', { window: hours(10, 11) }, {}, {}, []],
  ])('%s', (_name, careful, world, more, codes) => {
    expect(heldBy(careful, {}, world, more)).toEqual(codes);
  });

  test('two windows are open only where both are', () => {
    expect(heldBy({ window: hours(9, 11) }, { window: hours(10, 12) })).toEqual([]);
    expect(heldBy({ window: hours(9, 10) }, { window: hours(10, 12) })).toEqual(['outside-window']);
    expect(heldBy({ window: hours(9, 11) }, { window: hours(11, 12) })).toEqual(['outside-window']);
  });

  test('a source is off only when it is off in both', () => {
    const off = guarded({ off: ['launch-templates'] });
    const usage = failing('launch-templates');
    expect(heldBy(off, {}, { usage })).toEqual(['usage-unknown']);
    expect(heldBy(off, off, { usage })).toEqual([]);
  });

  test('and to end a run with an error over a source that was not read', () => {
    for (const pair of bothWays({ retain: retain(guarded({ onUnknown: 'fail' })) }, { retain: retain() }))
      expect(failures(inventory([], { usage: failing('instances') }), compiled(...pair), now).length).toBeGreaterThan(
        0,
      );
    expect(
      failures(inventory([], { usage: failing('instances') }), compiled(policy({ retain: retain() })), now),
    ).toEqual([]);
  });
});

describe('the smaller limit of two policies halts the plan', () => {
  const lineages = Array.from({ length: 5 }, (_none, index) =>
    marked(image(index + 1, { createdAt: now - (100 + index) * day })),
  );
  const all = recorded(...lineages.map((one) => record(one, { finishedAt: now - 99 * day })));
  const taken = (one: RetainPolicy['limits'], other: RetainPolicy['limits']) =>
    bothWays({ retain: retain({ limits: one }) }, { retain: retain({ limits: other }) }).map((pair) => {
      const { actions } = decide(inventory(lineages, { records: records({ images: all }) }), compiled(...pair), now);
      return actions.filter(({ kind }) => kind === 'deprecate-image').length;
    });

  test.each([
    ['three lineages where both may take three', 3, 100, 3],
    ['three where one may take two', 2, 100, 0],
    ['60 % where one may take 60', 5, 60, 3],
    ['60 % where one may take 59', 5, 59, 0],
  ])('%s', (_name, perPlan, percentOfFamily, count) => {
    expect(taken({ perPlan, percentOfFamily }, { perPlan: 3, percentOfFamily: 100 })).toEqual([count, count]);
  });
});

describe('giving adds up', () => {
  const to = (more = {}) => ({
    to: [{ region: 'eu-west-1' }],
    name: '{name}',
    copyTags: false,
    addTags: {},
    since: 'all' as const,
    maxInFlight: 5,
    maxPerDay: 100,
    ...more,
  });

  test.each<[string, object, object, object]>([
    ['the smaller number of copies a day', { maxPerDay: 9 }, { maxPerDay: 10 }, { maxPerDay: 9 }],
    ['the smaller number under way', { maxInFlight: 3 }, { maxInFlight: 4 }, { maxInFlight: 3 }],
    ['tags of the root, where one wants them', { copyTags: true }, {}, { copyTags: true }],
    ['older images, where one wants them', {}, { since: now + 1 }, { since: true }],
    ['an image of that very moment', { since: now }, { since: now }, { since: true }],
    ['no image of the moment before', { since: now + 1 }, { since: now + 1 }, { since: false }],
  ])('%s', (_name, one, other, expected) => {
    for (const pair of bothWays({ copy: to(one) }, { copy: to(other) }))
      expect(merge(pair, now).copies).toMatchObject([expected]);
  });

  test('the name is that of the policy that acts, else of the first by name', () => {
    const named = (mode: 'plan' | 'apply') =>
      merge([policy({ name: 'a', mode, copy: to({ name: 'a' }) }), policy({ name: 'b', copy: to({ name: 'b' }) })], now)
        .copies[0]?.name;
    expect([named('plan'), named('apply')]).toEqual(['b', 'a']);
  });

  test('tags, topics and sharees of both', () => {
    const told = (topic: string) => [{ on: ['copied' as const], sns: topic }];
    const share = (principal: string, more = {}) => ({
      with: [{ principal }],
      exact: false,
      snapshots: false,
      kms: 'off' as const,
      ...more,
    });
    const one = { copy: to({ addTags: { A: '1', S: 's' } }), notify: told('x'), share: share('account:1') };
    const other = {
      copy: to({ addTags: { B: '2', S: 's' } }),
      notify: told('y'),
      share: share('account:2', { snapshots: true, kms: 'grant' }),
    };
    for (const pair of bothWays(one, other)) {
      const merged = merge(pair, now);
      expect(merged.conflicts).toEqual([]);
      expect(merged.addTags).toEqual({ A: '1', B: '2', S: 's' });
      expect(merged.notify.map(({ sns }) => sns).sort()).toEqual(['x', 'y']);
      expect(merged.shares?.with).toMatchObject([
        { principal: 'account:1', snapshots: false, kms: 'off' },
        { principal: 'account:2', snapshots: true, kms: 'grant' },
      ]);
    }
  });

  test('what is not listed is taken back only where both say exact', () => {
    const share = (exact: boolean) => ({ share: { with: [], exact, snapshots: false, kms: 'off' as const } });
    expect(merge(bothWays(share(true), share(true))[0] ?? [], now).shares?.exact).toBe(true);
    expect(merge(bothWays(share(true), share(false))[0] ?? [], now).conflicts).toEqual([
      { field: 'share.exact', policies: ['a', 'b'] },
    ]);
  });

  test('one policy that marks is enough, and one that acts comes first', () => {
    const plain = { lineage: { stampTags: false } };
    for (const pair of bothWays({}, plain)) expect(merge(pair, now).marks?.policy).toBe(pair[0].name);
    expect(merge([policy(plain)], now).marks).toBeUndefined();
    expect(merge([policy({ name: 'a', mode: 'plan' }), policy({ name: 'b' })], now).marks).toEqual({
      policy: 'b',
      mode: 'apply',
    });
  });
});
