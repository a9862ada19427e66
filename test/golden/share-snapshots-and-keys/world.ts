import { known } from '../../../shared/model/evidence.ts';
import { keyOf } from '../../../shared/model/image.ts';
import type { Inventory } from '../../../shared/model/inventory.ts';
import type { KeyAccess } from '../../../shared/model/storage.ts';
import { inventory } from '../../rules/make.ts';
import { built } from '../worlds.ts';

const arn = 'arn:aws:kms:us-east-1:111122223333:key/k1';
const root = built(1, 10, { encrypted: true, kmsKeyIds: [arn] });
const access: KeyAccess = { arn, manager: 'customer', enabled: true, policy: '{ "Statement": [] }', grants: [] };

export const world: Inventory = inventory([root], {
  grants: { [keyOf(root)]: known([]) },
  storage: { [keyOf(root)]: { snapshots: known([]), keys: [{ key: arn, access: known(access) }], given: [] } },
});
