import { canonicalJson } from '../../shared/model/digest.ts';
import type { AccountId } from '../../shared/model/ids.ts';
import { AwsError, type Call, type World } from '../kernel/service.ts';
import { findKey } from './kms-keys.ts';
import { page } from './ssm-lists.ts';

interface GrantInput {
  readonly KeyId?: string;
  readonly GranteePrincipal?: string;
  readonly Operations?: readonly string[];
  readonly Constraints?: unknown;
  readonly RetiringPrincipal?: string;
  readonly Name?: string;
}

/** Row of `kms-grants`, by its id. */
interface GrantRow {
  readonly id: string;
  readonly arn: string;
  readonly createdAt: number;
  readonly issuer: string;
  readonly given: Omit<GrantInput, 'KeyId'>;
}

const grantsOf = (call: Call) => call.world.state.table<GrantRow>('kms-grants');

const grantsOn = (call: Call, arn: string): GrantRow[] =>
  [...grantsOf(call).values()].filter((grant) => grant.arn === arn);

/** What grants on a key let an account do. */
export function grantedOperations({ state }: Pick<World, 'state'>, arn: string, account: AccountId): Set<string> {
  const grants = [...state.table<GrantRow>('kms-grants').values()].filter((grant) => grant.arn === arn);
  const own = grants.filter(({ given }) => given.GranteePrincipal?.split(':')[4] === account);
  return new Set(own.flatMap(({ given }) => given.Operations ?? []));
}

/** A request that is like an earlier one in everything, and has a name, answers with the earlier grant. */
export function createGrant({ KeyId, ...given }: GrantInput, call: Call): unknown {
  const { arn, row } = findKey(call, KeyId);
  if (row.disabled) throw new AwsError('DisabledException', `${arn} is disabled.`);
  if (!/^arn:aws[a-z-]*:(?:iam|sts)::\d{12}:.+$/.test(given.GranteePrincipal ?? ''))
    throw new AwsError('InvalidArnException', `Invalid principal ${given.GranteePrincipal}`);
  if (given.Name !== undefined && !/^[a-zA-Z0-9:/_-]{1,256}$/.test(given.Name))
    throw new AwsError('ValidationException', "Value at 'name' failed to satisfy constraint");
  const wish = canonicalJson(given);
  const same =
    given.Name === undefined ? undefined : grantsOn(call, arn).find((one) => canonicalJson(one.given) === wish);
  const id = same?.id ?? call.world.random.uuid().replaceAll('-', '');
  const grant = { id, arn, createdAt: call.world.timeline.now(), issuer: call.account, given };
  if (!same) grantsOf(call).set(id, grant);
  return { GrantId: id, GrantToken: `token-${id}` };
}

export function listGrants(
  input: { readonly KeyId?: string; readonly Limit?: number; readonly Marker?: string; readonly GrantId?: string },
  call: Call,
): unknown {
  const { arn } = findKey(call, input.KeyId);
  const found = grantsOn(call, arn).filter(({ id }) => input.GrantId === undefined || id === input.GrantId);
  const asked = { MaxResults: input.Limit ?? 50, ...(input.Marker !== undefined && { NextToken: input.Marker }) };
  const { items, NextToken } = page(found, asked, 100);
  return {
    Grants: items.map(({ id, createdAt, issuer, given }) => ({
      KeyId: arn,
      GrantId: id,
      CreationDate: new Date(createdAt),
      IssuingAccount: `arn:aws:iam::${issuer}:root`,
      ...given,
    })),
    Truncated: NextToken !== undefined,
    ...(NextToken !== undefined && { NextMarker: NextToken }),
  };
}

export function revokeGrant(input: { readonly KeyId?: string; readonly GrantId?: string }, call: Call): unknown {
  const { arn } = findKey(call, input.KeyId);
  const grant = grantsOf(call).get(input.GrantId ?? '');
  if (grant?.arn !== arn) throw new AwsError('NotFoundException', `Grant ${input.GrantId} does not exist`);
  grantsOf(call).delete(grant.id);
  return {};
}
