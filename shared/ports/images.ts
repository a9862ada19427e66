import type { Evidence } from '../model/evidence.ts';
import type { AccountId, ImageId, ImageKey, ImageRef, Region, SnapshotId } from '../model/ids.ts';
import type { Image, Tags } from '../model/image.ts';
import type { SnapshotLocks } from '../model/locks.ts';
import type { Principal } from '../model/policy.ts';
import type { CopyRequest } from '../model/records.ts';
import type { StorageGrant } from '../model/storage.ts';
import type { Instant } from '../model/time.ts';

/** So many changes of permissions go into one call. EC2 takes more for images; for snapshots this is its limit. */
export const changesPerCall = 500;

/** What the engine needs of EC2's image operations. Every call may fail with a `PortError`. */
export interface Images {
  /** Own images in every state, deprecated and disabled included, all pages. */
  list(region: Region): Promise<Image[]>;
  /** Images of these owners (account ids, `amazon`, `aws-marketplace`, `aws-backup-vault`) that the account can see. */
  listOf(region: Region, owners: readonly string[], names: readonly string[]): Promise<Image[]>;
  /** Any image that the account can see, whoever owns it. `undefined`: EC2 does not know it (or not yet). */
  get(image: ImageRef): Promise<Image | undefined>;
  /** Own images in `region` whose EC2 source or our mark names this root: the copies of one lineage. */
  copiesOf(root: ImageKey, region: Region): Promise<Image[]>;
  /** What an image was built from, nearest first, however many steps, whoever owns it and whether it still exists. */
  ancestors(image: ImageRef): Promise<ImageKey[]>;
  /** All launch permissions. `undefined`: the image is unknown. */
  grants(image: ImageRef): Promise<Principal[] | undefined>;
  /** CopyImage, sent to the target Region. @returns the id of the new, pending image */
  copy(request: CopyRequest, clientToken: string): Promise<ImageId>;
  share(image: ImageRef, change: { add: readonly Principal[]; remove: readonly Principal[] }): Promise<void>;
  /** Accounts that may make volumes of a snapshot, and so copy it; everyone is none of them. */
  snapshotAccounts(region: Region, snapshot: SnapshotId): Promise<AccountId[]>;
  /** Volume permissions of accounts on snapshots of one Region. */
  shareSnapshots(
    region: Region,
    change: { add: readonly StorageGrant[]; remove: readonly StorageGrant[] },
  ): Promise<void>;
  /** CreateTags on the image and the snapshots given. */
  mark(image: ImageRef, snapshots: readonly SnapshotId[], tags: Tags): Promise<void>;
  /** Tags of own snapshots. One that EC2 does not know is left out. */
  snapshotTags(region: Region, snapshots: readonly SnapshotId[]): Promise<Record<SnapshotId, Tags>>;
  /** Own snapshots that are locked at present, all pages. */
  lockedSnapshots(region: Region): Promise<SnapshotLocks>;
  /** Own images that lie in the Recycle Bin, all pages. */
  inBin(region: Region): Promise<ImageId[]>;
  deprecate(image: ImageRef, at: Instant): Promise<void>;
  disable(image: ImageRef): Promise<void>;
  /** EnableImage. Its launch permissions do not come back by themselves. */
  enable(image: ImageRef): Promise<void>;
  cancelDeprecation(image: ImageRef): Promise<void>;
  /** DeleteTags on the image and the snapshots given. */
  unmark(image: ImageRef, snapshots: readonly SnapshotId[], keys: readonly string[]): Promise<void>;
  /** RestoreImageFromRecycleBin; its snapshots have to be there. `false`: the Recycle Bin does not have it. */
  recover(image: ImageRef): Promise<boolean>;
  /** RestoreSnapshotFromRecycleBin. `false`: the Recycle Bin does not have it. */
  recoverSnapshot(region: Region, snapshot: SnapshotId): Promise<boolean>;
  /** Fails as the call itself would, for want of permission, and does nothing. */
  rehearse(call: 'DisableImage' | 'DeregisterImage', image: ImageRef): Promise<void>;
  deregister(image: ImageRef, options: { deleteSnapshots: boolean }): Promise<SnapshotResult[]>;
  /** `false`: EC2 says that an image still uses the snapshot. A snapshot that is gone counts as deleted. */
  deleteSnapshot(region: Region, snapshot: SnapshotId): Promise<boolean>;
}

/** EC2's return code per snapshot of DeregisterImage with `DeleteAssociatedSnapshots`. */
export interface SnapshotResult {
  readonly snapshot: SnapshotId;
  readonly code: 'success' | 'skipped' | 'missing-permissions' | 'internal-error' | 'client-error';
}

export interface Account {
  /** GetCallerIdentity. */
  id(): Promise<AccountId>;
  /** Regions that the account may use. */
  regions(): Promise<Evidence<Region[]>>;
}
