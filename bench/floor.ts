import type { Image } from '../shared/model/image.ts';
import type { Inventory } from '../shared/model/inventory.ts';

/** The least that any decision costs: the same records grouped by family and Region, and sorted by build date. */
export function groupAndSort({ images }: Inventory): number {
  const groups = new Map<string, Image[]>();
  for (const evidence of Object.values(images))
    for (const image of evidence.complete ? evidence.value : []) {
      const family = image.tags.complete ? image.tags.value.Family : undefined;
      const key = `${family} ${image.architecture} ${image.region}`;
      const group = groups.get(key);
      if (group) group.push(image);
      else groups.set(key, [image]);
    }
  for (const group of groups.values()) group.sort((a, b) => (b.createdAt ?? 0) - (a.createdAt ?? 0));
  return groups.size;
}
