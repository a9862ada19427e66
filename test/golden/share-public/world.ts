import { known } from '../../../shared/model/evidence.ts';
import { keyOf } from '../../../shared/model/image.ts';
import type { Inventory } from '../../../shared/model/inventory.ts';
import { inventory } from '../../rules/make.ts';
import { built } from '../worlds.ts';

const [open, encrypted] = [
  built(1, 10),
  built(2, 9, { encrypted: true, kmsKeyIds: ['arn:aws:kms:us-east-1:111122223333:key/k1'] }),
];

export const world: Inventory = inventory([open, encrypted], {
  grants: { [keyOf(open)]: known([]), [keyOf(encrypted)]: known([]) },
});
