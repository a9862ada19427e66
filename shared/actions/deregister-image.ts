import { type ImageKey, imageRef, type SnapshotId } from '../model/ids.ts';
import { tagsOf } from '../model/image.ts';
import { approved, mark } from '../model/marks.ts';
import type { Action } from '../model/plan.ts';
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
    return remove(action, seen.image.snapshots, action.deleteSnapshots, bench);
  },
};

/** Shared by the last step of the ladder and by the removal of a copy that never became available. */
export async function remove(
  action: Action,
  snapshots: readonly SnapshotId[],
  deleteSnapshots: boolean,
  bench: Workbench,
): Promise<Result> {
  const pendingSnapshots = deleteSnapshots ? snapshots : [];
  await changeRecord(action, bench, { pendingSnapshots });
  await historyOf(action, bench, 'before', { snapshots });
  await endGrants(action.image, action.policy, bench);
  const results = await bench.images.deregister(imageRef(action.image), { deleteSnapshots });
  const left = leftOver(pendingSnapshots, results);
  await changeRecord(action, bench, { pendingSnapshots: left, goneAt: bench.clock.now() });
  await historyOf(action, bench, 'after', { results });
  return done({ snapshots: results.map(({ snapshot, code }) => ({ id: snapshot, result: code })), left });
}

/** `skipped` stays for good, since another image uses it; whatever else is not `success` is tried again. */
const leftOver = (snapshots: readonly SnapshotId[], results: readonly SnapshotResult[]): SnapshotId[] =>
  snapshots.filter((id) => {
    const code = results.find(({ snapshot }) => snapshot === id)?.code;
    return code !== 'success' && code !== 'skipped';
  });

/** Deletes what deregistering left behind. A snapshot that an image still uses waits for the next run. */
export async function purge(
  image: ImageKey,
  snapshots: readonly SnapshotId[],
  bench: Workbench,
): Promise<SnapshotId[]> {
  const left: SnapshotId[] = [];
  for (const snapshot of snapshots)
    if (!(await bench.images.deleteSnapshot(imageRef(image).region, snapshot))) left.push(snapshot);
  await bench.ledger.saveImage(image, (record) => {
    if (!record) throw new Error(`${image} has snapshots to purge but no record`);
    return { ...record, pendingSnapshots: left };
  });
  return left;
}
