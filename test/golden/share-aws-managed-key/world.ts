import { known } from '../../../shared/model/evidence.ts';
import { keyOf } from '../../../shared/model/image.ts';
import type { Inventory } from '../../../shared/model/inventory.ts';
import { inventory } from '../../rules/make.ts';
import { built } from '../worlds.ts';

const root = built(1, 10, { encrypted: true, kmsKeyIds: ['arn:aws:kms:us-east-1:111122223333:key/k1'] });
const key = {
  key: 'arn:aws:kms:us-east-1:111122223333:key/k1',
  access: known({
    arn: 'arn:aws:kms:us-east-1:111122223333:key/k1',
    manager: 'aws',
    enabled: true,
    policy: '{}',
    grants: [],
  } as const),
};

export const world: Inventory = inventory([root], {
  grants: { [keyOf(root)]: known([]) },
  storage: { [keyOf(root)]: { keys: [key], given: [] } },
});
