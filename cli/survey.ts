import { degradedOf } from '../shared/engine/engine.ts';
import type { Look } from '../shared/engine/reading.ts';
import { type Evidence, known } from '../shared/model/evidence.ts';
import { type ImageKey, imageRef, type Region } from '../shared/model/ids.ts';
import type { Inventory } from '../shared/model/inventory.ts';
import type { Plan } from '../shared/model/plan.ts';
import type { UsageReport } from '../shared/model/references.ts';
import type { Duration, Instant } from '../shared/model/time.ts';
import { decide } from '../shared/rules/decide.ts';
import type { World } from './worlds/world.ts';

/** Everything that a command looked at, and what follows from it. */
export interface Survey {
  readonly now: Instant;
  readonly inventory: Inventory;
  readonly plan: Plan;
  readonly header: Header;
}

/** What was looked at, where and when: above every report, and in every JSON. */
export interface Header {
  readonly world: World['kind'];
  readonly account: string;
  readonly regions: readonly string[];
  readonly policyHash: string;
  readonly policyFile: string;
  readonly time: Instant;
  /** Regions of which something could not be read, with the reason. */
  readonly degraded: Readonly<Record<string, string>>;
  /** What was read with reservations. */
  readonly notes?: readonly string[];
}

/**
 * Looks at the whole account and decides.
 * @param at decide as if it were this time, as if everything had been seen then
 * @param more what else to look at; Regions that are only looked at are not decided about
 */
export async function survey(
  world: World,
  at?: Instant,
  more: Pick<Look, 'question' | 'regions'> = {},
): Promise<Survey> {
  const seen = await world.look({ scope: 'account', grants: 'all', usage: true, ...more });
  const now = at ?? world.now();
  const inventory = at === undefined ? seen : seenAt(at, seen);
  return {
    now,
    inventory,
    plan: decide(without(inventory, more.regions ?? []), world.policy, now),
    header: headerOf(world, inventory, now),
  };
}

/** The same inventory, as if all that ages in it were of another time. */
function seenAt(at: Instant, seen: Inventory): Inventory {
  const later = at - Math.max(0, ...seen.usage.map((reading) => reading.at));
  return {
    ...seen,
    usage: seen.usage.map((reading) => ({ ...reading, at })),
    ...(seen.references && { references: eachOf(seen.references, (reading) => ({ ...reading, at })) }),
    ...(seen.reports && { reports: eachOf(seen.reports, (found) => made(later, found)) }),
  };
}

const made = (later: Duration, found: Evidence<readonly UsageReport[]>): typeof found =>
  found.complete ? known(found.value.map((one) => ({ ...one, createdAt: one.createdAt + later }))) : found;

const eachOf = <T>(all: Readonly<Record<string, T>>, change: (one: T) => T): Record<string, T> =>
  Object.fromEntries(Object.entries(all).map(([key, one]) => [key, change(one)]));

/** What is only looked at is not decided about. */
export const without = (inventory: Inventory, regions: readonly Region[]): Inventory => ({
  ...inventory,
  images: Object.fromEntries(Object.entries(inventory.images).filter(([region]) => !regions.includes(region))),
});

export const headerOf = (world: World, inventory: Inventory, time: Instant): Header => ({
  world: world.kind,
  account: inventory.account,
  regions: Object.keys(inventory.images).sort(),
  policyHash: world.policy.hash,
  policyFile: world.policyFile,
  time,
  degraded: degraded(world, inventory),
  ...(world.notes && { notes: world.notes }),
});

/** A saved inventory seldom holds everything, which its holds say; elsewhere a source that fails is a failure. */
function degraded(world: World, inventory: Inventory): Record<string, string> {
  if (world.kind === 'inventory') return degradedOf(inventory);
  const single = Object.entries(inventory.references ?? {}).flatMap(([image, { by }]) =>
    Object.entries(by).flatMap(([source, found]) => failure(imageRef(image as ImageKey).region, source, found)),
  );
  const reports = Object.entries(inventory.reports ?? {}).flatMap(([image, found]) =>
    failure(imageRef(image as ImageKey).region, 'usage reports', found),
  );
  const regional = inventory.usage.flatMap(({ region, source, uses }) => failure(region, source, uses));
  return { ...Object.fromEntries([...reports, ...single, ...regional]), ...degradedOf(inventory) };
}

const failure = (region: Region, source: string, found: Evidence<unknown>): [Region, string][] =>
  found.complete ? [] : [[region, `${source}: ${found.why}`]];
