import { type Evidence, known } from '../model/evidence.ts';
import { type ImageKey, imageRef } from '../model/ids.ts';
import type { Inventory } from '../model/inventory.ts';
import { isKey, type KeyAccess, type StorageGrant, type StorageReading } from '../model/storage.ts';
import { imagesByKey } from '../rules/lineages.ts';
import type { WantedSharing } from '../rules/survey.ts';
import type { Engine } from './engine.ts';
import { evidence } from './reading.ts';

/** Reads what lies under images, as far as somebody asks for it or something of ours is there; each key once. */
export function storageReader(engine: Engine, inventory: Inventory) {
  const images = imagesByKey(inventory);
  const accessTo = keyReader(engine);
  return async (
    image: ImageKey,
    wanted: WantedSharing | undefined,
    given: readonly StorageGrant[],
    also: { readonly snapshots?: boolean } = {},
  ): Promise<StorageReading> => {
    const { region } = imageRef(image);
    const asksForKeys = wanted !== undefined && (wanted.verify.length > 0 || wanted.keys.length > 0);
    const keys = asksForKeys || given.some(({ on }) => isKey(on)) ? (wanted?.keysUnder ?? []) : [];
    const asksForSnapshots =
      also.snapshots || (wanted?.snapshots.length ?? 0) > 0 || given.some(({ on }) => !isKey(on));
    const read = await Promise.all(keys.map(async (key) => ({ key, access: await accessTo(region, key) })));
    const listed = images.get(image)?.snapshots ?? [];
    return {
      keys: read,
      given,
      ...(asksForSnapshots && { snapshots: await snapshotGrants(engine, region, listed) }),
    };
  };
}

function keyReader(engine: Engine) {
  const seen = new Map<string, Promise<Evidence<KeyAccess>>>();
  return (region: string, key: string): Promise<Evidence<KeyAccess>> => {
    const name = `${region} ${key}`;
    const found = seen.get(name) ?? evidence(() => engine.keys.access(region, key));
    seen.set(name, found);
    return found;
  };
}

async function snapshotGrants(
  engine: Engine,
  region: string,
  snapshots: readonly string[],
): Promise<Evidence<StorageGrant[]>> {
  const grants: StorageGrant[] = [];
  for (const on of snapshots) {
    const accounts = await evidence(() => engine.images.snapshotAccounts(region, on));
    if (!accounts.complete) return accounts;
    grants.push(...accounts.value.map((account) => ({ on, account })));
  }
  return known(grants);
}
