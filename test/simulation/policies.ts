import type { Region } from '../../shared/model/ids.ts';
import type { CompiledPolicy, Policy, RetainPolicy } from '../../shared/model/policy.ts';
import { day, hour } from '../../shared/model/time.ts';
import { compiled, copyTo, policy, retain, selector } from '../rules/make.ts';
import type { Dice } from './dice.ts';

export const friends: readonly string[] = [
  'account:222233334444',
  'account:333344445555',
  'unit:arn:aws:organizations::111122223333:ou/o-a1b2c3d4e5/ou-ab12-cdef3456',
];

/** Two policies in mode apply, with ladders short enough to end within the run. */
export function drawPolicies(dice: Dice, home: Region, others: readonly Region[]): CompiledPolicy {
  const limits = dice.chance(0.8) ? { perPlan: 100, percentOfFamily: 100 } : { perPlan: 2, percentOfFamily: 40 };
  const golden = policy({
    name: 'golden',
    select: selector({ name: ['golden-*'], regions: [home] }),
    family: { key: '{nameBase}' },
    copy: { ...copyTo(...targets(dice, others)), copyTags: dice.chance(0.7), maxInFlight: dice.of(1, 2, 5, 5) },
    ...(dice.chance(0.75) && { share: drawShare(dice) }),
    retain: drawRetain(dice, limits),
    overrides: drawOverrides(dice),
  });
  return dice.chance(0.6) ? compiled(golden, drawEdge(dice, home, others, limits)) : compiled(golden);
}

/** Born in two Regions, chosen by a tag that may come late, its targets include where it is born. */
function drawEdge(dice: Dice, home: Region, others: readonly Region[], limits: RetainPolicy['limits']): Policy {
  const born = [home, others[0] ?? home];
  return policy({
    name: 'edge',
    select: selector({ name: ['edge-*'], regions: born, tags: { Team: ['platform'] } }),
    family: { key: '{nameBase}' },
    copy: { ...copyTo(...new Set([home, ...targets(dice, others)])), copyTags: dice.chance(0.5) },
    ...(dice.chance(0.5) && { share: { ...drawShare(dice), exact: dice.chance(0.5) } }),
    ...(dice.chance(0.6) && { retain: drawRetain(dice, limits) }),
    overrides: drawOverrides(dice),
  });
}

const targets = (dice: Dice, others: readonly Region[]): Region[] =>
  dice.shuffled(others).slice(0, dice.whole(1, Math.min(2, others.length)));

const drawShare = (dice: Dice): NonNullable<Policy['share']> => ({
  with: dice
    .shuffled(friends)
    .slice(0, dice.whole(1, 2))
    .sort()
    .map((principal) => ({ principal })),
  exact: false,
  snapshots: false,
  kms: 'off',
});

const drawRetain = (dice: Dice, limits: RetainPolicy['limits']): RetainPolicy =>
  retain({
    unit: dice.of('lineage', 'lineage', 'lineage', 'image'),
    keepLast: dice.of(2, 2, 3),
    stages: {
      deprecate: { afterSuperseded: dice.of(hour, 6 * hour) },
      disable: { afterDeprecated: dice.of(hour, 6 * hour) },
      deregister: { afterDisabled: dice.of(hour, 2 * day), deleteSnapshots: dice.chance(0.9) },
    },
    guards: {
      off: [],
      templateDepth: dice.of(2, 20),
      sharedAccounts: true,
      lastLaunchedWithin: 2 * day,
      descendants: 'keep',
      onUnknown: 'keep',
      minInUse: 1,
    },
    limits,
  });

function drawOverrides(dice: Dice): Policy['overrides'] {
  const reason = 'the simulated account rebuilds its images daily';
  return [
    ...(dice.chance(0.8) ? [{ rule: 'retain/min-age', reason }] : []),
    ...(dice.chance(0.7) ? [{ rule: 'retain/min-quarantine', reason }] : []),
  ];
}

/** In some accounts nothing is deregistered that the Recycle Bin would not keep. */
export const withBin = (policy: CompiledPolicy, dice: Dice): CompiledPolicy =>
  dice.chance(0.3)
    ? {
        ...policy,
        policies: policy.policies.map((one) =>
          one.retain ? { ...one, retain: { ...one.retain, recycleBin: 'required' as const } } : one,
        ),
      }
    : policy;
