import { known } from '../shared/model/evidence.ts';
import type { ImageKey, Region } from '../shared/model/ids.ts';
import { type Image, keyOf } from '../shared/model/image.ts';
import { type Inventory, usageSources } from '../shared/model/inventory.ts';
import { marksFor } from '../shared/model/marks.ts';
import type { ImageRecord } from '../shared/model/records.ts';
import { day, type Instant } from '../shared/model/time.ts';

export const now: Instant = Date.UTC(2026, 10, 23, 10);
const account = '111122223333';
const home: Region = 'us-east-1';
const targets: readonly Region[] = ['eu-west-1', 'us-west-2', 'ap-south-1'];
const regions = [home, ...targets];
/** Generations of one family, a week apart. */
const generations = 25;

/** An account at rest: families of images in four Regions, copied, marked and recorded, one in fifty in use. */
export function largeInventory(count: number): Inventory {
  const lineages = Math.floor(count / regions.length);
  const members = Array.from({ length: lineages }, (_, number) => lineage(number));
  const all = members.flat();
  const images = Object.fromEntries(
    regions.map((region, place) => [region, known(members.flatMap((list) => list[place] ?? []))]),
  );
  return {
    account,
    homeRegion: home,
    scope: 'account',
    images,
    origins: {},
    grants: {},
    pointers: {},
    usage: regions.flatMap((region, place) =>
      usageSources.map((source) => ({ source, region, at: now, uses: known(usesIn(members, place)) })),
    ),
    records: {
      images: Object.fromEntries(all.map((image) => recordOf(image))),
      intents: {},
      granted: {},
      pointers: {},
      firstSweepAt: known(now - 90 * day),
    },
  };
}

const usesIn = (members: readonly (readonly Image[])[], place: number) =>
  members
    .filter((_, number) => number % 50 === 0)
    .flatMap((list) => list[place] ?? [])
    .map((image) => ({ image: keyOf(image), by: 'i-0a1 (running)' }));

function lineage(number: number): Image[] {
  const family = Math.floor(number / generations);
  const createdAt = now - ((number % generations) * 7 + 1) * day;
  const root = image(number, 0, home, createdAt, family);
  const rootKey = keyOf(root);
  const tags = known({ ...(root.tags.complete ? root.tags.value : {}), ...marksFor(rootKey, createdAt, 'golden') });
  const copies = targets.map((region, place) => ({
    ...image(number, place + 1, region, createdAt, family),
    tags,
    sourceImageId: root.id,
    sourceImageRegion: home,
  }));
  return [{ ...root, tags }, ...copies];
}

function image(number: number, place: number, region: Region, createdAt: Instant, family: number): Image {
  const digits = `${place}${number.toString(16).padStart(16, '0')}`;
  return {
    region,
    id: `ami-${digits}`,
    name: `golden-${family}-${number}`,
    ownerId: account,
    state: 'available',
    createdAt,
    architecture: 'x86_64',
    platform: 'linux',
    rootDeviceType: 'ebs',
    snapshots: [`snap-${digits}`],
    sizeGiB: 8,
    encrypted: false,
    kmsKeyIds: [],
    tags: known({ Family: `family-${family}` }),
    public: false,
    productCodes: [],
    deregistrationProtection: known('disabled'),
    lastLaunchedAt: known(undefined),
    severity: known(undefined),
  };
}

function recordOf(image: Image): [ImageKey, ImageRecord] {
  const key = keyOf(image);
  const root = `${home}/ami-0${image.id.slice('ami-0'.length)}` as ImageKey;
  const built = image.createdAt ?? now;
  return [
    key,
    {
      image: key,
      root,
      role: key === root ? 'root' : 'copy',
      name: image.name,
      built,
      firstSeenAt: built,
      finishedAt: built,
    },
  ];
}
