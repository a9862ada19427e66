import type { Inventory } from '../../../shared/model/inventory.ts';
import { image, inventory, recorded, records } from '../../rules/make.ts';
import { ago, finished } from '../worlds.ts';

const images = [image(1, { createdAt: ago(300) }), image(2, { createdAt: ago(90) }), image(3, { createdAt: ago(60) })];

export const world: Inventory = inventory(images, {
  records: records({ images: recorded(...images.map((one) => finished(one))) }),
});
