import type { Inventory } from '../../../shared/model/inventory.ts';
import { inventory, recorded, records } from '../../rules/make.ts';
import { ago, built, finished, newer } from '../worlds.ts';

const old = built(1, 300);
const restored = { at: ago(1), reason: 'the audit wants it' };

export const world: Inventory = inventory([old, ...newer], {
  records: records({
    images: recorded(
      finished(old, { restored, returning: ['account:222233334444'] }),
      ...newer.map((one) => finished(one)),
    ),
  }),
});
