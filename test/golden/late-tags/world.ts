import type { Inventory } from '../../../shared/model/inventory.ts';
import { hour } from '../../../shared/model/time.ts';
import { image, inventory, now } from '../../rules/make.ts';
import { ago } from '../worlds.ts';

export const world: Inventory = inventory([image(1, { createdAt: now - hour }), image(2, { createdAt: ago(2) })]);
