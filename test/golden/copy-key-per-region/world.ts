import type { Inventory } from '../../../shared/model/inventory.ts';
import { abroad, far, home, inventory } from '../../rules/make.ts';
import { built } from '../worlds.ts';

export const world: Inventory = inventory([built(1, 1)], {}, [home, abroad, far]);
