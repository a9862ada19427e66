import { describe, expect, test } from 'vitest';
import { known } from '../../shared/model/evidence.ts';
import { keyOf } from '../../shared/model/image.ts';
import type { Policy, RetainPolicy, SharePolicy } from '../../shared/model/policy.ts';
import { day, hour } from '../../shared/model/time.ts';
import { decide } from '../../shared/rules/decide.ts';
import { merge, merger } from '../../shared/rules/merge.ts';
import { policyFor } from '../../shared/rules/survey.ts';
import { abroad, compiled, copyTo, far, home, image, inventory, marked, now, policy, regions, retain } from './make.ts';

const a = (more: Partial<Policy>): Policy => policy({ name: 'a', ...more });
const b = (more: Partial<Policy>): Policy => policy({ name: 'b', ...more });
const to = (region: string, kmsKey?: string) => ({ ...copyTo(region), to: [{ region, ...(kmsKey && { kmsKey }) }] });
const shareWith = (principal: string, more = {}): SharePolicy => ({
  with: [{ principal, ...more }],
  exact: false,
  snapshots: false,
  kms: 'verify',
});

describe('giving adds up', () => {
  test('targets are united, each with the policy that won', () => {
    const { copies, winners } = merge([b({ copy: copyTo(far) }), a({ copy: copyTo(abroad) })], now);
    expect(copies.map(({ region, policy: name }) => [region, name])).toEqual([
      [far, 'b'],
      [abroad, 'a'],
    ]);
    expect(winners).toMatchObject({ 'copy.to.eu-west-1': 'a', 'copy.to.ap-south-1': 'b' });
  });

  test('a policy that acts wins over one that only shows, and a key over none', () => {
    const { copies } = merge([a({ mode: 'plan', copy: to(abroad, 'alias/k') }), b({ copy: copyTo(abroad) })], now);
    expect(copies).toMatchObject([{ policy: 'b', mode: 'apply', kmsKey: 'alias/k' }]);
  });

  test('the fewest copies under way and the fastest copy win', () => {
    const fast = { ...copyTo(abroad), to: [{ region: abroad, completeWithinMinutes: 15 }], maxInFlight: 9 };
    const slow = { ...copyTo(abroad), to: [{ region: abroad, completeWithinMinutes: 60 }], maxInFlight: 2 };
    expect(merge([a({ copy: fast }), b({ copy: slow })], now).copies).toMatchObject([
      { completeWithinMinutes: 15, maxInFlight: 2 },
    ]);
  });

  test('one policy that wants older images too is enough', () => {
    const late = { ...copyTo(abroad), since: now };
    expect(merge([a({ copy: late }), b({ copy: copyTo(abroad) })], now - 1).copies[0]?.since).toBe(true);
    expect(merge([a({ copy: late })], now - 1).copies[0]?.since).toBe(false);
    expect(merge([a({ copy: late })], undefined).copies[0]?.since).toBe(false);
  });

  test('what one policy shares for ever another cannot end', () => {
    const policies = [a({ share: shareWith('account:1', { until: now }) }), b({ share: shareWith('account:1') })];
    const one = marked(image(1));
    const grants = { [keyOf(one)]: known(['account:1']) };
    expect(decide(inventory([one], { grants }), compiled(...policies), now).actions.map(({ kind }) => kind)).toEqual([
      'mark-image',
    ]);
  });
});

describe('taking needs everyone’s consent', () => {
  const full = retain();
  const taken = (...policies: Policy[]) => merge(policies, now);

  test('each field takes the most careful value', () => {
    const patient = retain({
      keepLast: 5,
      maxAge: 90 * day,
      unit: 'image',
      stages: { ...full.stages, deprecate: { afterSuperseded: 20 * day } },
      guards: {
        ...full.guards,
        off: ['launch-templates', 'x'],
        templateDepth: 9,
        lastLaunchedWithin: 60 * day,
        descendants: 'ignore',
      },
      exclude: { tags: { A: ['1'] }, images: ['ami-1'] },
      keepTag: 'Keep',
    });
    const strict = retain({ guards: { ...full.guards, off: ['x'], descendants: 'warn' } });
    const { retain: result, winners } = taken(a({ retain: patient }), b({ retain: strict }));
    expect(result).toMatchObject({
      keepLast: 5,
      maxAge: 90 * day,
      unit: 'lineage',
      off: ['x'],
      lastLaunchedWithin: 60 * day,
      descendants: 'warn',
      excludeImages: ['ami-1'],
      keepTags: ['Keep', 'ami-steward:keep-until'],
      stages: { deprecate: { afterSuperseded: 20 * day }, disable: { afterDeprecated: 30 * day } },
    });
    expect(winners).toMatchObject({
      'retain.keepLast': 'a',
      'retain.unit': 'b',
      'retain.stages.deprecate.afterSuperseded': 'a',
    });
  });

  test('every field names the policy that decided it, and one that nobody sets names none', () => {
    const careful = retain({
      ...full,
      keepPublished: true,
      guards: { ...full.guards, descendants: 'keep', off: [] },
      limits: { perPlan: 2, percentOfFamily: 10 },
      exclude: { tags: {}, images: ['ami-1'] },
      window: { days: ['MON'], from: 0, to: 60, timezone: 'UTC' },
    });
    const { deregister: _none, ...two } = full.stages;
    const lax = retain({
      ...full,
      keepPublished: false,
      stages: two,
      guards: { ...full.guards, descendants: 'ignore', off: ['x'] },
      limits: { perPlan: 5, percentOfFamily: 50 },
    });
    const { winners } = taken(a({ retain: lax }), b({ retain: careful, mode: 'plan' }));
    expect(winners).toMatchObject({
      'retain.keepPublished': 'b',
      'retain.guards.descendants': 'b',
      'retain.guards.off': 'b',
      'retain.limits.perPlan': 'b',
      'retain.limits.percentOfFamily': 'b',
      'retain.exclude': 'b',
      'retain.window': 'b',
      'retain.keepTag': 'a, b',
      'retain.stages.deregister': 'a',
      mode: 'b',
    });
    expect(Object.keys(winners)).not.toContain('retain.maxAge');
    expect(Object.keys(winners)).not.toContain('retain.stages.disable');
  });

  test('a stage and the deletion of snapshots need every policy that retains', () => {
    const { deregister: _none, ...two } = full.stages;
    const keepSnapshots = { ...full.stages, deregister: { afterDisabled: hour, deleteSnapshots: false } };
    expect(
      taken(a({ retain: full }), b({ retain: retain({ stages: two }) })).retain?.stages.deregister,
    ).toBeUndefined();
    expect(
      taken(a({ retain: full }), b({ retain: retain({ stages: keepSnapshots }) })).retain?.stages.deregister,
    ).toEqual({
      afterDisabled: 30 * day,
      deleteSnapshots: false,
    });
    expect(taken(a({ retain: full }), b({})).retain?.stages.deregister).toBeDefined();
  });

  test('a stage that one lacks is said to end by it, one that all have or lack by nobody', () => {
    const { deprecate, disable, deregister } = full.stages;
    if (!deprecate || !disable || !deregister) throw new Error('no stages');
    const endings = (first: Policy['retain'], second: Policy['retain']) => {
      const { winners } = taken(a({ retain: first as never }), b({ retain: second as never }));
      return ['deprecate', 'disable', 'deregister'].map((stage) => winners[`retain.stages.${stage}`]);
    };
    expect(endings(retain({ stages: { deprecate } }), full)).toEqual([undefined, 'a', 'a']);
    expect(endings(full, retain({ stages: { deprecate, disable } }))).toEqual([undefined, undefined, 'b']);
    expect(endings(full, retain({ stages: {} }))).toEqual(['b', 'b', 'b']);
    expect(endings(retain({ stages: {} }), retain({ stages: {} }))).toEqual([undefined, undefined, undefined]);
    expect(endings(full, full)).toEqual([undefined, undefined, undefined]);
  });

  test('a maximum age that one sets holds, be it the least, and there is none where nobody sets it', () => {
    const [unset, least] = [retain(), retain({ maxAge: 0 })];
    expect(taken(a({ retain: unset }), b({ retain: least }))).toMatchObject({
      retain: { maxAge: 0 },
      winners: { 'retain.maxAge': 'b' },
    });
    expect(taken(a({ retain: unset })).retain).not.toHaveProperty('maxAge');
  });

  test.each([
    ['keep', 'warn', 'keep'],
    ['ignore', 'keep', 'keep'],
    ['ignore', 'warn', 'warn'],
    ['ignore', 'ignore', 'ignore'],
  ] as const)('of children one says %s and one says %s: %s', (first, second, expected) => {
    const care = (descendants: RetainPolicy['guards']['descendants']) =>
      retain({ guards: { ...full.guards, descendants } });
    expect(taken(a({ retain: care(first) }), b({ retain: care(second) })).retain?.descendants).toBe(expected);
  });

  test('only what all of them switch off or override is off, once', () => {
    const off = (...sources: string[]) => retain({ guards: { ...full.guards, off: sources } });
    const offOf = (...all: string[][]) =>
      taken(...all.map((one, index) => policy({ name: `p${index}`, retain: off(...one) }))).retain?.off;
    expect(offOf(['x', 'y'], ['y', 'z'])).toEqual(['y']);
    expect(offOf(['x'], [])).toEqual([]);
    expect(offOf([], ['x'])).toEqual([]);
    expect(offOf(['x'])).toEqual(['x']);
  });

  test('one policy in mode plan holds it', () => {
    expect(taken(a({ retain: full }), b({ mode: 'plan' })).takeMode).toBe('plan');
    expect(taken(a({ retain: full }), b({})).takeMode).toBe('apply');
  });

  test('a minimum is lowered only if every policy that retains says so', () => {
    const overrides = [{ rule: 'retain/min-age', reason: 'rebuilt every night' }];
    expect(taken(a({ retain: full, overrides }), b({ retain: full })).retain?.overrides).toEqual([]);
    expect(taken(a({ retain: full, overrides }), b({ retain: full, overrides })).retain?.overrides).toEqual([
      'retain/min-age',
    ]);
  });
});

test.each<[string, Policy[], string]>([
  [
    'two keys for one Region',
    [a({ copy: to(abroad, 'k1') }), b({ copy: to(abroad, 'k2') })],
    'copy.to.eu-west-1.kmsKey',
  ],
  [
    'two values of one tag',
    [a({ copy: { ...copyTo(abroad), addTags: { T: '1' } } }), b({ copy: { ...copyTo(far), addTags: { T: '2' } } })],
    'copy.addTags.T',
  ],
  [
    'exact both ways',
    [a({ share: shareWith('account:1') }), b({ share: { ...shareWith('account:1'), exact: true } })],
    'share.exact',
  ],
  ['public both ways', [a({ share: shareWith('account:1') }), b({ share: shareWith('everyone') })], 'share.public'],
  ['two families', [a({ retain: retain() }), b({ retain: retain(), family: { key: 'other' } })], 'family.key'],
])('%s is a conflict, and the image is left alone', (_name, policies, field) => {
  const plan = decide(inventory([image(1)], {}, regions), compiled(...policies), now);
  expect([plan.actions, plan.held]).toEqual([[], []]);
  expect(plan.verdicts[0]?.reasons).toEqual([{ code: 'policy-conflict', data: { field, policies: ['a', 'b'] } }]);
});

test('which policy won is told for the lineage of any image', () => {
  const one = image(1);
  const rules = compiled(a({ copy: copyTo(abroad) }));
  expect(policyFor(keyOf(one), inventory([one]), rules, now)?.winners).toMatchObject({ 'copy.to.eu-west-1': 'a' });
  expect(policyFor(`${home}/ami-0`, inventory([one]), rules, now)).toBeUndefined();
});

describe('of several policies', () => {
  const conflictsOf = (...policies: Policy[]) => merge(policies, now).conflicts;

  test('a key beside none is no contradiction', () => {
    expect(conflictsOf(a({ copy: to(abroad, 'alias/k') }), b({ copy: copyTo(abroad) }))).toEqual([]);
  });

  test('one that is public beside others contradicts one that is not', () => {
    const everyone = { ...shareWith('everyone'), with: [{ principal: 'everyone' }, { principal: 'account:1' }] };
    expect(conflictsOf(a({ share: everyone }), b({ share: shareWith('account:1') }))).toEqual([
      { field: 'share.public', policies: ['a', 'b'] },
    ]);
  });

  test('contradictions come in the order of their fields', () => {
    const tagged = (x: string, y: string) => ({ copy: { ...copyTo(abroad), addTags: { Y: y, X: x } } });
    expect(conflictsOf(a(tagged('1', '2')), b(tagged('3', '4'))).map(({ field }) => field)).toEqual([
      'copy.addTags.X',
      'copy.addTags.Y',
    ]);
  });

  test('nobody but the listed is to be taken only where all say so', () => {
    const exact = { ...shareWith('account:1'), exact: true };
    const exactOf = (...policies: Policy[]) => merge(policies, now).shares?.exact;
    expect(exactOf(a({ share: exact }), b({ share: shareWith('account:1') }))).toBe(false);
    expect(exactOf(a({ share: exact }), b({ share: exact }))).toBe(true);
  });

  test('each says which tag it added, the first of them where two say the same', () => {
    const tagged = (...keys: string[]) => ({
      copy: { ...copyTo(abroad), addTags: Object.fromEntries(keys.map((key) => [key, 'x'])) },
    });
    expect(merge([b(tagged('Team', 'Cost')), a(tagged('Team'))], now).winners).toMatchObject({
      'copy.addTags.Team': 'a',
      'copy.addTags.Cost': 'b',
    });
  });

  test('nobody is told of anything where none says so', () => expect(merge([a({})], now).notify).toEqual([]));

  test('the same are united once', () => {
    const united = merger();
    expect(united([a({})], now)).toBe(united([a({})], now));
  });
});
