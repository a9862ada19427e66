import type { Inventory } from '../../../shared/model/inventory.ts';
import { intent, intents, inventory, records } from '../../rules/make.ts';
import { built } from '../worlds.ts';

const root = built(1, 1);

export const world: Inventory = inventory([root], {
  records: records({
    intents: intents(intent(root, { state: 'abandoned', generation: 3, reason: 'Given key ID is not accessible' })),
  }),
});
