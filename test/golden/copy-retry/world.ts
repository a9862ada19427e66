import { keyOf } from '../../../shared/model/image.ts';
import type { Inventory } from '../../../shared/model/inventory.ts';
import { hour, minute } from '../../../shared/model/time.ts';
import { abroad, far, home, intent, inventory, now, records } from '../../rules/make.ts';
import { built } from '../worlds.ts';

const root = built(1, 1);
const failed = { state: 'failed', reason: 'Given key ID is not accessible' } as const;

export const world: Inventory = inventory(
  [root],
  {
    records: records({
      intents: {
        [keyOf(root)]: {
          [abroad]: intent(root, { ...failed, retryAt: now - minute }),
          [far]: intent(root, { ...failed, region: far, generation: 2, retryAt: now + hour }),
        },
      },
    }),
  },
  [home, abroad, far],
);
