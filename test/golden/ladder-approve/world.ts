import type { Inventory } from '../../../shared/model/inventory.ts';
import { inventory, recorded, records } from '../../rules/make.ts';
import { built, deprecated, disabledLong, finished, newer } from '../worlds.ts';

const old = built(1, 300, { ...deprecated, state: 'disabled' });

export const world: Inventory = inventory([old, ...newer], {
  records: records({ images: recorded(finished(old, disabledLong), ...newer.map((one) => finished(one))) }),
});
