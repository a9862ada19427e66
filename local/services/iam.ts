import type { Access } from '../iam/access.ts';
import type { Principal } from '../iam/principal.ts';
import { AwsError, type Call, type Service } from '../kernel/service.ts';
import { administrator } from './sts.ts';

interface ContextEntry {
  readonly ContextKeyName?: string;
  readonly ContextKeyValues?: readonly string[];
}

interface SimulateInput {
  readonly PolicySourceArn?: string;
  readonly ActionNames?: readonly string[];
  readonly ResourceArns?: readonly string[];
  readonly ContextEntries?: readonly ContextEntry[];
  readonly MaxItems?: number;
  readonly Marker?: string;
}

const arnOf = (name: string, { account }: Call): string => `arn:aws:iam::${account}:role/${name}`;

/** `undefined`: the administrator, who has no policies because nothing is refused. */
function roleNamed(name: string, call: Call): Principal | undefined {
  const role = call.world.principals?.named(call.account, name);
  if (role || name === administrator) return role;
  throw new AwsError('NoSuchEntity', `The role with name ${name} cannot be found.`, 404);
}

function getRole({ RoleName = '' }: { RoleName?: string }, call: Call): unknown {
  roleNamed(RoleName, call);
  const CreateDate = new Date(0);
  return { Role: { Path: '/', RoleName, RoleId: `AROA${RoleName}`, Arn: arnOf(RoleName, call), CreateDate } };
}

/** What people bring along of their own would need an evaluation of its own. */
const built = ['PolicySourceArn', 'ActionNames', 'ResourceArns', 'ContextEntries', 'MaxItems', 'Marker'];

function simulatePrincipalPolicy(input: SimulateInput, call: Call): unknown {
  const strange = Object.keys(input).filter((name) => !built.includes(name));
  if (strange.length > 0) throw new AwsError('InvalidInput', `${strange.join(', ')} is not built.`);
  const { PolicySourceArn = '', ActionNames = [], ResourceArns = ['*'], MaxItems = 100, Marker } = input;
  const [, , , , account, name = ''] = PolicySourceArn.split(':');
  if (account !== call.account || !name.startsWith('role/'))
    throw new AwsError('InvalidInput', `${PolicySourceArn} is no role of this account.`);
  const role = roleNamed(name.slice('role/'.length), call);
  const context = contextOf(input);
  const from = Number(Marker ?? 0);
  const page = ActionNames.slice(from, from + MaxItems);
  const IsTruncated = from + MaxItems < ActionNames.length;
  return {
    EvaluationResults: page.map((action) => evaluated(role, action, ResourceArns, { call, context })),
    IsTruncated,
    ...(IsTruncated && { Marker: String(from + MaxItems) }),
  };
}

const contextOf = ({ ContextEntries = [] }: SimulateInput): NonNullable<Access['values']> =>
  Object.fromEntries(
    ContextEntries.map(({ ContextKeyName = '', ContextKeyValues = [] }) => [ContextKeyName, ContextKeyValues]),
  );

interface Asked {
  readonly call: Call;
  readonly context: NonNullable<Access['values']>;
}

/** One result for each action: allowed only when it is on every resource (types of `EvaluationResult`, client-iam). */
function evaluated(role: Principal | undefined, action: string, resources: readonly string[], asked: Asked): object {
  const results = resources.map((resource) => ({
    EvalResourceName: resource,
    EvalResourceDecision: decisionOn(role, action, resource, asked),
  }));
  const decisions = results.map(({ EvalResourceDecision }) => EvalResourceDecision);
  const worst = ['explicitDeny', 'implicitDeny'].find((one) => decisions.includes(one));
  return {
    EvalActionName: action,
    EvalDecision: worst ?? 'allowed',
    ...(resources[0] !== '*' && { ResourceSpecificResults: results }),
  };
}

function decisionOn(role: Principal | undefined, action: string, resource: string, { call, context }: Asked): string {
  if (!role) return 'allowed';
  const decision = role.decide({ action, type: '*', resource, region: call.region, values: context });
  if (decision === 'allowed') return 'allowed';
  return decision === 'denied' ? 'explicitDeny' : 'implicitDeny';
}

export const iamService: Service = {
  name: 'iam',
  operations: { GetRole: getRole, SimulatePrincipalPolicy: simulatePrincipalPolicy },
  sections: { GetRole: '1.1', SimulatePrincipalPolicy: '1.1' },
};
