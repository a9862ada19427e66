import { because, type Reason } from './codes.ts';
import type { ImageKey, SnapshotId } from './ids.ts';
import { type Instant, isoTime } from './time.ts';

/** Own snapshots that are locked, and until when, where EC2 says so. */
export type SnapshotLocks = Readonly<Record<SnapshotId, { readonly until?: Instant }>>;

/** What is locked of these snapshots, and the day on which the last of the locks ends; `undefined`: nothing. */
export function lockedAmong(
  snapshots: readonly SnapshotId[],
  locks: SnapshotLocks,
  image?: ImageKey,
): Reason | undefined {
  const locked = snapshots.filter((id) => locks[id]);
  if (locked.length === 0) return undefined;
  const until = Math.max(...locked.map((id) => locks[id]?.until ?? Number.POSITIVE_INFINITY));
  return because('snapshot-locked', {
    ...(image !== undefined && { image }),
    snapshots: locked,
    ...(Number.isFinite(until) && { until: isoTime(until).slice(0, 10) }),
  });
}
