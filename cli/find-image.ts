import { InputError } from '../shared/model/errors.ts';
import { type ImageKey, imageRef } from '../shared/model/ids.ts';
import { keyOf } from '../shared/model/image.ts';
import type { Inventory } from '../shared/model/inventory.ts';
import type { ImageRecord } from '../shared/model/records.ts';
import { lineagesOf } from '../shared/rules/lineages.ts';
import type { World } from './worlds/world.ts';

const mostShown = 8;

/** The inventory with the records of images that are gone, as far as they belong to a family that still has records. */
export async function withHistory({ engine }: World, inventory: Inventory): Promise<Inventory> {
  if (!engine) return inventory;
  const { images } = inventory.records;
  const families = new Set(Object.values(images).flatMap(({ family }) => family ?? []));
  const records: ImageRecord[] = [];
  for (const family of families) records.push(...(await engine.ledger.family(family)));
  const gone = Object.fromEntries(records.map((record) => [record.image, record]));
  return { ...inventory, records: { ...inventory.records, images: { ...gone, ...images } } };
}

/**
 * The image that a person means by an id or its beginning, with or without the Region before it. Where an image and its
 * copies all fit, the root is meant.
 * @param others images that are neither listed nor recorded, and may be meant as well
 * @throws InputError when none fits, or several that do not belong together
 */
export function findImage(text: string, inventory: Inventory, others: Iterable<ImageKey> = []): ImageKey {
  const rootOf = new Map([...[...others].map((key) => [key, key] as const), ...rootsOf(inventory)]);
  const fitting = [...rootOf.keys()].filter((key) => key.startsWith(text) || imageRef(key).id.startsWith(text)).sort();
  const [first] = fitting;
  if (first === undefined || text === '')
    throw new InputError(
      'no image and no record begins like that',
      text,
      'ami-steward plan --verdicts lists the images',
    );
  if (fitting.length === 1) return first;
  const [root, ...further] = new Set(fitting.map((key) => rootOf.get(key)));
  if (further.length === 0 && root !== undefined && fitting.includes(root)) return root;
  const more = fitting.length > mostShown ? ' ...' : '';
  const shown = fitting.slice(0, mostShown).join(' ');
  throw new InputError(`fits ${fitting.length} images: ${shown}${more}`, text, 'give more of the id, or Region/id');
}

/** The root of every image that is listed or recorded. */
function rootsOf(inventory: Inventory): Map<ImageKey, ImageKey> {
  const recorded = Object.values(inventory.records.images).map(({ image, root }) => [image, root] as const);
  const listed = lineagesOf(inventory).flatMap(({ root, members }) =>
    members.map((image) => [keyOf(image), root] as const),
  );
  return new Map([...recorded, ...listed]);
}
