import type { Inventory } from '../../../shared/model/inventory.ts';
import { inventory } from '../../rules/make.ts';
import { built } from '../worlds.ts';

const both = [1, 2, 3, 4, 5].map((number) => built(number, number, {}, { Team: 'web' }));

export const world: Inventory = inventory([...both, built(6, 1)]);
