import { known } from '../../../shared/model/evidence.ts';
import { keyOf } from '../../../shared/model/image.ts';
import type { Inventory } from '../../../shared/model/inventory.ts';
import { abroad, home, inventory, readings, recorded, records } from '../../rules/make.ts';
import { built, deprecated, disabledLong, finished, newer } from '../worlds.ts';

const old = built(1, 300, { ...deprecated, state: 'disabled' });
const named = known([{ image: keyOf(old), by: 'lt-0ab12 v3 ($Default)' }]);

export const world: Inventory = inventory([old, ...newer], {
  usage: readings([home, abroad]).map((one) => (one.source === 'launch-templates' ? { ...one, uses: named } : one)),
  records: records({
    images: recorded(finished(old, disabledLong), ...newer.map((one) => finished(one))),
  }),
});
