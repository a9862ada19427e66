import type { Inventory } from '../../../shared/model/inventory.ts';
import { copyOf, inventory, recorded, records } from '../../rules/make.ts';
import { built, finished, newer } from '../worlds.ts';

const old = built(1, 300);
const fresh = built(4, 1);

export const world: Inventory = inventory(
  [old, ...newer, fresh].flatMap((one) =>
    one === fresh ? [one] : [one, copyOf(one, Number(one.name.slice(-1)) + 10)],
  ),
  {
    records: records({ images: recorded(finished(old), ...newer.map((one) => finished(one))) }),
  },
);
