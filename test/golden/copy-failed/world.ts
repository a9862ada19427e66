import type { Inventory } from '../../../shared/model/inventory.ts';
import { minute } from '../../../shared/model/time.ts';
import { copyOf, intent, intents, inventory, now, records } from '../../rules/make.ts';
import { built } from '../worlds.ts';

const root = built(1, 1);
const failed = copyOf(root, 11, { state: 'failed', stateReason: 'Given key ID is not accessible' });

export const world: Inventory = inventory([root, failed], {
  records: records({
    intents: intents(
      intent(root, {
        state: 'failed',
        copyId: failed.id,
        reason: 'Given key ID is not accessible',
        since: now - minute,
      }),
    ),
  }),
});
