import type {
  CreateVolumePermission,
  DescribeSnapshotAttributeRequest,
  DescribeSnapshotAttributeResult,
  ModifySnapshotAttributeRequest,
  ResetSnapshotAttributeRequest,
} from '@aws-sdk/client-ec2';
import { AwsError, type Call } from '../kernel/service.ts';
import { invalidCombination, invalidValue, required } from './errors.ts';
import { toProductCodes } from './image-view.ts';
import { isDefaultKey } from './keys.ts';
import { type SnapshotRow, save } from './rows.ts';
import { publicSnapshotsBlocked } from './snapshot-block-public-access.ts';
import { isPublic, ownSnapshot } from './visibility.ts';

const maxChanges = 500;

function toPermission(entry: CreateVolumePermission): string {
  if ((entry.UserId === undefined) === (entry.Group === undefined))
    throw invalidCombination('Each volume permission must name either an account or a group');
  if (entry.UserId !== undefined && !/^\d{12}$/.test(entry.UserId)) throw invalidValue('UserId', entry.UserId);
  if (entry.Group !== undefined && entry.Group !== 'all') throw invalidValue('Group', entry.Group);
  return entry.UserId === undefined ? 'group:all' : `account:${entry.UserId}`;
}

const fromPermission = (permission: string): CreateVolumePermission =>
  permission === 'group:all' ? { Group: 'all' } : { UserId: permission.slice('account:'.length) };

function wantedChange(input: ModifySnapshotAttributeRequest): { add: string[]; remove: string[] } {
  const flat: CreateVolumePermission[] = [
    ...(input.UserIds ?? []).map((UserId) => ({ UserId })),
    ...(input.GroupNames ?? []).map((Group) => ({ Group: Group as 'all' })),
  ];
  if (flat.length > 0 && input.OperationType !== 'add' && input.OperationType !== 'remove')
    throw invalidValue('OperationType', input.OperationType);
  const add = (input.OperationType === 'add' ? flat : (input.CreateVolumePermission?.Add ?? [])).map(toPermission);
  const remove = (input.OperationType === 'remove' ? flat : (input.CreateVolumePermission?.Remove ?? [])).map(
    toPermission,
  );
  if (add.length > 0 && remove.length > 0) throw invalidCombination('Add and remove cannot be in one request');
  if (add.length + remove.length > maxChanges)
    throw invalidValue('CreateVolumePermission', add.length + remove.length, `exceeds ${maxChanges} entries`);
  required((add.length + remove.length || undefined) as number | undefined, 'CreateVolumePermission');
  return { add, remove };
}

function checkSharing(call: Call, row: SnapshotRow, add: readonly string[]): void {
  if (add.length > 0 && isDefaultKey(row.kmsKeyId, row))
    throw new AwsError('OperationNotPermitted', 'Snapshots encrypted with the default EBS key cannot be shared');
  if (add.includes('group:all') && (row.encrypted || row.productCodes.length > 0))
    throw new AwsError('OperationNotPermitted', 'Snapshots that are encrypted or have product codes cannot be public');
  if (add.includes('group:all') && !isPublic(row) && publicSnapshotsBlocked(call.world, row))
    throw new AwsError('OperationNotPermitted', 'Public sharing of snapshots is blocked in this account and Region');
}

/** Accounts and `all` only: a snapshot cannot be shared with an organization. */
export function modifySnapshotAttribute(input: ModifySnapshotAttributeRequest, call: Call): Record<string, never> {
  if (input.Attribute !== undefined && input.Attribute !== 'createVolumePermission')
    throw invalidValue('Attribute', input.Attribute);
  const { add, remove } = wantedChange(input);
  const row = ownSnapshot(call, input.SnapshotId);
  checkSharing(call, row, add);
  const kept = row.permissions.filter((permission) => !remove.includes(permission));
  save(call.world, 'snapshots', { ...row, permissions: [...new Set([...kept, ...add])] });
  return {};
}

/** Back to private; nothing else of a snapshot can be reset. */
export function resetSnapshotAttribute(input: ResetSnapshotAttributeRequest, call: Call): Record<string, never> {
  if (required(input.Attribute, 'Attribute') !== 'createVolumePermission')
    throw invalidValue('Attribute', input.Attribute);
  save(call.world, 'snapshots', { ...ownSnapshot(call, input.SnapshotId), permissions: [] });
  return {};
}

export function describeSnapshotAttribute(
  input: DescribeSnapshotAttributeRequest,
  call: Call,
): DescribeSnapshotAttributeResult {
  const attribute = required(input.Attribute, 'Attribute');
  const row = ownSnapshot(call, input.SnapshotId);
  return attribute === 'productCodes'
    ? { SnapshotId: row.id, ProductCodes: toProductCodes(row.productCodes) }
    : { SnapshotId: row.id, CreateVolumePermissions: row.permissions.map(fromPermission) };
}
