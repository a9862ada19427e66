import type { Inventory } from '../../../shared/model/inventory.ts';
import { copyOf, inventory } from '../../rules/make.ts';
import { built } from '../worlds.ts';

const pending = built(1, 3);

export const world: Inventory = inventory([
  pending,
  copyOf(pending, 11, { state: 'pending' }),
  built(2, 2),
  built(3, 1),
]);
