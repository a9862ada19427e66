import { known } from '../../../shared/model/evidence.ts';
import { keyOf } from '../../../shared/model/image.ts';
import type { Inventory } from '../../../shared/model/inventory.ts';
import { abroad, copyOf, home, inventory, readings, recorded, records } from '../../rules/make.ts';
import { built, deprecated, finished, newer } from '../worlds.ts';

const old = built(1, 300, deprecated);
const copies = [old, ...newer].map((one, i) => copyOf(one, 11 + i, i === 0 ? deprecated : {}));
const uses = known([{ image: keyOf(old), by: 'i-0a1 (running)' }]);

export const world: Inventory = inventory([old, ...newer, ...copies], {
  records: records({ images: recorded(...[old, ...newer].map((one) => finished(one))) }),
  usage: readings([home, abroad]).map((one) =>
    one.source === 'instances' && one.region === home ? { ...one, uses } : one,
  ),
});
