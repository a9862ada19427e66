import type { Inventory } from '../../../shared/model/inventory.ts';
import { inventory } from '../../rules/make.ts';
import { built, newer } from '../worlds.ts';

export const world: Inventory = inventory([built(1, 100, { public: true }), ...newer]);
