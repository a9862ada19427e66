import type { Evidence } from '../model/evidence.ts';
import { type ImageKey, imageRef } from '../model/ids.ts';
import { keyOf } from '../model/image.ts';
import type { Inventory } from '../model/inventory.ts';
import { lineagesOf } from '../rules/lineages.ts';
import { evidenceWanted } from '../rules/sight.ts';
import { inBatches } from './batches.ts';
import type { Engine } from './engine.ts';
import { readGrants, withGrants } from './observe-grants.ts';
import { evidence, type Look } from './reading.ts';

/**
 * For policies ancestry is asked for once and recorded, so the images that are left over get their turn in later runs.
 * Whoever puts a question has no later run.
 */
const slice = 200;

/** What selectors ask about and the images alone do not tell. What is not read leaves the selector undecided. */
export async function readForSelectors(engine: Engine, inventory: Inventory, look: Look): Promise<Inventory> {
  const wanted = evidenceWanted(inventory, engine.policy, engine.clock.now(), look.question);
  if (wanted.ancestry.length + wanted.grants.length === 0) return inventory;
  const inScope = scopeOf(inventory, look);
  const most = look.question ? Number.POSITIVE_INFINITY : slice;
  const ancestry = await readAncestry(engine, wanted.ancestry.filter(inScope).slice(0, most));
  const grants = await readGrants(engine, inventory, wanted.grants.filter(inScope));
  return withGrants({ ...inventory, ...(Object.keys(ancestry).length > 0 && { ancestry }) }, grants);
}

/** A look at one lineage asks nothing about the others. */
function scopeOf(inventory: Inventory, { grants }: Look): (image: ImageKey) => boolean {
  if (typeof grants === 'string') return () => true;
  const lineage = lineagesOf(inventory).find(({ members }) => members.some((image) => keyOf(image) === grants.of));
  const members = new Set(lineage?.members.map(keyOf));
  return (image) => members.has(image);
}

async function readAncestry(
  engine: Engine,
  images: readonly ImageKey[],
): Promise<Record<ImageKey, Evidence<readonly ImageKey[]>>> {
  const found = await inBatches(images, async (image) => {
    return [image, await evidence(() => engine.images.ancestors(imageRef(image)))] as const;
  });
  return Object.fromEntries(found);
}
