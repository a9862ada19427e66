import { type ImageKey, imageRef } from '../model/ids.ts';
import type { Inventory, Origin } from '../model/inventory.ts';
import { imagesByKey, sourceOf } from '../rules/lineages.ts';
import { inBatches } from './batches.ts';
import type { Engine } from './engine.ts';
import { evidence } from './reading.ts';

/** Asks EC2 who owns the sources that are neither among our images nor in our records. */
export async function readOrigins(engine: Engine, inventory: Inventory): Promise<Record<ImageKey, Origin>> {
  const images = imagesByKey(inventory);
  const sources = [...images.values()]
    .filter(({ sourceInstanceId }) => sourceInstanceId === undefined)
    .flatMap((image) => sourceOf(image) ?? [])
    .filter((source) => !images.has(source) && !inventory.records.images[source]);
  const unique = [...new Set(sources)].sort();
  const origins = await inBatches(unique, async (source) => [source, await originOf(engine, source)] as const);
  return Object.fromEntries(origins);
}

/** A source of our own in a Region that nobody watches counts as unread: we would not see what becomes of it. */
async function originOf(engine: Engine, source: ImageKey): Promise<Origin> {
  const image = await evidence(() => engine.images.get(imageRef(source)));
  if (!image.complete) return 'unread';
  if (image.value === undefined) return 'gone';
  return image.value.ownerId === engine.account ? 'unread' : 'foreign';
}
