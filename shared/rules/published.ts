import { type ImageKey, imageKey, isImageId } from '../model/ids.ts';
import type { Inventory } from '../model/inventory.ts';
import { everyNamed, type PointerKey } from '../model/pointer.ts';
import { push, sorted } from './order.ts';

/**
 * Images that a pointer of ours names, and which. Our record speaks where the pointer was not read, and as long as it
 * was not seen to name what was asked for.
 */
export function publishedIn({ pointers, records }: Inventory): Map<ImageKey, string[]> {
  const named = new Map<ImageKey, string[]>();
  const note = (id: string, key: string): void => {
    const space = key.indexOf(' ');
    if (isImageId(id)) push(named, imageKey(key.slice(0, space), id), key.slice(space + 1));
  };
  for (const [key, seen] of Object.entries(pointers))
    if (seen.complete) for (const id of everyNamed(seen.value)) note(id, key);
  for (const [key, { image, confirmedAt }] of Object.entries(records.pointers)) {
    const seen = pointers[key as PointerKey];
    if (!seen?.complete || confirmedAt === undefined) note(image, key);
  }
  return new Map([...named].map(([image, by]) => [image, sorted(by)]));
}
