import type { Access } from '../iam/access.ts';
import { permits } from '../iam/authorize.ts';
import type { Call } from '../kernel/service.ts';
import { mayUseKey } from './key-access.ts';
import { isDefaultKey } from './keys.ts';
import type { ImageRow, SnapshotRow } from './rows.ts';

/** What EC2 asks KMS for in the caller's name, for the storage that is read and for the storage that is written. */
const reads = ['kms:DescribeKey', 'kms:ReEncryptFrom'];
const writes = ['kms:DescribeKey', 'kms:GenerateDataKeyWithoutPlaintext', 'kms:CreateGrant'];

function useOf(key: string, actions: readonly string[], { account }: Call): Access[] {
  const region = key.split(':')[3] ?? '';
  if (isDefaultKey(key, { account, region })) return [];
  const values = {
    'kms:CallerAccount': account,
    'kms:ViaService': `ec2.${region}.amazonaws.com`,
    'kms:GrantIsForAWSResource': 'true',
  };
  return actions.map((action) => ({ action, type: 'key', resource: key, region, values }));
}

/**
 * Whether the caller, and the caller's account, may use the keys of a copy. The key that AWS manages for EBS lets EC2 use it for everybody in the
 * account, so nobody needs permission for it.
 */
export function mayUseKeys(call: Call, source: ImageRow, snapshots: readonly SnapshotRow[]): boolean {
  const from = new Set(source.disks.flatMap(({ kmsKeyId }) => kmsKeyId ?? []));
  const to = new Set(snapshots.flatMap(({ kmsKeyId }) => kmsKeyId ?? []));
  if (![...from, ...to].every((key) => mayUseKey(call.world, key, call))) return false;
  const written = from.size > 0 ? [...writes, 'kms:ReEncryptTo'] : writes;
  return permits(call, [
    ...[...from].flatMap((key) => useOf(key, reads, call)),
    ...[...to].flatMap((key) => useOf(key, written, call)),
  ]);
}
