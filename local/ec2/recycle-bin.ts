import type {
  ListImagesInRecycleBinRequest,
  ListImagesInRecycleBinResult,
  ListSnapshotsInRecycleBinRequest,
  ListSnapshotsInRecycleBinResult,
  RestoreImageFromRecycleBinRequest,
  RestoreImageFromRecycleBinResult,
  RestoreSnapshotFromRecycleBinRequest,
  RestoreSnapshotFromRecycleBinResult,
} from '@aws-sdk/client-ec2';
import { AwsError, type Call, type World } from '../kernel/service.ts';
import type { Bin } from './bin.ts';
import { checkId, invalidValue, notFound, required } from './errors.ts';
import { emitImageState } from './events.ts';
import { page } from './paging.ts';
import { type Binned, type ImageRow, remove, rowKey, rowsIn, type SnapshotRow, save, tableOf } from './rows.ts';
import { toSnapshot } from './snapshots.ts';

const mostIds = 20;
const pages = { min: 1, max: 1_000, usual: 1_000 };

function listed<K extends Bin>(call: Call, bin: K, prefix: string, ids: readonly string[] = []) {
  if (ids.length > mostIds) throw invalidValue(`${prefix} ids`, ids.length, `exceeds ${mostIds}`);
  const own = rowsIn(call.world, bin, call.region).filter(({ account }) => account === call.account);
  for (const id of ids) {
    checkId(prefix, id);
    if (!own.some((row) => row.id === id)) throw notFound(id);
  }
  return own.filter(({ id }) => ids.length === 0 || ids.includes(id));
}

const times = ({ enteredAt, exitsAt }: Binned<ImageRow | SnapshotRow>) => ({
  RecycleBinEnterTime: new Date(enteredAt),
  RecycleBinExitTime: new Date(exitsAt),
});

export function listImagesInRecycleBin(input: ListImagesInRecycleBinRequest, call: Call): ListImagesInRecycleBinResult {
  const { rows, ...token } = page(listed(call, 'binned-images', 'ami', input.ImageIds), input, pages, ({ id }) => id);
  const Images = rows.map((row) => ({
    ImageId: row.id,
    Name: row.kept.name,
    ...(row.kept.description !== undefined && { Description: row.kept.description }),
    ...times(row),
  }));
  return { Images, ...token };
}

export function listSnapshotsInRecycleBin(
  input: ListSnapshotsInRecycleBinRequest,
  call: Call,
): ListSnapshotsInRecycleBinResult {
  const found = listed(call, 'binned-snapshots', 'snap', input.SnapshotIds);
  const { rows, ...token } = page(found, input, { ...pages, min: 5 }, ({ id }) => id);
  const Snapshots = rows.map((row) => ({
    SnapshotId: row.id,
    Description: row.kept.description,
    VolumeId: row.kept.volumeId,
    ...times(row),
  }));
  return { Snapshots, ...token };
}

function takeOut<K extends Bin>(call: Call, bin: K, prefix: string, given: string | undefined, parameter: string) {
  const id = required(given, parameter);
  const [row] = listed(call, bin, prefix, [id]);
  if (!row) throw notFound(id);
  return row;
}

/** Its snapshots have to be there, so they are restored first. What comes back with it, the switches say. */
export function restoreImageFromRecycleBin(
  input: RestoreImageFromRecycleBinRequest,
  call: Call,
): RestoreImageFromRecycleBinResult {
  const { world } = call;
  const row = takeOut(call, 'binned-images', 'ami', input.ImageId, 'ImageId');
  const { kept } = row;
  for (const { snapshotId } of kept.disks)
    if (snapshotId && !tableOf(world, 'snapshots').has(rowKey({ ...kept, id: snapshotId }))) throw notFound(snapshotId);
  const taken = rowsIn(world, 'images', call.region).find(
    ({ account, name }) => account === kept.account && name === kept.name,
  );
  if (taken)
    throw new AwsError('InvalidAMIName.Duplicate', `AMI name ${kept.name} is already in use by AMI ${taken.id}`);
  const image = restored(world, kept);
  remove(world, 'binned-images', row);
  save(world, 'images', image);
  if (world.switches.restoreIsAnnounced && image.state === 'available')
    emitImageState(world, image, 'available', { requestId: call.requestId() });
  return { Return: true };
}

function restored({ switches }: World, kept: ImageRow): ImageRow {
  const { deprecateAt, ...rest } = kept;
  return {
    ...rest,
    state: kept.state === 'disabled' && !switches.restoreKeepsDisabled ? 'available' : kept.state,
    permissions: switches.restoreKeepsPermissions ? kept.permissions : [],
    tags: switches.restoreKeepsTags ? kept.tags : {},
    ...(switches.restoreKeepsDeprecation && deprecateAt !== undefined && { deprecateAt }),
  };
}

export function restoreSnapshotFromRecycleBin(
  input: RestoreSnapshotFromRecycleBinRequest,
  call: Call,
): RestoreSnapshotFromRecycleBinResult {
  const { switches } = call.world;
  const row = takeOut(call, 'binned-snapshots', 'snap', input.SnapshotId, 'SnapshotId');
  const snapshot: SnapshotRow = {
    ...row.kept,
    permissions: switches.restoreKeepsPermissions ? row.kept.permissions : [],
    tags: switches.restoreKeepsTags ? row.kept.tags : {},
  };
  remove(call.world, 'binned-snapshots', row);
  save(call.world, 'snapshots', snapshot);
  const shown = toSnapshot(snapshot, call.account);
  const { SnapshotId, Description, Encrypted, OwnerId, Progress, StartTime, State, VolumeId, VolumeSize } = shown;
  return { SnapshotId, Description, Encrypted, OwnerId, Progress, StartTime, State, VolumeId, VolumeSize };
}
