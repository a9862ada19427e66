import { type Asking, policyAdmits } from '../iam/key-policy.ts';
import type { World } from '../kernel/service.ts';
import { grantedOperations } from '../services/kms-grants.ts';
import { isDefaultKey, keyRow } from './keys.ts';

/** What another account needs on a key to launch or copy what lies under it (facts 4). */
const needed = ['DescribeKey', 'CreateGrant', 'GenerateDataKeyWithoutPlaintext', 'ReEncryptFrom', 'Decrypt'];

/**
 * Whether an account may use a key: its owner's account may, another only when policy or grants let it. Nobody else ever
 * uses the key that AWS manages.
 */
export function mayUseKey(world: World, arn: string, { account, region }: Omit<Asking, 'world'>): boolean {
  const [, , , keyRegion = '', owner = ''] = arn.split(':');
  if (owner === account) return true;
  if (isDefaultKey(arn, { account: owner, region: keyRegion })) return false;
  const granted = grantedOperations(world, arn, account);
  const { policy } = keyRow(world, arn);
  const asking: Asking = { world, account, region };
  return needed.every(
    (operation) => granted.has(operation) || (policy !== undefined && policyAdmits(policy, `kms:${operation}`, asking)),
  );
}
