import type {
  CreateSnapshotRequest,
  DeleteSnapshotRequest,
  DescribeSnapshotsRequest,
  DescribeSnapshotsResult,
  Snapshot,
} from '@aws-sdk/client-ec2';
import type { AccountId } from '../../shared/model/ids.ts';
import { isoTime, minute } from '../../shared/model/time.ts';
import { AwsError, type Call, type World } from '../kernel/service.ts';
import { discardSnapshot } from './bin.ts';
import { usersOf } from './deregister.ts';
import { checkUsers, required } from './errors.ts';
import { type FilterFields, filterBy, tagList } from './filters.ts';
import { page } from './paging.ts';
import { checkSnapshotQuota } from './quotas.ts';
import { rowKey, rowsIn, type SnapshotRow, save, tableOf } from './rows.ts';
import { refuseLocked } from './snapshot-locks.ts';
import { specifiedTags } from './tag-rules.ts';
import { canSeeSnapshot, isPublicSnapshot, ownSnapshot, seenSnapshot, visibleTags } from './visibility.ts';

const snapshotTime = 3 * minute;
const bytesPerGiB = 2 ** 30;

const progressOf = (row: SnapshotRow): string => (row.state === 'completed' ? '100%' : '0%');
const transferOf = (row: SnapshotRow) => (row.completionMinutes === undefined ? 'standard' : 'time-based');

const fields: FilterFields<SnapshotRow> = {
  description: (row) => [row.description],
  encrypted: (row) => [row.encrypted],
  'owner-alias': () => [],
  'owner-id': (row) => [row.account],
  progress: (row) => [progressOf(row)],
  'snapshot-id': (row) => [row.id],
  'start-time': (row) => [isoTime(row.startedAt)],
  status: (row) => [row.state],
  'storage-tier': () => ['standard'],
  'transfer-type': (row) => [transferOf(row)],
  'volume-id': (row) => [row.volumeId],
  'volume-size': (row) => [row.sizeGiB],
};

export function toSnapshot(row: SnapshotRow, viewer: AccountId): Snapshot {
  return {
    SnapshotId: row.id,
    OwnerId: row.account,
    Description: row.description,
    VolumeId: row.volumeId,
    VolumeSize: row.sizeGiB,
    State: row.state,
    ...(row.stateMessage !== undefined && { StateMessage: row.stateMessage }),
    Progress: progressOf(row),
    StartTime: new Date(row.startedAt),
    ...(row.completedAt !== undefined && {
      CompletionTime: new Date(row.completedAt),
      FullSnapshotSizeInBytes: row.sizeGiB * bytesPerGiB,
    }),
    Encrypted: row.encrypted,
    ...(row.kmsKeyId && { KmsKeyId: row.kmsKeyId }),
    StorageTier: 'standard',
    TransferType: transferOf(row),
    ...(row.completionMinutes !== undefined && { CompletionDurationMinutes: row.completionMinutes }),
    Tags: tagList(visibleTags(row, viewer)),
  };
}

const allows = (row: SnapshotRow, user: string, call: Call): boolean => {
  if (user === 'all') return isPublicSnapshot(call.world, row);
  const account = user === 'self' ? call.account : user;
  return row.account === account || row.permissions.includes(`account:${account}`);
};

export function describeSnapshots(input: DescribeSnapshotsRequest, call: Call): DescribeSnapshotsResult {
  const { SnapshotIds: ids = [], OwnerIds: owners = [], RestorableByUserIds: users = [] } = input;
  for (const id of ids) seenSnapshot(call, id);
  checkUsers('Owner', owners, ['self', 'amazon']);
  checkUsers('RestorableBy', users, ['self', 'all']);
  const matches = filterBy(input.Filters, fields, (row) => visibleTags(row, call.account));
  const wanted = owners.map((owner) => (owner === 'self' ? call.account : owner));
  const found = rowsIn(call.world, 'snapshots', call.region).filter(
    (row) =>
      canSeeSnapshot(call.world, row, call.account) &&
      (ids.length === 0 || ids.includes(row.id)) &&
      (wanted.length === 0 || wanted.includes(row.account)) &&
      (users.length === 0 || users.some((user) => allows(row, user, call))) &&
      matches(row),
  );
  const { rows, ...token } = page(found, input, { min: 5, max: 1000 }, (row) => row.id);
  return { Snapshots: rows.map((row) => toSnapshot(row, call.account)), ...token };
}

/** Refused while a registered image, also a disabled one, needs the snapshot. */
export function deleteSnapshot(input: DeleteSnapshotRequest, call: Call): Record<string, never> {
  const row = ownSnapshot(call, input.SnapshotId);
  const user = usersOf(call.world, call.region, row.id)[0];
  if (user) throw new AwsError('InvalidSnapshot.InUse', `The snapshot ${row.id} is currently in use by ${user.id}`);
  refuseLocked(call.world, row);
  discardSnapshot(call.world, row);
  return {};
}

/** Of a volume of one of the caller's instances, the only volumes there are. */
export function createSnapshot(input: CreateSnapshotRequest, call: Call): Snapshot {
  const volumeId = required(input.VolumeId, 'VolumeId');
  const volume = rowsIn(call.world, 'instances', call.region)
    .filter((row) => row.account === call.account)
    .flatMap((row) => row.volumes)
    .find((candidate) => candidate.volumeId === volumeId);
  if (!volume) throw new AwsError('InvalidVolume.NotFound', `The volume '${volumeId}' does not exist.`);
  checkSnapshotQuota(call, 1);
  const { account, region, world } = call;
  const row: SnapshotRow = {
    account,
    region,
    id: world.random.id('snap'),
    state: 'pending',
    description: input.Description ?? '',
    volumeId,
    sizeGiB: volume.sizeGiB,
    startedAt: world.timeline.now(),
    encrypted: volume.encrypted,
    kmsKeyId: volume.kmsKeyId,
    productCodes: [],
    tags: specifiedTags(input.TagSpecifications, ['snapshot'])('snapshot'),
    permissions: [],
  };
  save(world, 'snapshots', row);
  world.timeline.schedule(world.timeline.now() + snapshotTime, 'ec2.snapshot-completes', { snapshot: rowKey(row) });
  return toSnapshot(row, account);
}

export function attachSnapshotTimers(world: World): void {
  world.timeline.on('ec2.snapshot-completes', ({ snapshot }: { snapshot: string }) => {
    const row = tableOf(world, 'snapshots').get(snapshot);
    if (row) save(world, 'snapshots', { ...row, state: 'completed', completedAt: world.timeline.now() });
  });
}
