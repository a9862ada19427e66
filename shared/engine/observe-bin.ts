import type { BinRule } from '../model/bin.ts';
import type { Evidence } from '../model/evidence.ts';
import type { Region, SnapshotId } from '../model/ids.ts';
import type { BinReading, Inventory } from '../model/inventory.ts';
import { binWanted } from '../rules/bin-wanted.ts';
import type { Engine } from './engine.ts';
import { evidence } from './reading.ts';

/** The inventory with what may keep snapshots, each Region once, where something may be deregistered. */
export async function withSnapshotKeepers(
  engine: Engine,
  inventory: Inventory,
  readFrom: Inventory,
): Promise<Inventory> {
  const wanted = binWanted(readFrom, engine.policy, engine.clock.now());
  if (wanted.size === 0) return inventory;
  const read = await Promise.all(
    [...wanted].map(
      async ([region, snapshots]): Promise<[Region, Evidence<BinReading>]> => [
        region,
        await evidence(() => readRegion(engine, region, snapshots)),
      ],
    ),
  );
  const locks = await Promise.all(
    [...wanted.keys()].map(async (region) => {
      return [region, await evidence(() => engine.images.lockedSnapshots(region))] as const;
    }),
  );
  const binRules = await engine.ledger.binRules([...wanted.keys()]);
  return {
    ...inventory,
    recycleBin: Object.fromEntries(read),
    locks: Object.fromEntries(locks),
    records: { ...inventory.records, binRules },
  };
}

async function readRegion(engine: Engine, region: Region, snapshots: readonly SnapshotId[]): Promise<BinReading> {
  const rules = await engine.recycleBin.rules(region);
  const snapshotTags = rules.some(goesByTags) ? await engine.images.snapshotTags(region, snapshots) : {};
  return { rules, snapshotTags };
}

const goesByTags = ({ resource, tags, excluded }: BinRule): boolean =>
  resource === 'snapshot' && tags.length + excluded.length > 0;
