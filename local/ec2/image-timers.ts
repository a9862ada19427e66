import { type Duration, minute } from '../../shared/model/time.ts';
import type { Call, World } from '../kernel/service.ts';
import { emitImageState } from './events.ts';
import { keyWorks } from './keys.ts';
import { type ImageRow, remove, rowKey, type SnapshotRow, save, tableOf } from './rows.ts';

/** What an image still needs; payload of its timers. Keys are row keys. */
interface Pending {
  readonly image: string;
  readonly snapshots: readonly string[];
  /** The key that the caller asked for; a bad one is found out only now. */
  readonly kmsKey?: string;
  readonly failure?: string;
}

/** What EC2 says of a key that is not there, or that the caller may not use: both are found out late. */
export const badKey = 'Given key ID is not accessible';
const keyCheckDelay = minute;

const nowOf = (call: Call) => call.world.timeline.now();

/** Time that an operation takes, from its base, the size and some luck: between three quarters and five quarters. */
export function seededDuration(call: Call, base: Duration, perGiB: Duration, sizeGiB: number): Duration {
  return Math.round((base + perGiB * sizeGiB) * (0.75 + call.world.random.next() / 2));
}

/** Lets a pending image become available after `takes`, or fail on the way. */
export function scheduleCompletion(
  call: Call,
  image: ImageRow,
  snapshots: readonly SnapshotRow[],
  options: { takes: Duration; kmsKey?: string; failure?: string },
): void {
  const { takes, ...rest } = options;
  const payload: Pending = { image: rowKey(image), snapshots: snapshots.map(rowKey), ...rest };
  const { timeline } = call.world;
  if (options.failure !== undefined) {
    timeline.schedule(nowOf(call) + Math.round(takes / 2), 'ec2.image-fails', payload);
    return;
  }
  if (options.kmsKey) timeline.schedule(nowOf(call) + Math.min(keyCheckDelay, takes), 'ec2.image-key-check', payload);
  timeline.schedule(nowOf(call) + takes, 'ec2.image-completes', payload);
}

const rowsOf = (world: World, pending: Pending): SnapshotRow[] =>
  pending.snapshots.flatMap((key) => tableOf(world, 'snapshots').get(key) ?? []);

const pendingImage = (world: World, pending: Pending): ImageRow | undefined => {
  const row = tableOf(world, 'images').get(pending.image);
  return row?.state === 'pending' ? row : undefined;
};

function failImage(world: World, pending: Pending, message: string): void {
  const row = pendingImage(world, pending);
  const leaves = world.switches.failedCopyLeaves;
  for (const snapshot of rowsOf(world, pending)) {
    if (leaves === 'image-and-snapshots')
      save(world, 'snapshots', { ...snapshot, state: 'error', stateMessage: message });
    else remove(world, 'snapshots', snapshot);
  }
  if (!row) return;
  const disks = leaves === 'image-and-snapshots' ? row.disks : row.disks.map(({ snapshotId: _gone, ...disk }) => disk);
  const failed: ImageRow = {
    ...row,
    state: 'failed',
    disks,
    stateReason: { code: 'Client.InvalidParameterValue', message },
  };
  if (leaves === 'nothing') remove(world, 'images', row);
  else save(world, 'images', failed);
  emitImageState(world, failed, 'failed', { requestId: row.requestId, errorMessage: message });
}

const keyFails = (world: World, pending: Pending): boolean => {
  const [account, region] = pending.image.split('/');
  return (
    pending.kmsKey !== undefined &&
    account !== undefined &&
    region !== undefined &&
    !keyWorks(world, { account, region }, pending.kmsKey)
  );
};

/** Snapshots finish even when their image was deregistered meanwhile. */
function completeImage(world: World, pending: Pending): void {
  const row = pendingImage(world, pending);
  if (keyFails(world, pending)) {
    failImage(world, pending, badKey);
    return;
  }
  const completedAt = world.timeline.now();
  for (const snapshot of rowsOf(world, pending))
    if (snapshot.state === 'pending') save(world, 'snapshots', { ...snapshot, state: 'completed', completedAt });
  if (!row) return;
  const available: ImageRow = { ...row, state: 'available' };
  save(world, 'images', available);
  emitImageState(world, available, 'available', row);
}

export function attachImageTimers(world: World): void {
  world.timeline.on('ec2.image-completes', (pending: Pending) => completeImage(world, pending));
  world.timeline.on('ec2.image-fails', (pending: Pending) => failImage(world, pending, pending.failure ?? ''));
  world.timeline.on('ec2.image-key-check', (pending: Pending) => {
    if (keyFails(world, pending)) failImage(world, pending, badKey);
  });
}
