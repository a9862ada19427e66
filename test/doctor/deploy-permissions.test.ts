import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type Asker, judgeDeployPermissions } from '../../cli/doctor/checks/deploy-permissions.ts';
import { type DeployPolicy, questionsOf } from '../../cli/doctor/deploy-questions.ts';
import type { Seen } from '../../cli/doctor/seen.ts';
import { wildcard } from '../../local/iam/wildcard.ts';
import type { Verdict } from '../../shared/ports/rights.ts';
import { denied, seen } from './make.ts';

const target = { partition: 'aws', region: 'eu-west-1', account: '111122223333', stackName: 'ami-steward-test' };
const key = 'arn:aws:kms:eu-west-1:111122223333:key/0a1b';
const read = (name: string): DeployPolicy => JSON.parse(readFileSync(name, 'utf8')) as DeployPolicy;
const policies = [read('iam/deploy-policy.json'), read('iam/deploy-policy-key.json')];

describe('what IAM is asked before a deployment', () => {
  const questions = policies.flatMap((policy) => questionsOf(policy, { ...target, key }));

  it('is every action of the policies, on something that the policy names', () => {
    const wanted = policies.flatMap(({ Statement }) => Statement.flatMap(({ Action }) => [Action].flat()));
    expect(new Set(questions.flatMap(({ actions }) => actions))).toEqual(new Set(wanted));
    for (const { resources } of questions) expect(resources.join(' ')).not.toMatch(/.\*|\*./);
    const all = policies.flatMap(({ Statement }) => Statement.flatMap(({ Resource }) => [Resource].flat()));
    const named = new Set(questions.flatMap(({ resources }) => resources));
    expect(all.filter((pattern) => ![...named].some(wildcard(pattern)))).toEqual([]);
    expect([...named].filter((resource) => !all.some((pattern) => wildcard(pattern)(resource)))).toEqual([]);
  });

  it('is about the stack, the Region, the account and the key that are meant', () => {
    const resources = questions.flatMap((one) => one.resources);
    expect(resources).toContain('arn:aws:cloudformation:eu-west-1:111122223333:stack/ami-steward-test/x');
    expect(resources).toContain('arn:aws:iam::111122223333:role/ami-steward-test-x');
    expect(resources).toContain(key);
    const bucket = 'arn:aws:s3:::ami-steward-test-x';
    expect(questions.find(({ actions }) => actions.includes('s3:PutObject'))?.resources).toEqual([`${bucket}/x`]);
    expect(questions.find(({ actions }) => actions.includes('s3:CreateBucket'))?.resources).toEqual([bucket]);
  });

  it('brings the values that conditions look at, one of each at a time', () => {
    const passed = questions.filter(({ actions }) => actions.includes('iam:PassRole')).map(({ context }) => context);
    expect(passed).toEqual(
      ['cloudformation', 'events', 'lambda', 'scheduler'].map((one) => ({
        'iam:PassedToService': `${one}.amazonaws.com`,
      })),
    );
    const bounded = questions.find(({ actions }) => actions.includes('iam:CreateRole'));
    expect(bounded?.context).toEqual({
      'iam:PermissionsBoundary': 'arn:aws:iam::111122223333:policy/ami-steward-test-x',
    });
    const granted = questions.find(({ actions }) => actions.includes('kms:CreateGrant'));
    expect(granted?.context).toEqual({
      'kms:ViaService': 'dynamodb.eu-west-1.amazonaws.com',
      'kms:GrantIsForAWSResource': 'true',
    });
  });

  it('is asked in the partition of the account', () => {
    const [policy = { Statement: [] }] = policies;
    const asked = questionsOf(policy, { ...target, partition: 'aws-cn' });
    expect(asked.flatMap(({ resources }) => resources).filter((one) => one.startsWith('arn:aws:'))).toEqual([]);
  });
});

describe('permissions to deploy', () => {
  const identity = { account: '111122223333', arn: 'arn:aws:sts::111122223333:federated-user/me' };
  const principal = 'arn:aws:iam::111122223333:role/ci';
  const verdict = (more: Partial<Verdict>): Verdict => ({
    action: 'sqs:CreateQueue',
    resource: 'a',
    decision: 'allowed',
    missing: [],
    ...more,
  });
  const judge = (answers: Seen<readonly Verdict[]>, asker: Asker = { principal }) =>
    judgeDeployPermissions({ asker, answers }, { identity });

  it('are there when IAM allows every action', () => {
    expect(judge(seen([verdict({}), verdict({ resource: 'b' }), verdict({ action: 'sqs:TagQueue' })]))).toEqual([
      { status: 'ok', says: `all 2 actions of a deployment, as IAM simulates them for ${principal}` },
    ]);
  });

  it('lack what IAM denies, and say so by name, with the file that permits it', () => {
    const answers = [verdict({}), verdict({ action: 'sqs:TagQueue', decision: 'denied' })];
    expect(judge(seen(answers))).toEqual([
      {
        status: 'failed',
        says: 'denied: sqs:TagQueue',
        next: [`give ${principal} what iam/deploy-policy.json permits`],
      },
    ]);
  });

  it('are doubtful where an action is denied on some of what it may touch, or hangs on a key', () => {
    const part = [verdict({}), verdict({ resource: 'b', decision: 'denied' })];
    expect(judge(seen(part))).toMatchObject([{ status: 'warning', says: 'denied in part: sqs:CreateQueue, on b' }]);
    const open = [verdict({ decision: 'undecided', missing: ['aws:SourceIp'] })];
    expect(judge(seen(open))).toMatchObject([
      { status: 'unchecked', because: 'no-answer', says: 'sqs:CreateQueue: hangs on aws:SourceIp' },
    ]);
  });

  it('are not checked for root, a federated user, or somebody whom IAM does not answer, each with what to do', () => {
    const asked = [judge(seen([]), 'root'), judge(seen([]), 'nobody'), judge(denied)].flat();
    expect(asked.map(({ status, because }) => [status, because])).toEqual([
      ['unchecked', 'no-answer'],
      ['unchecked', 'no-answer'],
      ['unchecked', 'denied'],
    ]);
    for (const { next } of asked) expect(next?.length).toBeGreaterThan(0);
  });
});
