import type { DeleteSnapshotReturnCode, DeregisterImageRequest, DeregisterImageResult } from '@aws-sdk/client-ec2';
import type { SnapshotId } from '../../shared/model/ids.ts';
import { permits } from '../iam/authorize.ts';
import { snapshotAccess } from '../iam/resource-access.ts';
import { AwsError, type Call, type World } from '../kernel/service.ts';
import { discardImage, discardSnapshot } from './bin.ts';
import { emitImageState } from './events.ts';
import { isProtectedAt } from './image-view.ts';
import { takeInjected } from './injected.ts';
import { findRow, type ImageRow, rowsIn } from './rows.ts';
import { isLockedNow } from './snapshot-locks.ts';
import { ownImage } from './visibility.ts';

export const snapshotsOf = (row: ImageRow): SnapshotId[] => [
  ...new Set(row.disks.flatMap((disk) => disk.snapshotId ?? [])),
];

/** Registered images, disabled ones included, that need the snapshot; whether those in the bin do, a switch says. */
export const usersOf = (world: World, region: string, snapshot: SnapshotId): ImageRow[] => {
  const inBin = world.switches.binFreesSnapshots ? [] : rowsIn(world, 'binned-images', region).map(({ kept }) => kept);
  return [...rowsIn(world, 'images', region), ...inBin].filter((row) => snapshotsOf(row).includes(snapshot));
};

function deleteOne(call: Call, id: SnapshotId, of: ImageRow): DeleteSnapshotReturnCode {
  const row = findRow(call.world, 'snapshots', call, id);
  const code = takeInjected(call.world, `deregister-snapshot/${call.region}`);
  if (code) return { SnapshotId: id, ReturnCode: code as 'internal-error' };
  if (usersOf(call.world, call.region, id).some((user) => user.id !== of.id))
    return { SnapshotId: id, ReturnCode: 'skipped' };
  if (!row) return { SnapshotId: id, ReturnCode: 'client-error' };
  if (row.account !== call.account || !permits(call, [snapshotAccess('ec2:DeleteSnapshot', row)]))
    return { SnapshotId: id, ReturnCode: 'missing-permissions' };
  if (isLockedNow(call.world, row)) return { SnapshotId: id, ReturnCode: 'client-error' };
  discardSnapshot(call.world, row);
  return { SnapshotId: id, ReturnCode: 'success' };
}

/**
 * The image is gone at once, or in the Recycle Bin, whatever becomes of its snapshots. A row `deregister-snapshot/<region>` in `injected` makes
 * its message the return code of the next snapshots.
 */
export function deregisterImage(input: DeregisterImageRequest, call: Call): DeregisterImageResult {
  const { world } = call;
  const row = ownImage(call, input.ImageId);
  if (row.ownerAlias === 'aws-backup-vault')
    throw new AwsError('AuthFailure', 'This image is managed by AWS Backup and cannot be deleted via EC2 APIs');
  if (isProtectedAt(row.protection, world.timeline.now()))
    throw new AwsError(world.switches.protectedCode, `The image '${row.id}' is protected from deregistration`);
  discardImage(world, row);
  const results = input.DeleteAssociatedSnapshots ? snapshotsOf(row).map((id) => deleteOne(call, id, row)) : [];
  emitImageState(world, row, 'deregistered', { requestId: call.requestId() });
  return { Return: true, DeleteSnapshotResults: results };
}
