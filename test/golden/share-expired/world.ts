import { known } from '../../../shared/model/evidence.ts';
import { keyOf } from '../../../shared/model/image.ts';
import type { Inventory } from '../../../shared/model/inventory.ts';
import { inventory, records } from '../../rules/make.ts';
import { built } from '../worlds.ts';

const root = built(1, 10);
const shared = ['account:222233334444', 'account:333344445555'] as const;

export const world: Inventory = inventory([root], {
  grants: { [keyOf(root)]: known(shared) },
  records: records({ granted: { [keyOf(root)]: shared } }),
});
