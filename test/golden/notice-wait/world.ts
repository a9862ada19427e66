import type { Inventory } from '../../../shared/model/inventory.ts';
import { inventory, recorded, records } from '../../rules/make.ts';
import { ago, built, deprecated, finished, newer } from '../worlds.ts';

const old = built(1, 300, deprecated, { Owner: 'team-web' });

export const world: Inventory = inventory([old, ...newer], {
  records: records({
    images: recorded(
      finished(old, { notice: { step: 'disable-image', at: ago(3) } }),
      ...newer.map((one) => finished(one)),
    ),
  }),
});
