import { unknown } from '../../../shared/model/evidence.ts';
import type { Inventory } from '../../../shared/model/inventory.ts';
import { abroad, inventory, recorded, records } from '../../rules/make.ts';
import { built, finished, newer } from '../worlds.ts';

const images = [built(1, 300), ...newer];
const answered = inventory([...images, built(4, 1)], {
  records: records({ images: recorded(...images.map((one) => finished(one))) }),
});

export const world: Inventory = {
  ...answered,
  images: { ...answered.images, [abroad]: unknown('RequestLimitExceeded') },
};
