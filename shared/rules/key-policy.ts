import { accountOf, type Principal } from '../model/policy.ts';
import { type KeyAccess, type KeyGrant, keyOperations } from '../model/storage.ts';
import { matchesPattern } from './select.ts';

/** Whether a principal may do all that launching an image under the key takes. `unknown`: nobody can tell from here. */
export type MayUse = 'yes' | 'no' | 'unknown';

/** `undefined`: nobody can tell from here. */
type Answer = boolean | undefined;

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
    const may = allOf(keyOperations.map((operation) => mayCall(operation, principal, statements, grants)));
    return may === undefined ? 'unknown' : may ? 'yes' : 'no';
  } catch {
    return 'unknown';
  }
}

function mayCall(
  operation: string,
  principal: Principal,
  statements: readonly Statement[],
  grants: readonly KeyGrant[],
): Answer {
  const of = (effect: 'Allow' | 'Deny') =>
    anyOf(statements.filter(({ Effect }) => Effect === effect).map((one) => applies(one, operation, principal)));
  const denied = of('Deny');
  if (denied) return false;
  const allowed = anyOf([of('Allow'), ...grants.map((grant) => serves(grant, operation, principal))]);
  return allowed && denied === undefined ? undefined : allowed;
}

function serves({ grantee, operations }: KeyGrant, operation: string, principal: Principal): Answer {
  return operations.includes(operation) && meansAccount(grantee, principal);
}

/** @throws when the text is no policy */
function statementsOf(policy: string): readonly Statement[] {
  const list = [(JSON.parse(policy) as { Statement?: unknown }).Statement].flat();
  if (!list.every(isObject)) throw new TypeError();
  return list as Statement[];
}

const isObject = (one: unknown): one is object => one === Object(one);

function applies(statement: Statement, operation: string, principal: Principal): Answer {
  if (statement.NotPrincipal !== undefined || statement.NotAction !== undefined) return undefined;
  const named = [statement.Action].flat().some((action) => names(action, operation));
  return named && allOf([meansPrincipal(statement.Principal, principal), meets(statement.Condition, principal)]);
}

const names = (action: unknown, operation: string): boolean =>
  typeof action === 'string' && matchesPattern(action.toLowerCase(), `kms:${operation}`.toLowerCase());

interface Condition {
  readonly operator: string;
  readonly key: string;
  readonly values: readonly string[];
}

/** Whether a launch by EC2 meets all conditions. */
function meets(given: unknown, principal: Principal): Answer {
  if (given === undefined) return true;
  if (!isObject(given)) return undefined;
  return allOf(
    Object.entries(given).flatMap(([operator, tests]) =>
      Object.entries((tests ?? {}) as Record<string, unknown>).map(([key, values]) =>
        holds({ operator, key: key.toLowerCase(), values: [values].flat().map(String) }, principal),
      ),
    ),
  );
}

/** Whom the statement speaks of; organizations and units are reached through everyone, narrowed by conditions. */
function meansPrincipal(given: unknown, principal: Principal): Answer {
  const listed = typeof given === 'string' ? [given] : [(given as { AWS?: unknown } | undefined)?.AWS].flat();
  if (listed.includes('*')) return true;
  return anyOf(listed.map((one) => meansAccount(String(one), principal)));
}

/** The account itself, or somebody in it, which may or may not be who launches. */
function meansAccount(arn: string, principal: Principal): Answer {
  const account = accountOf(principal);
  if (account === undefined) return false;
  if (arn === account || new RegExp(`^arn:[^:]+:iam::${account}:root$`).test(arn)) return true;
  return arn.split(':')[4] === account ? undefined : false;
}

const organizationOf = (principal: Principal): string | undefined => /\/(o-[a-z0-9]+)/.exec(principal)?.[1];
const unitOf = (principal: Principal): string | undefined => /\/(ou-[a-z0-9-]+)/.exec(principal)?.[1];

function holds({ operator, key, values }: Condition, principal: Principal): Answer {
  if (/not/i.test(operator)) return undefined;
  switch (key) {
    case 'kms:viaservice':
      return values.some((value) => value.startsWith('ec2.')) || perhaps(values);
    case 'kms:grantisforawsresource':
      return values.includes('true');
    case 'kms:calleraccount':
    case 'aws:principalaccount':
      return isAmong(values, accountOf(principal));
    case 'aws:principalorgid':
      return isAmong(values, organizationOf(principal));
    case 'aws:principalorgpaths':
      return isOnPath(values, organizationOf(principal), unitOf(principal));
  }
  return undefined;
}

/** A pattern may match; what is none does not. */
const perhaps = (values: readonly string[]): Answer => (values.some((value) => /[*?]/.test(value)) ? undefined : false);

/** What a principal does not say of itself, such as an account its organization, cannot be seen from here. */
function isAmong(values: readonly string[], id: string | undefined): Answer {
  if (id === undefined) return undefined;
  return values.includes(id) || perhaps(values);
}

/** A path is `o-…/r-…/ou-…/`. Of a unit its own id is known, not those above it. */
function isOnPath(values: readonly string[], organization: string | undefined, unit: string | undefined): Answer {
  if (organization === undefined) return undefined;
  const paths = values.filter((path) => path.startsWith(`${organization}/`) || path.startsWith('*'));
  const covers = (path: string) => path === `${organization}/*` || (unit !== undefined && path.includes(`/${unit}/`));
  if (paths.some(covers)) return true;
  return paths.length > 0 ? undefined : false;
}

const anyOf = (all: readonly Answer[]): Answer => all.includes(true) || (all.includes(undefined) ? undefined : false);
const allOf = (all: readonly Answer[]): Answer => !all.includes(false) && (all.includes(undefined) ? undefined : true);
