import type { Inventory } from '../../../shared/model/inventory.ts';
import { inventory, recorded, records } from '../../rules/make.ts';
import { built, finished } from '../worlds.ts';

const images = [built(1, 300), built(2, 90), built(3, 10)];

export const world: Inventory = inventory(images, {
  records: records({ images: recorded(...images.map((one) => finished(one))) }),
});
