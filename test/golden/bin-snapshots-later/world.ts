import { known } from '../../../shared/model/evidence.ts';
import type { Inventory } from '../../../shared/model/inventory.ts';
import { home, inventory, recorded, records } from '../../rules/make.ts';
import { ago, built, deprecated, disabledLong, finished, newer, reapMark } from '../worlds.ts';

const old = built(1, 300, { ...deprecated, state: 'disabled' }, reapMark);
const rule = { id: 'imagerule01', resource: 'image', days: 14, tags: [], excluded: [], available: true } as const;

export const world: Inventory = inventory([old, ...newer], {
  recycleBin: { [home]: known({ rules: [rule], snapshotTags: {} }) },
  records: records({
    images: recorded(finished(old, { ...disabledLong, approvedAt: ago(1) }), ...newer.map((one) => finished(one))),
  }),
});
