import type { Switches } from '../../local/kernel/service.ts';
import type { Region } from '../../shared/model/ids.ts';
import type { CompiledPolicy } from '../../shared/model/policy.ts';
import { type Duration, day, hour, type Instant, minute } from '../../shared/model/time.ts';
import { Dice } from './dice.ts';
import { drawPolicies, withBin } from './policies.ts';

export const home: Region = 'us-east-1';
export const account = '111122223333';
export const stranger = '999988887777';

/** How often each thing goes wrong in one seed, as shares from 0 to 1. */
export interface Intensity {
  readonly error: number;
  readonly lost: number;
  readonly crash: number;
  readonly drop: number;
  readonly duplicate: number;
  readonly delay: number;
  readonly failedCopy: number;
  readonly doubled: number;
  readonly snapshotCode: number;
  /** Something that a person does in the very moment of a call of ours. */
  readonly meddle: number;
  /** For so long EC2 does not show a new image; in milliseconds. */
  readonly lag: Duration;
}

/** An operation, a Region or the store that fails fully for a while. */
export interface Storm {
  readonly from: Instant;
  readonly until: Instant;
  readonly operation?: string;
  readonly region?: Region;
}

/** Somebody who acts in the simulated account. */
export const cast = [
  'builder',
  'launcher',
  'operator',
  'adversary',
  'fleet-keeper',
  'restorer',
  'neighbour',
  'librarian',
  'custodian',
  'authority',
  'weather',
] as const;
export type Role = (typeof cast)[number];

export interface Scenario {
  readonly seed: number;
  readonly cast: readonly Role[];
  readonly start: Instant;
  /** After this nothing goes wrong and nobody but the product acts. */
  readonly faultsUntil: Instant;
  /** Until when the acts of the cast were drawn, where that is later: those that are too late are left out. */
  readonly drawnUntil?: Instant;
  readonly end: Instant;
  readonly regions: readonly Region[];
  readonly policy: CompiledPolicy;
  readonly intensity: Intensity;
  readonly storms: readonly Storm[];
  readonly switches: Partial<Switches>;
  /** How often the sweep runs while something happens. */
  readonly sweepEvery: Duration;
  /** How often every schedule runs while nothing does. */
  readonly idleEvery: Duration;
  /** Whether the store is older than its first days, in which nothing is taken. */
  readonly storeIsOld: boolean;
  readonly bursts: number;
  /** Ages in days of the images that are there at the start; drawn where it is left out. */
  readonly earlier?: readonly number[];
  /** How often `retire` and `reap` run while something happens; hourly where it is left out. */
  readonly takeEvery?: Duration;
}

/** Ordinary days, and those of the calendar that programs get wrong. */
const starts: readonly [Instant, ...Instant[]] = [
  Date.UTC(2026, 0, 5, 9),
  Date.UTC(2026, 0, 28, 9),
  Date.UTC(2026, 2, 27, 9),
  Date.UTC(2026, 9, 23, 9),
  Date.UTC(2028, 1, 27, 9),
];

/** The longest ladder that {@link drawPolicies} draws, with room for the guards that wait. */
export const quietTime: Duration = 9 * day;

const stormTargets = [
  'CopyImage',
  'DescribeImages',
  'DescribeInstances',
  'DescribeLaunchTemplates',
  'DescribeLaunchTemplateVersions',
  'DescribeAutoScalingGroups',
  'DescribeFleets',
  'DescribeImageAttribute',
  'ModifyImageAttribute',
  'CreateTags',
  'DisableImage',
  'DeregisterImage',
  'DeleteSnapshot',
  'SendMessageBatch',
  'PutEvents',
  'store',
];

export function drawScenario(seed: number, days: number): Scenario {
  const dice = new Dice(`scenario ${seed}`);
  const regions = [home, 'eu-west-1', ...(dice.chance(0.4) ? ['us-west-2'] : [])];
  const start = new Dice(`calendar ${seed}`).of(starts[0], ...starts);
  const end = start + days * day;
  const faultsUntil = end - Math.min(quietTime, (days * day) / 2);
  const calm = dice.chance(0.1);
  return {
    seed,
    cast,
    start,
    faultsUntil,
    end,
    regions,
    policy: withBin(drawPolicies(dice, home, regions.slice(1)), new Dice(`bin ${seed}`)),
    intensity: drawIntensity(dice, calm ? 0 : 1),
    storms: calm || !dice.chance(0.6) ? [] : drawStorms(dice, regions, start, faultsUntil),
    switches: drawSwitches(dice),
    sweepEvery: dice.of(15 * minute, hour, hour),
    idleEvery: dice.of(6 * hour, 6 * hour, 12 * hour),
    storeIsOld: dice.chance(0.8),
    bursts: dice.whole(2, 4),
  };
}

const drawIntensity = (dice: Dice, scale: number): Intensity => {
  const upTo = (most: number): number => (dice.chance(0.25) ? 0 : dice.between(0, most)) * scale;
  return {
    error: upTo(0.12),
    lost: upTo(0.06),
    crash: upTo(0.05),
    drop: dice.chance(0.05) ? scale : upTo(0.3),
    duplicate: upTo(0.3),
    delay: upTo(0.1),
    failedCopy: dice.chance(0.08) ? scale : upTo(0.1),
    doubled: upTo(0.1),
    snapshotCode: upTo(0.3),
    meddle: upTo(0.15),
    lag: dice.chance(0.4) ? 0 : Math.round(upTo(4 * minute)),
  };
};

function drawStorms(dice: Dice, regions: readonly Region[], start: Instant, until: Instant): Storm[] {
  return Array.from({ length: dice.whole(1, 4) }, () => {
    const long = dice.chance(0.3);
    const from = start + dice.next() * (until - start);
    const length = long ? dice.between(2 * day, 8 * day) : dice.between(10 * minute, 12 * hour);
    const where = dice.chance(0.3)
      ? { region: dice.of(home, ...regions) }
      : { operation: dice.of('store', ...stormTargets) };
    return { from, until: Math.min(until, from + length), ...where };
  });
}

const drawSwitches = (dice: Dice): Partial<Switches> => ({
  copyTokenLife: dice.of<Switches['copyTokenLife']>('call', 'day', 'ever'),
  failedCopyLeaves: dice.of<Switches['failedCopyLeaves']>('image-and-snapshots', 'image', 'nothing'),
  copyCarriesDeprecation: dice.chance(0.5),
  copyCarriesProtection: dice.chance(0.5),
  nameHeldFor: dice.of(0, 6 * hour),
  disableWorksOnProtected: dice.chance(0.5),
});
