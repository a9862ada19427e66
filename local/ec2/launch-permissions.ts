import type { LaunchPermission, ModifyImageAttributeRequest } from '@aws-sdk/client-ec2';
import { day } from '../../shared/model/time.ts';
import { AwsError, type Call } from '../kernel/service.ts';
import { publicSharingBlocked } from './block-public-access.ts';
import { invalidCombination, invalidValue, unavailable } from './errors.ts';
import { isDefaultKey } from './keys.ts';
import { checkPublicQuota } from './quotas.ts';
import { type ImageRow, save } from './rows.ts';
import { isPublic } from './visibility.ts';

const maxEntities = 1000;
const maxPerRequest = 10_000;
/** A public image is deprecated two years after its creation at the latest. */
export const publicLife = 730 * day;

const organizationPattern = /^arn:aws[a-z-]*:organizations::\d{12}:organization\/o-[a-z0-9]{10,32}$/;
const unitPattern = /^arn:aws[a-z-]*:organizations::\d{12}:ou\/o-[a-z0-9]{10,32}\/ou-[a-z0-9]{4,32}-[a-z0-9]{8,32}$/;

const malformed = (value: string): AwsError =>
  new AwsError('InvalidAMIAttributeItemValue', `Invalid attribute item value "${value}" for launchPermission`);

const checked = (pattern: RegExp, kind: string, value: string): string => {
  if (!pattern.test(value)) throw malformed(value);
  return `${kind}:${value}`;
};

function toPermission(entry: LaunchPermission): string {
  const { UserId, Group, OrganizationArn, OrganizationalUnitArn } = entry;
  const given = [UserId, Group, OrganizationArn, OrganizationalUnitArn].filter((value) => value !== undefined);
  if (given.length !== 1) throw invalidCombination('Each launch permission must name exactly one entity');
  if (UserId !== undefined) return checked(/^\d{12}$/, 'account', UserId);
  if (Group !== undefined) return checked(/^all$/, 'group', Group);
  if (OrganizationArn !== undefined) return checked(organizationPattern, 'organization', OrganizationArn);
  return checked(unitPattern, 'unit', OrganizationalUnitArn ?? '');
}

export function fromPermission(permission: string): LaunchPermission {
  const split = permission.indexOf(':');
  const value = permission.slice(split + 1);
  switch (permission.slice(0, split)) {
    case 'account':
      return { UserId: value };
    case 'organization':
      return { OrganizationArn: value };
    case 'unit':
      return { OrganizationalUnitArn: value };
    default:
      return { Group: 'all' };
  }
}

/** The flat form of ModifyImageAttribute, as entries of the structured one. */
function flatEntries(input: ModifyImageAttributeRequest): LaunchPermission[] {
  return [
    ...(input.UserIds ?? []).map((UserId) => ({ UserId })),
    ...(input.UserGroups ?? []).map((Group) => ({ Group: Group as 'all' })),
    ...(input.OrganizationArns ?? []).map((OrganizationArn) => ({ OrganizationArn })),
    ...(input.OrganizationalUnitArns ?? []).map((OrganizationalUnitArn) => ({ OrganizationalUnitArn })),
  ];
}

function wantedChange(input: ModifyImageAttributeRequest): { add: string[]; remove: string[] } {
  const flat = flatEntries(input);
  if (flat.length > 0 && input.LaunchPermission)
    throw invalidCombination('Use either LaunchPermission or the separate lists, not both');
  if (flat.length > 0 && input.OperationType !== 'add' && input.OperationType !== 'remove')
    throw invalidValue('OperationType', input.OperationType);
  const add = input.OperationType === 'add' ? flat : (input.LaunchPermission?.Add ?? []);
  const remove = input.OperationType === 'remove' ? flat : (input.LaunchPermission?.Remove ?? []);
  if (add.length + remove.length === 0)
    throw new AwsError('MissingParameter', 'The request must contain launch permissions to add or remove');
  if (add.length + remove.length > maxPerRequest)
    throw invalidValue('LaunchPermission', add.length + remove.length, `exceeds ${maxPerRequest} entries`);
  return { add: add.map(toPermission), remove: remove.map(toPermission) };
}

function checkSharing(call: Call, row: ImageRow, add: readonly string[]): void {
  if (add.length > 0 && row.disks.some((disk) => isDefaultKey(disk.kmsKeyId, row)))
    throw new AwsError('OperationNotPermitted', 'Images encrypted with the default EBS key cannot be shared');
  if (!add.includes('group:all') || isPublic(row)) return;
  if (row.disks.some((disk) => disk.encrypted))
    throw new AwsError('OperationNotPermitted', 'Images with encrypted snapshots cannot be made public');
  if (row.productCodes.length > 0)
    throw new AwsError('OperationNotPermitted', 'Images with product codes cannot be made public');
  if (row.watermarks?.length)
    throw new AwsError('OperationNotPermitted', 'Images with watermarks cannot be made public');
  if (publicSharingBlocked(call))
    throw new AwsError(
      'OperationNotPermitted',
      'Public sharing of AMIs is blocked in this account and Region. Call DisableImageBlockPublicAccess to allow it',
    );
  checkPublicQuota(call);
}

/** Public images get a deprecation date by themselves; an earlier one stays. */
const deprecationOf = (row: ImageRow, permissions: readonly string[]): number | undefined =>
  permissions.includes('group:all')
    ? Math.min(row.deprecateAt ?? Number.POSITIVE_INFINITY, row.createdAt + publicLife)
    : row.deprecateAt;

/** Adds and removes launch permissions; what is there already, or already gone, is no error. */
export function changePermissions(call: Call, row: ImageRow, input: ModifyImageAttributeRequest): void {
  const { add, remove } = wantedChange(input);
  if (row.state !== 'available') throw unavailable(row.id, row.state);
  checkSharing(call, row, add);
  const kept = row.permissions.filter((permission) => !remove.includes(permission));
  const permissions = [...new Set([...kept, ...add])];
  const entities = permissions.filter((permission) => permission !== 'group:all').length;
  if (entities > maxEntities && entities > row.permissions.length)
    throw new AwsError('ResourceLimitExceeded', `An image may be shared with at most ${maxEntities} entities`);
  save(call.world, 'images', { ...row, permissions, deprecateAt: deprecationOf(row, permissions) });
}
