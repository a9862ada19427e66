import type { LaunchPermission } from '@aws-sdk/client-ec2';
import { PortError } from '../model/errors.ts';
import type { Region } from '../model/ids.ts';
import type { Principal } from '../model/policy.ts';

/** @throws PortError `unexpected` for an entry of a kind we do not know: a list with a hole is worse than none */
export function principalOf(region: Region, permission: LaunchPermission): Principal {
  if (permission.UserId !== undefined) return `account:${permission.UserId}`;
  if (permission.OrganizationArn !== undefined) return `organization:${permission.OrganizationArn}`;
  if (permission.OrganizationalUnitArn !== undefined) return `unit:${permission.OrganizationalUnitArn}`;
  if (permission.Group === 'all') return 'everyone';
  const at = { operation: 'DescribeImageAttribute', region, code: 'UnknownLaunchPermission' };
  throw new PortError('unexpected', at, `a launch permission of an unknown kind: ${JSON.stringify(permission)}`);
}

/** @throws PortError `invalid` when the text names no principal */
export function permissionOf(region: Region, principal: Principal): LaunchPermission {
  if (principal === 'everyone') return { Group: 'all' };
  const colon = principal.indexOf(':');
  const id = principal.slice(colon + 1);
  switch (principal.slice(0, colon)) {
    case 'account':
      return { UserId: id };
    case 'organization':
      return { OrganizationArn: id };
    case 'unit':
      return { OrganizationalUnitArn: id };
    default: {
      const at = { operation: 'ModifyImageAttribute', region, code: 'UnknownPrincipal' };
      throw new PortError('invalid', at, `no account, organization or unit: ${principal}`);
    }
  }
}
