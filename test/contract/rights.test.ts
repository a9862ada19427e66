import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type DeployPolicy, questionsOf } from '../../cli/doctor/deploy-questions.ts';
import type { PolicyDocument } from '../../local/iam/policy.ts';
import { iamClients, serviceQuotasClients } from '../../shared/aws/clients.ts';
import { AwsRights } from '../../shared/aws/rights.ts';
import { AwsQuotas } from '../../shared/aws/service-quotas.ts';
import type { Question } from '../../shared/ports/rights.ts';
import { Stub, serviceError } from './stub.ts';
import { account, openWorld, transports } from './worlds.ts';

const text = readFileSync('iam/deploy-policy.json', 'utf8');
const target = { partition: 'aws', region: 'us-east-1', account, stackName: 'ami-steward-prod' };
const questions = questionsOf(JSON.parse(text) as DeployPolicy, target);
const principal = `arn:aws:iam::${account}:role/deployer`;

describe.each(transports)('over the embedded AWS, %s', (transport) => {
  /** Somebody who may do what the file says, changed a little. */
  const deployer = (change: (policy: PolicyDocument) => PolicyDocument = (policy) => policy) => {
    const { aws, options } = openWorld(transport);
    const policies = [change(JSON.parse(text) as PolicyDocument)];
    aws.principals.attach('AKIADEPLOYER', { name: 'deployer', account, policies });
    return new AwsRights(iamClients(options)(), 'us-east-1');
  };
  const verdicts = async (rights: AwsRights) =>
    (await Promise.all(questions.map((one) => rights.ask(principal, one)))).flat();
  const refused = async (rights: AwsRights) =>
    (await verdicts(rights)).filter(({ decision }) => decision !== 'allowed').map(({ action }) => action);

  it('whoever has the policy for deployments may do all that is asked about', async () => {
    const found = await verdicts(deployer());
    const asked = questions.map(({ actions, resources }) => actions.length * resources.length);
    expect(found).toHaveLength(asked.reduce((sum, count) => sum + count));
    expect(found.filter(({ decision }) => decision !== 'allowed')).toEqual([]);
  });

  it('an action that is left out is missed, and so is one of another stack, Region or condition', async () => {
    const without = (action: string) =>
      deployer(({ Statement, ...rest }) => ({
        ...rest,
        Statement: Statement.map((one) => ({ ...one, Action: [one.Action].flat().filter((name) => name !== action) })),
      }));
    expect(await refused(without('sqs:CreateQueue'))).toEqual(['sqs:CreateQueue']);
    const replaced = (from: string, to: string) =>
      deployer((policy) => JSON.parse(JSON.stringify(policy).replaceAll(from, to)) as PolicyDocument);
    expect(await refused(replaced('scheduler:*:*:schedule', 'scheduler:eu-west-1:*:schedule'))).toEqual([
      'scheduler:CreateSchedule',
      'scheduler:DeleteSchedule',
      'scheduler:GetSchedule',
      'scheduler:UpdateSchedule',
    ]);
    expect(await refused(replaced('schedule/default/ami-steward-*', 'schedule/default/ami-steward-dev-*'))).toContain(
      'scheduler:CreateSchedule',
    );
    expect(await refused(replaced('"scheduler.amazonaws.com"', '"ec2.amazonaws.com"'))).toEqual(['iam:PassRole']);
  });

  it('a role is known by its name, and whom IAM does not know is an error', async () => {
    const rights = deployer();
    expect(await rights.roleArn('deployer')).toBe(principal);
    await expect(rights.roleArn('nobody')).rejects.toMatchObject({ kind: 'not-found' });
    const [question] = questions as [Question];
    await expect(rights.ask(`arn:aws:iam::${account}:role/nobody`, question)).rejects.toMatchObject({
      kind: 'not-found',
    });
  });

  it('quotas are read by their codes, and one that is not kept is none', async () => {
    const quotas = new AwsQuotas(serviceQuotasClients(openWorld(transport).options));
    expect(await quotas.ofEc2('L-B665C33B', 'eu-west-1')).toBe(50_000);
    expect(await quotas.ofEc2('L-0E3CBAB9', 'eu-west-1')).toBe(5);
    expect(await quotas.ofEc2('L-00000000', 'eu-west-1')).toBeUndefined();
  });
});

describe('what the simulator answers', () => {
  const question: Question = { actions: ['a:One', 'a:Two'], resources: ['r', 's'], context: { k: 'v' } };
  const asked = (answer: (input: Record<string, unknown>) => object) => {
    const stub = new Stub({ SimulatePrincipalPolicy: answer });
    return { stub, verdicts: new AwsRights(iamClients(stub.options)(), 'us-east-1').ask(principal, question) };
  };
  const result = (EvalActionName: string, EvalDecision: string, more: object = {}) => ({
    EvaluationResults: [{ EvalActionName, EvalDecision, ...more }],
  });

  it('is read to the last page', async () => {
    const { verdicts } = asked(({ Marker }) =>
      Marker === undefined
        ? { ...result('a:One', 'allowed'), IsTruncated: true, Marker: 'm' }
        : result('a:Two', 'explicitDeny'),
    );
    expect((await verdicts).map(({ action, resource, decision }) => [action, resource, decision])).toEqual([
      ['a:One', 'r', 'allowed'],
      ['a:One', 's', 'allowed'],
      ['a:Two', 'r', 'denied'],
      ['a:Two', 's', 'denied'],
    ]);
  });

  it('counts for each resource by itself', async () => {
    const each = (EvalResourceName: string, EvalResourceDecision: string) => ({
      EvalResourceName,
      EvalResourceDecision,
    });
    const { verdicts, stub } = asked(() =>
      result('a:One', 'implicitDeny', { ResourceSpecificResults: [each('r', 'allowed'), each('s', 'implicitDeny')] }),
    );
    expect((await verdicts).map(({ resource, decision }) => [resource, decision])).toEqual([
      ['r', 'allowed'],
      ['s', 'denied'],
    ]);
    expect(stub.inputs('SimulatePrincipalPolicy')).toMatchObject([
      {
        PolicySourceArn: principal,
        ActionNames: question.actions,
        ResourceArns: question.resources,
        ContextEntries: [{ ContextKeyName: 'k', ContextKeyValues: ['v'], ContextKeyType: 'string' }],
      },
    ]);
  });

  it('is open where a missing key may have been the reason, and closed where a denial is written down', async () => {
    const missing = { MissingContextValues: ['aws:SourceIp'] };
    expect((await asked(() => result('a:One', 'implicitDeny', missing)).verdicts)[0]).toMatchObject({
      decision: 'undecided',
      missing: ['aws:SourceIp'],
    });
    expect((await asked(() => result('a:One', 'explicitDeny', missing)).verdicts)[0]).toMatchObject({
      decision: 'denied',
      missing: [],
    });
    expect((await asked(() => result('a:One', 'allowed', missing)).verdicts)[0]).toMatchObject({ decision: 'allowed' });
  });

  it('is an error where a role has no ARN, and a quota that may not be read is denied', async () => {
    const roles = new AwsRights(iamClients(new Stub({ GetRole: () => ({}) }).options)(), 'us-east-1');
    await expect(roles.roleArn('ci')).rejects.toMatchObject({ code: 'UnexpectedAnswer' });
    const stub = new Stub({
      GetServiceQuota: () => {
        throw serviceError('AccessDeniedException');
      },
    });
    await expect(new AwsQuotas(serviceQuotasClients(stub.options)).ofEc2('L', 'eu-west-1')).rejects.toMatchObject({
      kind: 'denied',
    });
  });
});
