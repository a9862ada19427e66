import { known } from '../../../shared/model/evidence.ts';
import { keyOf } from '../../../shared/model/image.ts';
import type { Inventory } from '../../../shared/model/inventory.ts';
import { inventory } from '../../rules/make.ts';
import { built } from '../worlds.ts';

export const world: Inventory = inventory([built(1, 1, { productCodes: ['6g7q4v6xexample'] })], {
  grants: { [keyOf(built(1, 1))]: known([]) },
});
