import type { Inventory } from '../../../shared/model/inventory.ts';
import { copyOf, inventory, recorded, records } from '../../rules/make.ts';
import { ago, built, deprecated, disabledLong, finished, newer, ofCopy, reapMark } from '../worlds.ts';

const approved = { ...disabledLong, approvedAt: ago(1) };
const old = built(1, 300, { ...deprecated, state: 'disabled' }, reapMark);
const copy = copyOf(old, 11, { ...deprecated, state: 'disabled', tags: old.tags });

const copies = newer.map((one, i) => copyOf(one, 12 + i));

export const world: Inventory = inventory([old, copy, ...newer, ...copies], {
  records: records({
    images: recorded(finished(old, approved), ofCopy(old, copy, approved), ...newer.map((one) => finished(one))),
  }),
});
