import type { Inventory } from '../../../shared/model/inventory.ts';
import { inventory, recorded, records } from '../../rules/make.ts';
import { ago, built, finished } from '../worlds.ts';

const images = Array.from({ length: 14 }, (_, i) => built(i + 1, 400 - 10 * i, i < 4 ? { deprecationAt: ago(1) } : {}));

export const world: Inventory = inventory(images, {
  records: records({
    images: recorded(...images.map((one) => finished(one))),
    runs: { taken: { 'deprecate-image golden': [2, 3, 1] }, inUse: {}, everInUse: false },
  }),
});
