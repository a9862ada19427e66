import { describe, expect, it } from 'vitest';
import { actions } from '../../shared/actions/index.ts';
import { AwsAccountSettings } from '../../shared/aws/account-settings.ts';
import { AwsCaller } from '../../shared/aws/caller.ts';
import {
  autoScalingClients,
  type ClientOptions,
  cloudFormationClients,
  ec2Clients,
  eventBridgeClients,
  recycleBinClients,
  ssmClients,
  stsClients,
} from '../../shared/aws/clients.ts';
import { AwsEventRules } from '../../shared/aws/event-rules.ts';
import { AwsPermissions } from '../../shared/aws/permissions.ts';
import { AwsStacks } from '../../shared/aws/stacks.ts';
import { Stub, serviceError } from './stub.ts';
import { testOptions } from './support.ts';
import { account, openWorld, transports } from './worlds.ts';

const permissionsOver = (options: ClientOptions): AwsPermissions =>
  new AwsPermissions({
    ec2: ec2Clients(options),
    ssm: ssmClients(options),
    autoScaling: autoScalingClients(options),
    rbin: recycleBinClients(options),
  });

const subject = { region: 'eu-west-1', image: 'ami-0c4300000000a1b2c', snapshot: 'snap-0c4300000000a1b2c' };

describe.each(transports)('over the embedded AWS, %s', (transport) => {
  it('public access is read for images and snapshots, each Region by itself', async () => {
    const { aws, options } = openWorld(transport);
    const settings = new AwsAccountSettings(ec2Clients(options));
    aws.call('ec2', 'DisableImageBlockPublicAccess', {}, { region: 'eu-west-1' });
    aws.call('ec2', 'EnableSnapshotBlockPublicAccess', { State: 'block-all-sharing' }, { region: 'eu-west-1' });
    expect(await settings.imageBlock('eu-west-1')).toEqual({ state: 'unblocked', managedBy: 'account' });
    expect(await settings.imageBlock('us-east-1')).toMatchObject({ state: 'block-new-sharing' });
    expect(await settings.snapshotBlock('eu-west-1')).toMatchObject({ state: 'block-all-sharing' });
    expect(await settings.snapshotBlock('us-east-1')).toMatchObject({ state: 'unblocked' });
  });

  it('rules are read with their targets, and others left out', async () => {
    const { aws, options } = openWorld(transport);
    const rule = { region: 'eu-west-1', account, target: { bus: 'us-east-1' } };
    aws.events.addRule({ ...rule, name: 'images', pattern: { source: ['aws.ec2'] } });
    aws.events.addRule({ ...rule, name: 'other', pattern: { source: ['aws.ec2-other'] } });
    const found = await new AwsEventRules(eventBridgeClients({ ...options, credentials })).of('eu-west-1', 'aws.ec2');
    expect(found).toEqual([
      {
        name: 'images',
        enabled: true,
        pattern: '{"source":["aws.ec2"]}',
        targets: [`arn:aws:events:us-east-1:${account}:event-bus/default`],
      },
    ]);
  });

  it('every read and every change may be asked about, and is allowed', async () => {
    const permissions = permissionsOver(openWorld(transport).options);
    for (const action of permissions.reads)
      expect([action, await permissions.mayRead(action, 'eu-west-1')]).toEqual([action, 'allowed']);
    for (const action of permissions.changes)
      expect([action, await permissions.mayChange(action, subject)]).toEqual([action, 'allowed']);
  });

  it('what is denied is told from what is allowed', async () => {
    const { aws, options } = openWorld(transport);
    aws.faults.deny('DisableImage');
    aws.faults.deny('DescribeFleets');
    const permissions = permissionsOver(options);
    expect(await permissions.mayChange('ec2:DisableImage', subject)).toBe('denied');
    expect(await permissions.mayRead('ec2:DescribeFleets', 'eu-west-1')).toBe('denied');
  });

  it('a stack is asked for in vain, since CloudFormation is not there', async () => {
    const stacks = new AwsStacks(cloudFormationClients(openWorld(transport).options)());
    await expect(stacks.find('ami-steward-prod')).rejects.toMatchObject({ code: 'InvalidAction' });
  });
});

const credentials = { accessKeyId: account, secretAccessKey: 'local' };

describe('a question about a permission', () => {
  it('never does what it asks about: each request that could change something is a dry run', async () => {
    const answers = Object.fromEntries(
      permissionsOver(testOptions()).changes.map((action) => [
        action.replace('ec2:', ''),
        () => {
          throw serviceError('DryRunOperation', 'would have succeeded', 412);
        },
      ]),
    );
    const stub = new Stub(answers);
    const permissions = permissionsOver(stub.options);
    for (const action of permissions.changes) await permissions.mayChange(action, subject);
    expect(stub.seen.map(({ operation }) => `ec2:${operation}`)).toEqual(permissions.changes);
    expect(stub.seen.filter(({ input }) => input.DryRun !== true)).toEqual([]);
  });

  it('can be put about everything in EC2 that a verb of the product changes', () => {
    const changes = Object.values(actions).flatMap(({ permissions }) =>
      permissions.filter((one) => /^ec2:(?!Describe|Get|List)/.test(one)),
    );
    expect(permissionsOver(testOptions()).changes.toSorted()).toEqual([...new Set(changes)].sort());
  });

  it.each([
    ['DryRunOperation', 'allowed'],
    ['UnauthorizedOperation', 'denied'],
    ['InvalidAMIID.NotFound', { undecided: 'InvalidAMIID.NotFound' }],
    ['InvalidParameterValue', { undecided: 'InvalidParameterValue' }],
  ])('that is answered with %s means so', async (code, meaning) => {
    const stub = new Stub({
      DisableImage: () => {
        throw serviceError(code, code, 412);
      },
    });
    expect(await permissionsOver(stub.options).mayChange('ec2:DisableImage', subject)).toEqual(meaning);
  });

  it('is not answered at all by an outage, nor by success', async () => {
    const down = new Stub({
      DisableImage: () => {
        throw serviceError('Unavailable', 'down', 503);
      },
    });
    await expect(permissionsOver(down.options).mayChange('ec2:DisableImage', subject)).rejects.toMatchObject({
      kind: 'unavailable',
    });
    const done = new Stub({ DisableImage: () => ({ Return: true }) });
    expect(await permissionsOver(done.options).mayChange('ec2:DisableImage', subject)).toMatchObject({
      undecided: expect.any(String),
    });
  });
});

describe('a caller', () => {
  const sts = (options: ClientOptions) => new AwsCaller(stsClients(options)(), options.home);

  it('is named by STS, and where the credentials came from by the SDK', async () => {
    const stub = new Stub({ GetCallerIdentity: () => ({ Account: account, Arn: 'arn:me' }) });
    expect(await sts(stub.options).identity()).toEqual({ account, arn: 'arn:me' });
    const noted = (note: object) =>
      sts(testOptions({ credentials: { ...credentials, $source: note } as never })).source();
    expect(await noted({ CREDENTIALS_PROFILE: 'n', CREDENTIALS_PROFILE_SSO: 'r' })).toBe(
      'a profile with single sign-on',
    );
    expect(await noted({ CREDENTIALS_ENV_VARS: 'g' })).toBe('environment variables');
    expect(await noted({})).toBeUndefined();
  });

  it('without an account in the answer is an error', async () => {
    await expect(sts(new Stub({ GetCallerIdentity: () => ({}) }).options).identity()).rejects.toMatchObject({
      code: 'UnexpectedAnswer',
    });
  });
});

describe('a stack', () => {
  const find = (answer: () => object) =>
    new AwsStacks(cloudFormationClients(new Stub({ DescribeStacks: answer }).options)()).find('s');

  it('is read with its status, outputs and tags', async () => {
    const described = {
      StackName: 's',
      StackStatus: 'UPDATE_COMPLETE',
      Outputs: [{ OutputKey: 'TableName', OutputValue: 't' }],
      Tags: [{ Key: 'a', Value: 'b' }],
    };
    expect(await find(() => ({ Stacks: [described] }))).toEqual({
      name: 's',
      status: 'UPDATE_COMPLETE',
      outputs: { TableName: 't' },
      tags: { a: 'b' },
    });
  });

  it('that does not exist is none; any other refusal is an error', async () => {
    const refuse = (message: string) => () => {
      throw serviceError('ValidationError', message);
    };
    expect(await find(refuse('Stack with id s does not exist'))).toBeUndefined();
    await expect(find(refuse('1 validation error detected'))).rejects.toMatchObject({ code: 'ValidationError' });
  });
});

it('rules are read to the last page, targets too', async () => {
  const pattern = '{"source":["aws.ec2"]}';
  const stub = new Stub({
    ListRules: ({ NextToken }) =>
      NextToken === undefined
        ? { Rules: [], NextToken: 'n' }
        : { Rules: [{ Name: 'r', State: 'DISABLED', EventPattern: pattern }] },
    ListTargetsByRule: ({ NextToken }) =>
      NextToken === undefined ? { Targets: [{ Arn: 'a' }], NextToken: 'n' } : { Targets: [{ Arn: 'b' }] },
  });
  expect(await new AwsEventRules(eventBridgeClients(stub.options)).of('eu-west-1', 'aws.ec2')).toEqual([
    { name: 'r', enabled: false, pattern, targets: ['a', 'b'] },
  ]);
});

it('a state of public access that is new to us is no answer', async () => {
  const stub = new Stub({ GetImageBlockPublicAccessState: () => ({ ImageBlockPublicAccessState: 'block-some' }) });
  await expect(new AwsAccountSettings(ec2Clients(stub.options)).imageBlock('eu-west-1')).rejects.toMatchObject({
    code: 'UnexpectedAnswer',
  });
});
