import type { Inventory } from '../../../shared/model/inventory.ts';
import { home, image, inventory, recorded, records } from '../../rules/make.ts';
import { built, deprecated, finished, newer } from '../worlds.ts';

const old = built(1, 300, deprecated);

export const world: Inventory = inventory(
  [
    old,
    ...newer,
    image(21, { name: 'app-1', sourceImageId: old.id, sourceImageRegion: home, sourceInstanceId: 'i-0b2' }),
  ],
  {
    records: records({ images: recorded(finished(old), ...newer.map((one) => finished(one))) }),
  },
);
