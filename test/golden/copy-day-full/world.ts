import type { Inventory } from '../../../shared/model/inventory.ts';
import { hour } from '../../../shared/model/time.ts';
import { copyOf, idOf, intent, intents, inventory, now, records } from '../../rules/make.ts';
import { built } from '../worlds.ts';

const copied = built(1, 3);

export const world: Inventory = inventory([copied, copyOf(copied, 11), built(2, 1)], {
  records: records({ intents: intents(intent(copied, { state: 'copied', copyId: idOf(11), since: now - hour })) }),
});
