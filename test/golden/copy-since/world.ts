import type { Inventory } from '../../../shared/model/inventory.ts';
import { inventory } from '../../rules/make.ts';
import { built } from '../worlds.ts';

export const world: Inventory = inventory([built(1, 90), built(2, 10)]);
