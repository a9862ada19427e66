import type { AccountId } from '../../shared/model/ids.ts';
import { AwsError, type Call, type World } from '../kernel/service.ts';
import { checkId, notFound, required } from './errors.ts';
import { findRow, type ImageRow, type SnapshotRow, type TagMap } from './rows.ts';
import { publicSnapshotsHidden } from './snapshot-block-public-access.ts';

interface Shared {
  readonly account: AccountId;
  readonly permissions: readonly string[];
}

/** Row of `organization-members`, keyed by the ARN of an organization or organizational unit. */
export interface Members {
  readonly accounts: readonly AccountId[];
}

export const isPublic = (row: Shared): boolean => row.permissions.includes('group:all');

/** Shared with this very account, or with an organization or unit that it belongs to. */
export function isSharedWith(world: World, row: Shared, account: AccountId): boolean {
  return row.permissions.some((permission) => {
    if (permission === `account:${account}`) return true;
    const [kind] = permission.split(':', 1);
    if (kind !== 'organization' && kind !== 'unit') return false;
    const members = world.state.table<Members>('organization-members').get(permission.slice(`${kind}:`.length));
    return members?.accounts.includes(account) ?? false;
  });
}

const mayUse = (world: World, row: Shared, account: AccountId): boolean =>
  row.account === account || isPublic(row) || isSharedWith(world, row, account);

/** A disabled, pending or failed image exists for its owner alone. */
export const canSeeImage = (world: World, row: ImageRow, account: AccountId): boolean =>
  row.account === account || (row.state === 'available' && mayUse(world, row, account));

export const isPublicSnapshot = (world: World, row: SnapshotRow): boolean =>
  isPublic(row) && !publicSnapshotsHidden(world, row);

export const canSeeSnapshot = (world: World, row: SnapshotRow, account: AccountId): boolean =>
  row.account === account || isPublicSnapshot(world, row) || isSharedWith(world, row, account);

/** Other accounts see only tags that their owner marked as shared. */
export const visibleTags = (row: { account: AccountId; tags: TagMap }, viewer: AccountId): TagMap =>
  row.account === viewer
    ? row.tags
    : Object.fromEntries(Object.entries(row.tags).filter(([key]) => key.startsWith('ec2:SharedTag/')));

/** @returns an image that the caller can see; otherwise `InvalidAMIID.Malformed` or `InvalidAMIID.NotFound` */
export function seenImage(call: Call, imageId: string | undefined): ImageRow {
  const id = required(imageId, 'ImageId');
  checkId('ami', id);
  const row = findRow(call.world, 'images', call, id);
  if (!row || !canSeeImage(call.world, row, call.account)) throw notFound(id);
  return row;
}

/** @returns an image of the caller's own; one that is merely visible is `AuthFailure` */
export function ownImage(call: Call, imageId: string | undefined): ImageRow {
  const row = seenImage(call, imageId);
  if (row.account !== call.account) throw new AwsError('AuthFailure', `Not authorized for image:${row.id}`);
  return row;
}

export function seenSnapshot(call: Call, snapshotId: string | undefined): SnapshotRow {
  const id = required(snapshotId, 'SnapshotId');
  checkId('snap', id);
  const row = findRow(call.world, 'snapshots', call, id);
  if (!row || !canSeeSnapshot(call.world, row, call.account)) throw notFound(id);
  return row;
}

export function ownSnapshot(call: Call, snapshotId: string | undefined): SnapshotRow {
  const row = seenSnapshot(call, snapshotId);
  if (row.account !== call.account) throw new AwsError('AuthFailure', `Not authorized for snapshot:${row.id}`);
  return row;
}
