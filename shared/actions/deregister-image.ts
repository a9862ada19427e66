import { because, type Reason } from '../model/codes.ts';
import { isPortError, isRetryable } from '../model/errors.ts';
import { type ImageKey, imageRef, type SnapshotId } from '../model/ids.ts';
import { type Image, tagsOf } from '../model/image.ts';
import { lockedAmong, type SnapshotLocks } from '../model/locks.ts';
import { approved, mark } from '../model/marks.ts';
import type { Action } from '../model/plan.ts';
import { day } from '../model/time.ts';
import type { SnapshotResult } from '../ports/images.ts';
import { type ActionDefinition, blocked, done, historyOf, type Result, type Workbench } from './action.ts';
import { endGrants } from './grant-key.ts';
import { changeRecord, mayTake } from './taking.ts';

/** The one step that cannot be undone: only on images that carry the approval, with the snapshot ids written ahead. */
export const deregisterImage: ActionDefinition<'deregister-image'> = {
  kind: 'deregister-image',
  permissions: ['ec2:DeregisterImage', 'ec2:DeleteSnapshot', 'ec2:DescribeImages', 'kms:ListGrants', 'kms:RevokeGrant'],
  destructive: true,
  role: () => 'reap',
  apply: async (action, bench) => {
    const seen = await mayTake(action, bench, 'disabled');
    if (!seen.may) return seen.result;
    if (tagsOf(seen.image)[mark.reap] !== approved) return blocked(`it does not carry ${mark.reap}`);
    const fate = !action.deleteSnapshots ? 'kept' : action.afterBin ? 'purged' : 'deleted';
    return remove(action, seen.image, fate, bench);
  },
};

/** What becomes of the snapshots: they stay for good, go with the image, or wait for the purge of a later run. */
export type SnapshotFate = 'kept' | 'deleted' | 'purged';

/** Shared by the last step of the ladder and by the removal of a copy that never became available. */
export async function remove(action: Action, image: Image, fate: SnapshotFate, bench: Workbench): Promise<Result> {
  const { snapshots } = image;
  const pendingSnapshots = fate === 'kept' ? [] : snapshots;
  await bench.images.rehearse('DeregisterImage', imageRef(action.image));
  await historyOf(action, bench, 'before', { snapshots, tags: tagsOf(image) });
  await changeRecord(action, bench, { pendingSnapshots });
  const results = await deregister(action, fate === 'deleted', bench);
  // Only now: an image that EC2 did not let go is still somebody's. Where this fails, whoever buries it goes on.
  await endGrants(action.image, action.policy, bench);
  const left = leftOver(pendingSnapshots, results);
  await changeRecord(action, bench, { pendingSnapshots: left, goneAt: bench.clock.now() });
  await historyOf(action, bench, 'after', { results });
  return done({ snapshots: results.map(({ snapshot, code }) => ({ id: snapshot, result: code })), left });
}

/** A refusal leaves the image as it is, and its snapshots to whoever deregisters it some day. */
async function deregister(action: Action, deleteSnapshots: boolean, bench: Workbench): Promise<SnapshotResult[]> {
  try {
    return await bench.images.deregister(imageRef(action.image), { deleteSnapshots });
  } catch (error) {
    if (isPortError(error, 'denied', 'protected', 'conflict', 'invalid'))
      await changeRecord(action, bench, { pendingSnapshots: [] });
    throw error;
  }
}

/** `skipped` stays for good, since another image uses it; whatever else is not `success` is tried again. */
const leftOver = (snapshots: readonly SnapshotId[], results: readonly SnapshotResult[]): SnapshotId[] =>
  snapshots.filter((id) => {
    const code = results.find(({ snapshot }) => snapshot === id)?.code;
    return code !== 'success' && code !== 'skipped';
  });

/** For so long after an image is gone EC2 may still take its snapshots for used. */
const inUseLag = day;

/**
 * Deletes what deregistering left behind. What is locked is not tried, what EC2 does not let go waits for a later run, and
 * what another image uses a day later stays for good, as it does where EC2 skips it.
 * @returns why something stays, as far as time alone will not mend it
 */
export async function purge(
  image: ImageKey,
  snapshots: readonly SnapshotId[],
  locks: SnapshotLocks,
  bench: Workbench,
): Promise<Reason[]> {
  const { goneAt = bench.clock.now() } = (await bench.ledger.image(image)) ?? {};
  const isOthers = bench.clock.now() - goneAt >= inUseLag;
  const left: SnapshotId[] = [];
  const stays: Reason[] = [];
  for (const snapshot of snapshots) {
    const fate = lockedAmong([snapshot], locks) ?? (await tryDelete(image, snapshot, bench));
    const isShared = fate === 'in-use' && isOthers;
    const isOver = fate === 'deleted' || isShared || (typeof fate === 'object' && fate.code === 'snapshot-unmarked');
    if (!isOver) left.push(snapshot);
    if (isShared) stays.push(because('snapshot-shared', { snapshots: [snapshot] }));
    else if (typeof fate === 'object') stays.push(fate);
  }
  await bench.ledger.saveImage(image, (record) => {
    if (!record) throw new Error(`${image} has snapshots to purge but no record`);
    return { ...record, pendingSnapshots: left };
  });
  return stays;
}

/** A reason: EC2 refused it, and asking again at once would be refused again. */
async function tryDelete(
  image: ImageKey,
  snapshot: SnapshotId,
  { images }: Workbench,
): Promise<'deleted' | 'in-use' | 'later' | Reason> {
  try {
    return (await images.deleteSnapshot(imageRef(image).region, snapshot)) ? 'deleted' : 'in-use';
  } catch (error) {
    if (!isPortError(error)) throw error;
    const { code, kind } = error;
    if (kind === 'denied' && (await isUnmarked(image, snapshot, images)))
      return because('snapshot-unmarked', { snapshots: [snapshot] });
    return isRetryable(error) ? 'later' : because('snapshot-refused', { snapshots: [snapshot], code });
  }
}

/** Nobody marks it again once its image is gone, so that it would be refused for ever. */
async function isUnmarked(image: ImageKey, snapshot: SnapshotId, images: Workbench['images']): Promise<boolean> {
  try {
    const tags = (await images.snapshotTags(imageRef(image).region, [snapshot]))[snapshot];
    return tags !== undefined && (tags[mark.managed] !== 'true' || tags[mark.reap] !== approved);
  } catch (error) {
    if (isPortError(error)) return false;
    throw error;
  }
}
