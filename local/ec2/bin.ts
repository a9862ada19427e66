import type { World } from '../kernel/service.ts';
import { retentionOf } from './bin-rules.ts';
import { holdName } from './names.ts';
import { type Binned, type ImageRow, remove, rowKey, type SnapshotRow, save, tableOf } from './rows.ts';

export type Bin = 'binned-images' | 'binned-snapshots';

const binned = <R extends ImageRow | SnapshotRow>(world: World, kept: R, retention: number): Binned<R> => ({
  account: kept.account,
  region: kept.region,
  id: kept.id,
  kept,
  enteredAt: world.timeline.now(),
  exitsAt: world.timeline.now() + retention,
});

/** Instead of being gone at once, where a rule keeps it. The name stays taken as long as the switch says. */
export function discardImage(world: World, row: ImageRow): void {
  const retention = retentionOf(world, 'EC2_IMAGE', row);
  remove(world, 'images', row);
  holdName(world, row, world.switches.binHoldsName ? (retention ?? 0) : 0);
  if (retention === undefined) return;
  save(world, 'binned-images', binned(world, row, retention));
  leaveAfter(world, 'binned-images', row, retention);
}

export function discardSnapshot(world: World, row: SnapshotRow): void {
  const retention = retentionOf(world, 'EBS_SNAPSHOT', row);
  remove(world, 'snapshots', row);
  if (retention === undefined) return;
  save(world, 'binned-snapshots', binned(world, row, retention));
  leaveAfter(world, 'binned-snapshots', row, retention);
}

const leaveAfter = (world: World, bin: Bin, row: ImageRow | SnapshotRow, retention: number): void =>
  world.timeline.schedule(world.timeline.now() + retention, 'ec2.bin-exit', { bin, key: rowKey(row) });

/** What was restored, and perhaps deleted again, has another time. */
export function attachBinTimers(world: World): void {
  world.timeline.on('ec2.bin-exit', ({ bin, key }: { bin: Bin; key: string }) => {
    const row = tableOf(world, bin).get(key);
    if (row && row.exitsAt <= world.timeline.now()) remove(world, bin, row);
  });
}
