import { accountOf, type Principal } from '../model/policy.ts';
import { type KeyAccess, type KeyGrant, keyOperations } from '../model/storage.ts';
import { matchesPattern } from './select.ts';

/** Whether a principal may do all that launching an image under the key takes. `unknown`: nobody can tell from here. */
export type MayUse = 'yes' | 'no' | 'unknown';

interface Statement {
  readonly Effect?: unknown;
  readonly Principal?: unknown;
  readonly Action?: unknown;
  readonly Condition?: unknown;
  readonly NotPrincipal?: unknown;
  readonly NotAction?: unknown;
}

/** Reads the key policy and the grants as KMS would. What it does not understand is unknown, never a no. */
export function mayUse(principal: Principal, { policy, grants }: KeyAccess): MayUse {
  try {
    const statements = statementsOf(policy);
    return least(keyOperations.map((operation) => mayCall(operation, principal, statements, grants)));
  } catch {
    return 'unknown';
  }
}

function mayCall(
  operation: string,
  principal: Principal,
  statements: readonly Statement[],
  grants: readonly KeyGrant[],
): MayUse {
  const of = (effect: 'Allow' | 'Deny') =>
    most(statements.filter(({ Effect }) => Effect === effect).map((one) => applies(one, operation, principal)));
  const denied = of('Deny');
  if (denied === 'yes') return 'no';
  const allowed = most([of('Allow'), ...grants.map((grant) => serves(grant, operation, principal))]);
  return allowed === 'yes' && denied === 'unknown' ? 'unknown' : allowed;
}

function serves({ grantee, operations }: KeyGrant, operation: string, principal: Principal): MayUse {
  return operations.includes(operation) ? meansAccount(grantee, principal) : 'no';
}

/** @throws when the text is no policy */
function statementsOf(policy: string): readonly Statement[] {
  const list = [(JSON.parse(policy) as { Statement?: unknown }).Statement].flat();
  if (!list.every((one) => one !== null && typeof one === 'object')) throw new Error('a statement is no object');
  return list as Statement[];
}

function applies(statement: Statement, operation: string, principal: Principal): MayUse {
  if (statement.NotPrincipal !== undefined || statement.NotAction !== undefined) return 'unknown';
  const named = [statement.Action].flat().some((action) => names(action, operation));
  if (!named) return 'no';
  const conditions = conditionsOf(statement.Condition).map((condition) => holds(condition, principal));
  return least([meansPrincipal(statement.Principal, principal), ...conditions]);
}

const names = (action: unknown, operation: string): boolean =>
  typeof action === 'string' && matchesPattern(action.toLowerCase(), `kms:${operation}`.toLowerCase());

interface Condition {
  readonly operator: string;
  readonly key: string;
  readonly values: readonly string[];
}

function conditionsOf(given: unknown): Condition[] {
  if (given === undefined) return [];
  if (given === null || typeof given !== 'object') return [{ operator: '?', key: '?', values: [] }];
  return Object.entries(given).flatMap(([operator, tests]) =>
    Object.entries((tests ?? {}) as Record<string, unknown>).map(([key, values]) => ({
      operator,
      key: key.toLowerCase(),
      values: [values].flat().map(String),
    })),
  );
}

/** Whom the statement speaks of; organizations and units are reached through everyone, narrowed by conditions. */
function meansPrincipal(given: unknown, principal: Principal): MayUse {
  const listed = typeof given === 'string' ? [given] : [(given as { AWS?: unknown } | undefined)?.AWS ?? []].flat();
  if (listed.includes('*')) return 'yes';
  return most(listed.map((one) => meansAccount(String(one), principal)));
}

/** The account itself, or somebody in it, which may or may not be who launches. */
function meansAccount(arn: string, principal: Principal): MayUse {
  const account = accountOf(principal);
  if (account === undefined) return 'no';
  if (arn === account || new RegExp(`^arn:[^:]+:iam::${account}:root$`).test(arn)) return 'yes';
  return arn.split(':')[4] === account ? 'unknown' : 'no';
}

const organizationOf = (principal: Principal): string | undefined => /\/(o-[a-z0-9]+)/.exec(principal)?.[1];
const unitOf = (principal: Principal): string | undefined => /\/(ou-[a-z0-9-]+)$/.exec(principal)?.[1];

/** Whether a launch by EC2 meets the condition. */
function holds({ operator, key, values }: Condition, principal: Principal): MayUse {
  if (/not/i.test(operator)) return 'unknown';
  switch (key) {
    case 'kms:viaservice':
      return values.some((value) => value.startsWith('ec2.')) ? 'yes' : patternsOr('no', values);
    case 'kms:grantisforawsresource':
      return values.includes('true') ? 'yes' : 'no';
    case 'kms:calleraccount':
    case 'aws:principalaccount':
      return isAmong(values, accountOf(principal));
    case 'aws:principalorgid':
      return isAmong(values, organizationOf(principal));
    case 'aws:principalorgpaths':
      return isOnPath(values, organizationOf(principal), unitOf(principal));
    default:
      return 'unknown';
  }
}

const patternsOr = (otherwise: MayUse, values: readonly string[]): MayUse =>
  values.some((value) => /[*?]/.test(value)) ? 'unknown' : otherwise;

/** What a principal does not say of itself, such as an account its organization, cannot be seen from here. */
function isAmong(values: readonly string[], id: string | undefined): MayUse {
  if (id === undefined) return 'unknown';
  return values.includes(id) ? 'yes' : patternsOr('no', values);
}

/** A path is `o-…/r-…/ou-…/`. Of a unit its own id is known, not those above it. */
function isOnPath(values: readonly string[], organization: string | undefined, unit: string | undefined): MayUse {
  if (organization === undefined) return 'unknown';
  const paths = values.filter((path) => path.startsWith(`${organization}/`) || path.startsWith('*'));
  const covers = (path: string) => path === `${organization}/*` || (unit !== undefined && path.includes(`/${unit}/`));
  if (paths.some(covers)) return 'yes';
  return paths.length > 0 ? 'unknown' : 'no';
}

const rank: Readonly<Record<MayUse, number>> = { no: 0, unknown: 1, yes: 2 };
const most = (all: readonly MayUse[]): MayUse => all.reduce((a, b) => (rank[b] > rank[a] ? b : a), 'no');
const least = (all: readonly MayUse[]): MayUse => all.reduce((a, b) => (rank[b] < rank[a] ? b : a), 'yes');
