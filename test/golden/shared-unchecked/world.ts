import { known } from '../../../shared/model/evidence.ts';
import { keyOf } from '../../../shared/model/image.ts';
import type { Inventory } from '../../../shared/model/inventory.ts';
import { inventory, recorded, records } from '../../rules/make.ts';
import { built, deprecated, finished, newer } from '../worlds.ts';

const old = built(1, 300, deprecated);

export const world: Inventory = inventory([old, ...newer], {
  grants: { [keyOf(old)]: known(['account:222233334444']) },
  reports: { [keyOf(old)]: known([]) },
  records: records({ images: recorded(finished(old), ...newer.map((one) => finished(one))) }),
});
