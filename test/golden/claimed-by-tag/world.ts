import type { Inventory } from '../../../shared/model/inventory.ts';
import { abroad, image, inventory } from '../../rules/make.ts';
import { built, newer } from '../worlds.ts';

export const world: Inventory = inventory([
  built(1, 300),
  image(11, { region: abroad, name: 'golden-1', tags: built(1, 300).tags }),
  ...newer,
]);
