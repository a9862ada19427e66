import { known } from '../../../shared/model/evidence.ts';
import { keyOf } from '../../../shared/model/image.ts';
import type { Inventory } from '../../../shared/model/inventory.ts';
import { inventory } from '../../rules/make.ts';
import { built } from '../worlds.ts';

const root = built(1, 10);

export const world: Inventory = inventory([root], { grants: { [keyOf(root)]: known(['account:333344445555']) } });
