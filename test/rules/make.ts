import { known } from '../../shared/model/evidence.ts';
import type { ImageKey, Region } from '../../shared/model/ids.ts';
import { type Image, keyOf, type Tags } from '../../shared/model/image.ts';
import type { Inventory, UsageReading } from '../../shared/model/inventory.ts';
import { usageSources } from '../../shared/model/inventory.ts';
import { marksFor } from '../../shared/model/marks.ts';
import type {
  CompiledPolicy,
  CopyPolicy,
  Policy,
  RetainPolicy,
  Selector,
  SharePolicy,
} from '../../shared/model/policy.ts';
import type { CopyIntent, ImageRecord } from '../../shared/model/records.ts';
import type { UsageReport } from '../../shared/model/references.ts';
import { day, hour, type Instant } from '../../shared/model/time.ts';

export const now: Instant = Date.UTC(2026, 10, 23, 10);
export const account = '111122223333';
export const home = 'us-east-1';
export const abroad = 'eu-west-1';
export const far = 'ap-south-1';
export const regions = [home, abroad, far];

/** `ami-` and 17 digits made of a number. */
export const idOf = (number: number): string => `ami-${number.toString(16).padStart(17, '0')}`;

export function image(number: number, more: Partial<Image> = {}): Image {
  return {
    region: home,
    id: idOf(number),
    name: `golden-${number}`,
    ownerId: account,
    state: 'available',
    createdAt: now - 100 * day,
    architecture: 'x86_64',
    platform: 'linux',
    rootDeviceType: 'ebs',
    snapshots: [`snap-${number.toString(16).padStart(17, '0')}`],
    sizeGiB: 8,
    encrypted: false,
    kmsKeyIds: [],
    tags: known({}),
    public: false,
    productCodes: [],
    deregistrationProtection: known('disabled'),
    lastLaunchedAt: known(undefined),
    severity: known(undefined),
    ...more,
  };
}

/** A copy of `root`, with our marks unless tags are given. */
export const copyOf = (root: Image, number: number, more: Partial<Image> = {}): Image =>
  image(number, {
    region: abroad,
    name: root.name,
    sourceImageId: root.id,
    sourceImageRegion: root.region,
    ...(root.createdAt !== undefined && { createdAt: root.createdAt }),
    tags: known(marksFor(keyOf(root), root.createdAt, 'golden')),
    ...more,
  });

/** The same image with the marks of a root, beside its other tags. */
export const marked = (root: Image, tags: Tags = {}): Image => ({
  ...root,
  tags: known({ ...tags, ...marksFor(keyOf(root), root.createdAt, 'golden') }),
});

export const selector = (more: Partial<Selector> = {}): Selector => ({
  name: ['golden-*'],
  rootDevice: ['ebs'],
  regions: [home],
  ...more,
});

export const copyTo = (...regions: Region[]): CopyPolicy => ({
  to: regions.map((region) => ({ region })),
  name: '{name}',
  copyTags: true,
  addTags: {},
  since: 'all',
  maxInFlight: 5,
  maxPerDay: 100,
});

/** With these principals, and nothing more. */
export const shareWith = (...principals: string[]): SharePolicy => ({
  with: principals.map((principal) => ({ principal })),
  exact: false,
  snapshots: false,
  kms: 'verify',
});

export const retain = (more: Partial<RetainPolicy> = {}): RetainPolicy => ({
  unit: 'lineage',
  keepLast: 2,
  keepPublished: true,
  stages: {
    deprecate: { afterSuperseded: 14 * day },
    disable: { afterDeprecated: 30 * day },
    deregister: { afterDisabled: 30 * day, deleteSnapshots: true },
  },
  guards: {
    off: [],
    templateDepth: 20,
    sharedAccounts: true,
    lastLaunchedWithin: 30 * day,
    descendants: 'keep',
    onUnknown: 'keep',
    minInUse: 1,
  },
  exclude: { tags: {}, images: [] },
  keepTag: 'ami-steward:keep-until',
  limits: { perPlan: 5, percentOfFamily: 100 },
  recycleBin: 'optional',
  ...more,
});

export const policy = (more: Partial<Policy> = {}): Policy => ({
  name: 'golden',
  mode: 'apply',
  select: selector(),
  family: { key: 'golden/{architecture}' },
  lineage: { stampTags: true },
  overrides: [],
  ...more,
});

export const compiled = (...policies: Policy[]): CompiledPolicy => ({ version: 1, hash: 'f'.repeat(64), policies });

/** Complete readings without any use. */
export const readings = (regions: readonly Region[], at: Instant = now): UsageReading[] =>
  usageSources.flatMap((source) => regions.map((region) => ({ source, region, at, uses: known([]) })));

/** Nothing refers to the images, as far as EC2 tells. */
export const unreferenced = (images: readonly Image[], at: Instant = now): NonNullable<Inventory['references']> =>
  Object.fromEntries(
    images.map((one) => [keyOf(one), { at, by: { 'image-references': known([]), 'image-builder': known([]) } }]),
  );

/** A full report of an hour ago, with what it counted. */
export const report = (more: Partial<UsageReport> = {}): UsageReport => ({
  id: 'amiur-1',
  state: 'available',
  createdAt: now - hour,
  full: true,
  uses: [],
  ...more,
});

/** No other account uses the images. */
export const unusedElsewhere = (images: readonly Image[]): NonNullable<Inventory['reports']> =>
  Object.fromEntries(images.map((one) => [keyOf(one), known([report()])]));

export function inventory(
  images: readonly Image[],
  more: Partial<Inventory> = {},
  watched = [home, abroad],
): Inventory {
  return {
    account,
    homeRegion: home,
    scope: 'account',
    images: Object.fromEntries(watched.map((region) => [region, known(images.filter((one) => one.region === region))])),
    origins: {},
    grants: {},
    usage: readings(watched),
    references: unreferenced(images),
    reports: unusedElsewhere(images),
    pointers: {},
    recycleBin: Object.fromEntries(watched.map((region) => [region, known({ rules: [], snapshotTags: {} })])),
    locks: Object.fromEntries(watched.map((region) => [region, known({})])),
    records: records({}),
    ...more,
  };
}

export const records = (more: Partial<Inventory['records']>): Inventory['records'] => ({
  images: {},
  intents: {},
  granted: {},
  pointers: {},
  firstSweepAt: known(now - 365 * day),
  ...more,
});

export const record = (of: Image, more: Partial<ImageRecord> = {}): ImageRecord => ({
  image: keyOf(of),
  root: keyOf(of),
  role: 'root',
  name: of.name,
  ...(of.createdAt !== undefined && { built: of.createdAt }),
  firstSeenAt: of.createdAt ?? now,
  ...more,
});

export const recorded = (...all: ImageRecord[]): Record<ImageKey, ImageRecord> =>
  Object.fromEntries(all.map((one) => [one.image, one]));

export const intent = (root: Image, more: Partial<CopyIntent> = {}): CopyIntent => ({
  root: keyOf(root),
  region: abroad,
  state: 'copying',
  generation: 1,
  request: { source: keyOf(root), region: abroad, name: root.name, tags: {} },
  since: now - day,
  ...more,
});

export const intents = (...all: CopyIntent[]): Inventory['records']['intents'] =>
  Object.fromEntries(all.map((one) => [one.root, { [one.region]: one }]));
