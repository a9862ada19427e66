import type { CompiledPolicy, Policy, RetainPolicy, Selector, Window } from '../../shared/model/policy.ts';
import { day, hour } from '../../shared/model/time.ts';
import { compiled, home, now, policy, regions, retain, selector } from '../rules/make.ts';
import type { Dice } from './dice.ts';
import { drawPublish } from './pointers.ts';

export type Unit = 'lineage' | 'image';

export const accounts: [string, string, string] = ['account:222233334444', 'account:333344445555', 'everyone'];

export function drawPolicies(dice: Dice, unit: Unit): CompiledPolicy {
  const names = ['golden', 'second', 'third'].slice(0, 1 + dice.upTo(2));
  const careful = dice.chance(20);
  return compiled(...names.map((name, index) => drawPolicy(dice, name, unit, careful, index > 0 && dice.chance(70))));
}

/** Monday at ten, UTC, is when the worlds are looked at. */
const drawWindow = (dice: Dice): Window => ({
  days: [dice.one(['MON', 'TUE'])],
  from: 540,
  to: dice.one([600, 601]),
  timezone: 'UTC',
});

/** What images alone do not answer, so that some policies stay undecided. */
const drawQuestion = (dice: Dice): Partial<Selector> =>
  dice.odd(12)
    ? dice.one<Partial<Selector>>([
        { sharedWith: [accounts[0]] },
        { olderThan: 30 * day },
        { notLaunchedFor: 60 * day },
      ])
    : {};

function drawGuards(dice: Dice): RetainPolicy['guards'] {
  const descendants = dice.one<'keep' | 'warn'>(['keep', 'keep', 'warn']);
  const minInUse = dice.one([0, 1, 3]);
  const sharedAccounts = minInUse !== 3 || descendants === 'keep';
  const lastLaunchedWithin = 30 * day;
  return { off: [], templateDepth: 20, sharedAccounts, lastLaunchedWithin, descendants, onUnknown: 'keep', minInUse };
}

function drawPolicy(dice: Dice, name: string, unit: Unit, careful: boolean, narrow: boolean): Policy {
  const stages = {
    deprecate: { afterSuperseded: dice.one([hour, day, 14 * day]) },
    ...(dice.chance(95) && { disable: { afterDeprecated: dice.one([hour, day, 30 * day]) } }),
  };
  const full = stages.disable !== undefined && dice.chance(90);
  return policy({
    name,
    mode: dice.usual(85) ? 'apply' : 'plan',
    select: selector({
      name: [dice.one(['golden-*', '*', 'golden-*'])],
      regions: dice.chance(80) ? regions : [home],
      ...(narrow && { tags: { Team: [dice.one(['platform', '*'])] } }),
      ...(dice.odd(10) && { notTags: { Stage: ['dev'] } }),
      ...drawQuestion(dice),
    }),
    family: { key: dice.odd(30) ? '{nameBase}/{tag:Family}' : '{nameBase}' },
    ...(dice.chance(75) && {
      copy: {
        to: regions
          .filter(() => dice.chance(60))
          .map((region) => ({ region, ...(dice.odd(10) && { kmsKey: 'alias/golden' }) })),
        name: '{name}',
        copyTags: dice.chance(80),
        addTags: dice.odd(20) ? { Cost: dice.one(['1', '2']) } : {},
        since: dice.one(['all', 'all', now - 90 * day]),
        maxInFlight: 5,
        maxPerDay: dice.odd(10) ? 1 : 100,
      },
    }),
    ...(dice.chance(70) && {
      share: {
        with: accounts.slice(0, 1 + dice.upTo(1)).map((principal) => ({
          principal,
          ...(dice.chance(20) && { until: now + dice.one([-day, 0, day]) }),
        })),
        exact: careful,
        snapshots: name !== 'third',
        kms: name === 'golden' ? 'grant' : 'verify',
      },
    }),
    ...(dice.chance(22) && { publish: drawPublish(dice) }),
    lineage: { stampTags: dice.usual(95) },
    ...(dice.usual(85) && {
      retain: retain({
        unit,
        keepLast: 2 + dice.upTo(1),
        keepPublished: dice.usual(80),
        ...(dice.chance(30) && { maxAge: dice.one([10 * day, 60 * day]) }),
        stages: full
          ? { ...stages, deregister: { afterDisabled: dice.one([day, 30 * day]), deleteSnapshots: true } }
          : stages,
        guards: drawGuards(dice),
        ...(dice.odd(8) && { window: drawWindow(dice) }),
        ...(dice.odd(15) && { notice: { before: dice.one([hour, 7 * day]), owner: '{tag:Team}' } }),
        exclude: { tags: { Keep: ['true'] }, images: [] },
        limits: dice.one([
          { perPlan: 100, percentOfFamily: 100 },
          { perPlan: 100, percentOfFamily: 100 },
          { perPlan: 2, percentOfFamily: 30 },
        ]),
      }),
    }),
    overrides: dice.chance(30) ? [{ rule: 'retain/min-quarantine', reason: 'private and rebuilt nightly' }] : [],
  });
}
