import {
  type CreateVolumePermission,
  DescribeSnapshotAttributeCommand,
  type EC2Client,
  ModifySnapshotAttributeCommand,
} from '@aws-sdk/client-ec2';
import { PortError } from '../model/errors.ts';
import type { AccountId, Region, SnapshotId } from '../model/ids.ts';
import type { StorageGrant } from '../model/storage.ts';
import { changesPerCall } from '../ports/images.ts';
import { chunks } from './batches.ts';

export async function volumeAccounts(client: EC2Client, region: Region, snapshot: SnapshotId): Promise<AccountId[]> {
  const answer = await client.send(
    new DescribeSnapshotAttributeCommand({ SnapshotId: snapshot, Attribute: 'createVolumePermission' }),
  );
  return (answer.CreateVolumePermissions ?? []).flatMap((permission) => accountIn(region, permission));
}

function accountIn(region: Region, permission: CreateVolumePermission): AccountId[] {
  if (permission.UserId !== undefined) return [permission.UserId];
  if (permission.Group === 'all') return [];
  const at = { operation: 'DescribeSnapshotAttribute', region, code: 'UnknownVolumePermission' };
  throw new PortError('unexpected', at, `a volume permission of an unknown kind: ${JSON.stringify(permission)}`);
}

export async function changeVolumePermissions(
  client: EC2Client,
  change: { add: readonly StorageGrant[]; remove: readonly StorageGrant[] },
): Promise<void> {
  for (const { snapshot, accounts } of perSnapshot(change.remove))
    await modify(client, snapshot, { Remove: accounts.map((UserId) => ({ UserId })) });
  for (const { snapshot, accounts } of perSnapshot(change.add))
    await modify(client, snapshot, { Add: accounts.map((UserId) => ({ UserId })) });
}

const modify = (
  client: EC2Client,
  SnapshotId: SnapshotId,
  CreateVolumePermission: { Add: CreateVolumePermission[] } | { Remove: CreateVolumePermission[] },
): Promise<unknown> =>
  client.send(
    new ModifySnapshotAttributeCommand({ SnapshotId, Attribute: 'createVolumePermission', CreateVolumePermission }),
  );

const perSnapshot = (grants: readonly StorageGrant[]): { snapshot: SnapshotId; accounts: AccountId[] }[] =>
  [...Map.groupBy(grants, ({ on }) => on)].flatMap(([snapshot, group]) =>
    chunks(
      group.map(({ account }) => account),
      changesPerCall,
    ).map((accounts) => ({ snapshot, accounts: [...accounts] })),
  );
