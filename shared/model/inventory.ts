import type { BinRule, BinSightings } from './bin.ts';
import type { Approval, Freeze } from './control.ts';
import type { Evidence } from './evidence.ts';
import type { AccountId, ImageKey, Region, SnapshotId } from './ids.ts';
import type { Image, Tags } from './image.ts';
import type { SnapshotLocks } from './locks.ts';
import type { PointerKey, PointerRecord, PointerState } from './pointer.ts';
import type { Principal } from './policy.ts';
import type { CopyIntent, ImageRecord, RunHistory } from './records.ts';
import type { ReferenceReading, UsageReport } from './references.ts';
import type { Refusal } from './refusal.ts';
import type { StorageReading } from './storage.ts';
import type { Instant } from './time.ts';

/** Everything that `decide` may look at. Observed in one go, never asked for later. */
export interface Inventory {
  readonly account: AccountId;
  readonly homeRegion: Region;
  /** `account`: everything, so that taking can be decided. `lineage`: one lineage, giving only. */
  readonly scope: 'account' | 'lineage';
  /** Own images in every state, by watched Region. A Region that did not answer is incomplete, not empty. */
  readonly images: Readonly<Record<Region, Evidence<readonly Image[]>>>;
  /** Who owns the sources that are not among `images`. */
  readonly origins: Readonly<Record<ImageKey, Origin>>;
  /** Launch permissions that were read in this run. An image without an entry was not due for a check. */
  readonly grants: Readonly<Record<ImageKey, Evidence<readonly Principal[]>>>;
  /** What sharees need beside launch permissions, where it was read in this run. */
  readonly storage?: Readonly<Record<ImageKey, StorageReading>>;
  /** One entry per usage source and Region. A source that is missing here counts as unread. */
  readonly usage: readonly UsageReading[];
  /** What EC2 says refers to an image, asked only about images that would be taken. One without an entry is unread. */
  readonly references?: Readonly<Record<ImageKey, ReferenceReading>>;
  /** EC2's reports on use by other accounts, of such images that others may use. One without an entry is unread. */
  readonly reports?: Readonly<Record<ImageKey, Evidence<readonly UsageReport[]>>>;
  /** Pointers that policies or records name, as they were read. One that is missing here counts as unread. */
  readonly pointers: Readonly<Record<PointerKey, Evidence<PointerState>>>;
  /** What the Recycle Bin would keep, where something may be deregistered. A Region without an entry was not asked. */
  readonly recycleBin?: Readonly<Record<Region, Evidence<BinReading>>>;
  /** Snapshots that nobody may delete for a while, in the same Regions. One without an entry was not asked. */
  readonly locks?: Readonly<Record<Region, Evidence<SnapshotLocks>>>;
  /** Whether EC2 can use the keys under images that would be taken, by `placeOfKey`. One without an entry was not asked. */
  readonly keys?: Readonly<Record<string, Evidence<boolean>>>;
  /** By image, what it was built from, nearest first, as EC2 remembers it. An image without an entry was not asked. */
  readonly ancestry?: Readonly<Record<ImageKey, Evidence<readonly ImageKey[]>>>;
  readonly records: Records;
}

/** `gone`: EC2 knows the source no more and no record names its owner, so it may have been ours. */
export type Origin = 'foreign' | 'gone' | 'unread';

export interface Records {
  readonly images: Readonly<Record<ImageKey, ImageRecord>>;
  /** By root, then target Region. */
  readonly intents: Readonly<Record<ImageKey, Readonly<Record<Region, CopyIntent>>>>;
  /** Launch permissions that the product added, by image: the only ones it may take back. */
  readonly granted: Readonly<Record<ImageKey, readonly Principal[]>>;
  /** Whom the product ever let use an image, also where that was taken back: what they launched goes on. */
  readonly onceGranted?: Readonly<Record<ImageKey, readonly Principal[]>>;
  /** The last image that was asked for, by pointer. */
  readonly pointers: Readonly<Record<PointerKey, PointerRecord>>;
  /** What earlier runs took and saw. Absent where nobody keeps it: a saved inventory, a look at one lineage. */
  readonly runs?: RunHistory;
  /** The stop switch. Absent where nobody keeps one: a saved inventory. */
  readonly freeze?: Freeze;
  /** What people approved of late. */
  readonly approvals?: readonly Approval[];
  /** When rules of the Recycle Bin were first seen to act. */
  readonly binRules?: Readonly<Record<Region, BinSightings>>;
  /** What AWS refused to give, by image, so that it is not asked for again at once. */
  readonly refused?: Readonly<Record<ImageKey, readonly Refusal[]>>;
  /** When the first sweep saw this store empty; nothing destructive happens for 48 h from then. */
  readonly firstSweepAt: Evidence<Instant | undefined>;
}

export interface BinReading {
  readonly rules: readonly BinRule[];
  /** Of the snapshots concerned, where some rule goes by tags. One without an entry was not found. */
  readonly snapshotTags: Readonly<Record<SnapshotId, Tags>>;
}

/** Evidence of use in whole Regions that a policy may switch off. */
export const optionalSources = [
  'launch-templates',
  'launch-configurations',
  'auto-scaling',
  'spot',
  'fleets',
  'ssm-parameters',
] as const;
/** The kinds of it. `instances` can never be switched off. */
export const usageSources = ['instances', ...optionalSources] as const;
export type UsageSourceName = (typeof usageSources)[number];

export interface UsageReading {
  readonly source: UsageSourceName;
  readonly region: Region;
  readonly at: Instant;
  readonly uses: Evidence<readonly Use[]>;
}

export interface Use {
  readonly image: ImageKey;
  /** Who uses it, in the field's words: `i-0a1 (running)`, `template web-fleet v7 ($Default)`. */
  readonly by: string;
}
