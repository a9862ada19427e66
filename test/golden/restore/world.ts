import type { Inventory } from '../../../shared/model/inventory.ts';
import { inventory, recorded, records } from '../../rules/make.ts';
import { ago, built, deprecated, disabledLong, finished, newer } from '../worlds.ts';

const old = built(1, 300, { ...deprecated, state: 'disabled' });
const restored = { at: ago(1), reason: 'the audit wants it' };

export const world: Inventory = inventory([old, ...newer], {
  records: records({
    images: recorded(
      finished(old, { ...disabledLong, deprecated: { at: ago(40) }, restored }),
      ...newer.map((one) => finished(one)),
    ),
  }),
});
