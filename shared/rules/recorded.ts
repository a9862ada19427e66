import type { ImageKey } from '../model/ids.ts';
import type { Inventory } from '../model/inventory.ts';
import type { ImageRecord } from '../model/records.ts';
import { once } from './once.ts';

/** What our records say beside what EC2 lists. Listed once, which takes a while where there are very many. */
export interface Recorded {
  readonly all: readonly ImageRecord[];
  /** Known to be gone. */
  readonly buried: ReadonlySet<ImageKey>;
  /** Parents of images, as far as they are recorded. */
  readonly parents: ReadonlyMap<ImageKey, ImageKey>;
}

const recorded = once((images: Inventory['records']['images']): Recorded => {
  // Very many entries are read by their keys more than twice as fast as by Object.values.
  const all = Object.keys(images).map((key) => images[key as ImageKey] as ImageRecord);
  const buried = new Set<ImageKey>();
  const parents = new Map<ImageKey, ImageKey>();
  all.forEach(({ image, goneAt, parent }) => {
    if (goneAt !== undefined) buried.add(image);
    if (parent !== undefined) parents.set(image, parent);
  });
  return { all, buried, parents };
});

export const recordedIn = ({ records }: Pick<Inventory, 'records'>): Recorded => recorded(records.images);
