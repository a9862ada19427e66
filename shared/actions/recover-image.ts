import { type ImageRef, imageRef, type SnapshotId } from '../model/ids.ts';
import type { ImageState, Tags } from '../model/image.ts';
import { isInheritable, mark, marksFor } from '../model/marks.ts';
import { type HistoryEntry, type ImageRecord, withoutFields } from '../model/records.ts';
import { type ActionDefinition, blocked, done, historyOf, type Workbench } from './action.ts';
import { enabledAgain } from './undo.ts';

/**
 * Snapshots first, without which EC2 does not restore the image. Whether tags come back with it is not known, so ours
 * and those of its owners are set again from what was written down before it went.
 */
export const recoverImage: ActionDefinition<'recover-image'> = {
  kind: 'recover-image',
  permissions: [
    'ec2:RestoreImageFromRecycleBin',
    'ec2:RestoreSnapshotFromRecycleBin',
    'ec2:CreateTags',
    'ec2:DeleteTags',
    'ec2:DescribeImages',
  ],
  destructive: false,
  role: () => 'restore',
  apply: async (action, bench) => {
    const { image: key } = action;
    const ref = imageRef(key);
    const record = await bench.ledger.image(key);
    if (!record) return blocked('nothing is recorded of it');
    const { snapshots, tags } = lastRites(await bench.ledger.history(key));
    await historyOf(action, bench, 'before', { snapshots });
    const isBack = (await bench.images.get(ref)) !== undefined || (await recover(ref, snapshots, bench));
    if (!isBack) return blocked('the Recycle Bin does not have it, or not its snapshots');
    const marks = marksFor(record.root, record.built, record.policy ?? action.policy);
    await bench.images.mark(ref, [], { ...tags, ...marks });
    await bench.images.mark(ref, snapshots, marks);
    await bench.images.unmark(ref, snapshots, [mark.reap]);
    const state = (await bench.images.get(ref))?.state;
    await bench.ledger.saveImage(key, (before = record) => recovered(before, state));
    await historyOf(action, bench, 'after', { state });
    return done({ state });
  },
};

async function recover(image: ImageRef, snapshots: readonly SnapshotId[], { images }: Workbench): Promise<boolean> {
  for (const snapshot of snapshots) await images.recoverSnapshot(image.region, snapshot);
  return images.recover(image);
}

/** What was written down just before the image was deregistered. */
function lastRites(history: readonly HistoryEntry[]): { snapshots: readonly SnapshotId[]; tags: Tags } {
  const last = history.findLast(({ what, phase }) => what === 'deregister-image' && phase === 'before');
  const { snapshots = [], tags = {} } = (last?.detail ?? {}) as { snapshots?: readonly SnapshotId[]; tags?: Tags };
  return { snapshots, tags: Object.fromEntries(Object.entries(tags).filter(([key]) => isInheritable(key))) };
}

/** Whether EC2 gives it back disabled or available is not known either. */
function recovered(record: ImageRecord, state: ImageState | undefined): ImageRecord {
  const alive = withoutFields(record, ['goneAt', 'pendingSnapshots', 'approvedAt']);
  return state === 'available' ? enabledAgain(alive) : alive;
}
