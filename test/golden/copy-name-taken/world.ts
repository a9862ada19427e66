import type { Inventory } from '../../../shared/model/inventory.ts';
import { abroad, image, inventory } from '../../rules/make.ts';
import { built } from '../worlds.ts';

export const world: Inventory = inventory([
  built(1, 1),
  image(9, { region: abroad, name: 'golden-1', sourceInstanceId: 'i-0a1' }),
]);
