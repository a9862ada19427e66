import { type ImageKey, imageKey, imageRef, type Region } from '../model/ids.ts';
import { hasFailed, type Image, keyOf } from '../model/image.ts';
import type { Inventory, UsageReading, UsageSourceName, Use } from '../model/inventory.ts';
import type { Lineage } from '../model/lineage.ts';
import type { CompiledPolicy } from '../model/policy.ts';
import { listingGrace } from '../model/records.ts';
import { type Duration, type Instant, minute } from '../model/time.ts';
import { imagesByKey, lineagesOf, sourceOf } from './lineages.ts';
import { type merge, merger } from './merge.ts';
import { once, onceFor } from './once.ts';
import { push, sorted } from './order.ts';
import { publishedIn } from './published.ts';
import { recordedIn } from './recorded.ts';

/** The inventory with the indexes that the rules need, each built once. */
export interface World {
  readonly inventory: Inventory;
  readonly now: Instant;
  readonly images: ReadonlyMap<ImageKey, Image>;
  readonly lineages: readonly Lineage[];
  /** Home, every Region that a policy names, and every Region of the inventory. */
  readonly watched: readonly Region[];
  /** Watched Regions whose images could not be read, with the reason. */
  readonly unreadable: ReadonlyMap<Region, string>;
  /** By root, Regions that nobody looks at any more although our records know a member there. */
  readonly unwatched: ReadonlyMap<ImageKey, readonly Region[]>;
  /** Who uses an image, as far as it could be read. */
  readonly uses: ReadonlyMap<ImageKey, readonly string[]>;
  /** Images that a pointer names, and which pointer. */
  readonly published: ReadonlyMap<ImageKey, readonly string[]>;
  /** Why a source of use cannot be relied on in a Region; `undefined` when it can. */
  readonly unreadUsage: (source: UsageSourceName, region: Region, freshFor: Duration) => string | undefined;
  /** Images that were built from an image and are listed: also one that we took for gone, since it may be back. */
  readonly children: ReadonlyMap<ImageKey, readonly ImageKey[]>;
  /** Image names that are taken. */
  readonly namesIn: (region: Region) => ReadonlySet<string>;
  /** Copies under way, listed or not. */
  readonly inFlight: ReadonlyMap<Region, number>;
  readonly merge: typeof merge;
}

/** How far two clocks may differ before a date in the future is taken for a wrong one. */
export const worldSkew = 5 * minute;

export function worldOf(inventory: Inventory, policy: CompiledPolicy, now: Instant): World {
  const images = imagesByKey(inventory);
  const lineages = lineagesOf(inventory);
  const watched = watchedRegions(inventory, policy);
  return {
    inventory,
    now,
    images,
    lineages,
    watched,
    unreadable: unreadable(inventory, watched),
    unwatched: unwatchedByRoot(inventory),
    uses: usesByImage(inventory, images),
    published: publishedIn(inventory),
    unreadUsage: usageReader(inventory, now),
    children: childrenByParent(inventory),
    namesIn: namesIn(inventory),
    inFlight: copiesUnderWay(inventory, images, lineages, now),
    merge: mergerOf(policy),
  };
}

const mergerOf = once((_policy: CompiledPolicy) => merger());

function watchedRegions(inventory: Inventory, policy: CompiledPolicy): Region[] {
  const named = policy.policies.flatMap(({ select, copy }) => [
    ...select.regions,
    ...(copy?.to ?? []).map(({ region }) => region),
  ]);
  return sorted([inventory.homeRegion, ...named, ...Object.keys(inventory.images)]);
}

function unreadable(inventory: Inventory, watched: readonly Region[]): Map<Region, string> {
  const missing = watched.flatMap((region): [Region, string][] => {
    const evidence = inventory.images[region];
    if (evidence?.complete) return [];
    return [[region, evidence ? evidence.why : 'it was not looked at']];
  });
  return new Map(missing);
}

function unwatchedByRoot(inventory: Inventory): Map<ImageKey, Region[]> {
  const { images } = inventory;
  const unwatched = new Map<ImageKey, Region[]>();
  recordedIn(inventory).all.forEach(({ image, root, goneAt }) => {
    const region = regionOf(image);
    if (images[region] === undefined && goneAt === undefined) push(unwatched, root, region);
  });
  return unwatched;
}

/** Who uses an image, and which source showed it where. */
export interface User {
  readonly source: UsageSourceName;
  readonly region: Region;
  readonly by: string;
}

/** By image, as far as the sources could be read. */
export function usersByImage(inventory: Inventory, images: World['images']): Map<ImageKey, User[]> {
  const users = new Map<ImageKey, User[]>();
  const regions = Object.keys(inventory.images);
  for (const reading of inventory.usage)
    for (const use of reading.uses.complete ? reading.uses.value : [])
      for (const { image, by } of [use, ...namedFromAfar(reading, use, regions, images)])
        push(users, image, { source: reading.source, region: reading.region, by });
  return users;
}

const usesByImage = (inventory: Inventory, images: World['images']): Map<ImageKey, string[]> =>
  new Map([...usersByImage(inventory, images)].map(([image, users]) => [image, sorted(users.map(({ by }) => by))]));

/** One parameter may list the images of many Regions, and no two of these have the same id. */
const namedFromAfar = (
  { source, region }: UsageReading,
  { image, by }: Use,
  regions: readonly Region[],
  images: World['images'],
): Use[] =>
  source === 'ssm-parameters'
    ? regions
        .map((other) => imageKey(other, imageRef(image).id))
        .filter((key) => key !== image && images.has(key))
        .map((key) => ({ image: key, by: `${by} in ${region}` }))
    : [];

function usageReader(inventory: Inventory, now: Instant): World['unreadUsage'] {
  const readings = new Map<string, UsageReading[]>();
  for (const reading of inventory.usage) push(readings, `${reading.source} ${reading.region}`, reading);
  return (source, region, freshFor) => {
    const found = readings.get(`${source} ${region}`);
    if (!found) return 'it was not read';
    const failed = found.flatMap(({ uses }) => (uses.complete ? [] : [uses.why]));
    if (failed.length > 0) return sorted(failed).join('; ');
    return found.some(({ at }) => now - at > freshFor) ? 'the reading is too old' : undefined;
  };
}

const byImagesAndRecords = ({ images, records }: Inventory) => [images, records.images] as const;

const childrenByParent = onceFor(byImagesAndRecords, (inventory): ReadonlyMap<ImageKey, readonly ImageKey[]> => {
  const children = new Map<ImageKey, ImageKey[]>();
  const { parents } = recordedIn(inventory);
  imagesByKey(inventory).forEach((image, key) => {
    if (hasFailed(image)) return;
    const byEc2 = image.sourceInstanceId ? sourceOf(image) : undefined;
    const recorded = parents.get(key);
    if (byEc2 && byEc2 !== key) push(children, byEc2, key);
    if (recorded && recorded !== key && recorded !== byEc2) push(children, recorded, key);
  });
  return children;
});

/** Few plans copy anything, so that names are looked through only where a copy needs one. */
const namesIn = onceFor(byImagesAndRecords, (inventory): World['namesIn'] => {
  const known = new Map<Region, ReadonlySet<string>>();
  return (region) => {
    const names = known.get(region) ?? new Set(imagesIn(region, inventory).map(({ name }) => name));
    known.set(region, names);
    return names;
  };
});

const imagesIn = (region: Region, { images }: Inventory): readonly Image[] => {
  const evidence = images[region];
  return evidence?.complete ? evidence.value : [];
};

function copiesUnderWay(
  inventory: Inventory,
  images: ReadonlyMap<ImageKey, Image>,
  lineages: readonly Lineage[],
  now: Instant,
): Map<Region, number> {
  const pending = lineages.flatMap(({ root, members }) =>
    members.filter((image) => image.state === 'pending' && keyOf(image) !== root).map(({ region }) => region),
  );
  const unlisted = Object.values(inventory.records.intents)
    .flatMap((byRegion) => Object.values(byRegion))
    .filter(
      ({ state, since, region, copyId }) =>
        (state === 'intent' || state === 'copying') &&
        now - since < listingGrace &&
        !(copyId && images.has(`${region}/${copyId}` as ImageKey)),
    )
    .map(({ region }) => region);
  return new Map([...Map.groupBy([...pending, ...unlisted], (region) => region)].map(([r, list]) => [r, list.length]));
}

/** The Region of an image key. */
export const regionOf = (key: ImageKey): Region => key.slice(0, key.indexOf('/'));
