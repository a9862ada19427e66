import type { Inventory } from '../../../shared/model/inventory.ts';
import { inventory, recorded, records } from '../../rules/make.ts';
import { ago, built, finished } from '../worlds.ts';

const images = Array.from({ length: 12 }, (_, i) => built(i + 1, 400 - 10 * i));

export const world: Inventory = inventory(
  images.map((one, i) => (i < 4 ? { ...one, deprecationAt: ago(1) } : one)),
  {
    records: records({ images: recorded(...images.map((one) => finished(one))) }),
  },
);
