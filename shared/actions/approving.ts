import { isPortError } from '../model/errors.ts';
import { type ImageRef, imageRef, type SnapshotId } from '../model/ids.ts';
import { approved, mark } from '../model/marks.ts';
import type { Action } from '../model/plan.ts';
import { historyOf, type Workbench } from './action.ts';

/** What reading the marks of snapshots takes. */
export const readsMarks = 'ec2:DescribeSnapshots';

/**
 * Sets the mark without which `reap` may not remove anything, on an image and its snapshots.
 * @returns snapshots that lost our mark: no role of ours may touch them, and they keep no image from leaving
 */
export async function approve(
  action: Action,
  snapshots: readonly SnapshotId[],
  bench: Workbench,
): Promise<SnapshotId[]> {
  const image = imageRef(action.image);
  await historyOf(action, bench, 'before', { snapshots });
  return withoutLost(image, snapshots, bench, (some) => bench.images.mark(image, some, { [mark.reap]: approved }));
}

/** Takes it back. */
export const disapprove = (
  image: ImageRef,
  snapshots: readonly SnapshotId[],
  bench: Workbench,
): Promise<SnapshotId[]> =>
  withoutLost(image, snapshots, bench, (some) => bench.images.unmark(image, some, [mark.reap]));

/** Looks at the snapshots only where they are refused, which few ever are. */
async function withoutLost(
  { region }: ImageRef,
  snapshots: readonly SnapshotId[],
  { images }: Workbench,
  act: (some: readonly SnapshotId[]) => Promise<void>,
): Promise<SnapshotId[]> {
  try {
    await act(snapshots);
    return [];
  } catch (error) {
    if (!isPortError(error, 'denied')) throw error;
    const tags = await images.snapshotTags(region, snapshots);
    const lost = snapshots.filter((id) => tags[id]?.[mark.managed] !== 'true');
    if (lost.length === 0) throw error;
    await act(snapshots.filter((id) => !lost.includes(id)));
    return lost;
  }
}
