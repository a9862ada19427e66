import { type Case, owner, type Seen, stranger } from '../case.ts';

const parameter = (seen: Seen) => ({ Name: `/${seen.named('conformance')}/golden` });

export const parameters: readonly Case[] = [
  {
    id: 'parameter',
    call: 'ssm.PutParameter',
    input: (seen) => ({ ...parameter(seen), Type: 'String', Value: 'first "value" <&> ü', Description: 'a pointer' }),
    has: { Version: 1, Tier: 'Standard' },
  },
  {
    id: 'taken',
    call: 'ssm.PutParameter',
    input: (seen) => ({ ...parameter(seen), Type: 'String', Value: 'x' }),
    fails: { code: 'ParameterAlreadyExists' },
  },
  {
    id: 'put again',
    call: 'ssm.PutParameter',
    input: (seen) => ({ ...parameter(seen), Value: 'second', Overwrite: true }),
    has: { Version: 2 },
  },
  {
    id: 'get',
    call: 'ssm.GetParameter',
    input: parameter,
    has: (seen) => ({
      Parameter: {
        ...parameter(seen),
        Type: 'String',
        Value: 'second',
        Version: 2,
        DataType: 'text',
        ARN: /^arn:aws:ssm:us-east-1:\d{12}:parameter\//,
      },
    }),
  },
  {
    id: 'get one version',
    call: 'ssm.GetParameter',
    input: (seen) => ({ Name: `${parameter(seen).Name}:1` }),
    has: { Parameter: { Value: 'first "value" <&> ü', Selector: ':1' } },
  },
  {
    id: 'get some',
    call: 'ssm.GetParameters',
    input: (seen) => ({ Names: [parameter(seen).Name, '/no/such'] }),
    has: { Parameters: [{ Value: 'second' }], InvalidParameters: ['/no/such'] },
  },
  {
    id: 'by path',
    call: 'ssm.GetParametersByPath',
    input: (seen) => ({ Path: `/${seen.named('conformance')}`, Recursive: true }),
    has: { Parameters: [{ Value: 'second' }] },
  },
  {
    id: 'describe',
    call: 'ssm.DescribeParameters',
    input: (seen) => ({ ParameterFilters: [{ Key: 'Name', Option: 'Equals', Values: [parameter(seen).Name] }] }),
    has: { Parameters: [{ Description: 'a pointer', Version: 2 }] },
  },
  {
    id: 'history',
    call: 'ssm.GetParameterHistory',
    input: parameter,
    has: { Parameters: [{ Version: 1 }, { Version: 2, Value: 'second' }] },
  },
  { id: 'delete', call: 'ssm.DeleteParameter', input: parameter },
  { id: 'gone', call: 'ssm.GetParameter', input: parameter, fails: { code: 'ParameterNotFound' } },
];

export const identity: readonly Case[] = [
  { id: 'who', call: 'sts.GetCallerIdentity', has: { Account: owner, Arn: /^arn:aws:(?:sts|iam)::\d{12}:/ } },
  {
    id: 'take on a role',
    call: 'sts.AssumeRole',
    input: {
      RoleArn: `arn:aws:iam::${stranger}:role/path/auditor`,
      RoleSessionName: 'conformance',
      DurationSeconds: 900,
    },
    has: {
      AssumedRoleUser: {
        Arn: `arn:aws:sts::${stranger}:assumed-role/auditor/conformance`,
        AssumedRoleId: /^AROA\w{16}:conformance$/,
      },
      Credentials: { AccessKeyId: /^ASIA/, SecretAccessKey: /./, SessionToken: /./ },
    },
  },
  {
    id: 'no such role',
    call: 'sts.AssumeRole',
    input: { RoleArn: 'arn:aws:iam::1:role/x-role-of-nobody', RoleSessionName: 'conformance' },
    fails: { code: 'ValidationError' },
  },
  { id: 'who else', call: 'sts.GetCallerIdentity', by: 'stranger', has: { Account: stranger } },
];

const queue = (seen: Seen) => ({ QueueUrl: seen.of('queue', 'QueueUrl') });

export const messages: readonly Case[] = [
  {
    id: 'queue',
    call: 'sqs.CreateQueue',
    input: (seen) => ({ QueueName: seen.named('conformance'), Attributes: { VisibilityTimeout: '60' } }),
    has: { QueueUrl: /\/conformance/ },
  },
  { id: 'queue url', call: 'sqs.GetQueueUrl', input: (seen) => ({ QueueName: seen.named('conformance') }), has: queue },
  {
    id: 'send',
    call: 'sqs.SendMessage',
    input: (seen) => ({
      ...queue(seen),
      MessageBody: 'hello "world" <&> ü',
      MessageAttributes: { kind: { DataType: 'String', StringValue: 'test' } },
    }),
    has: { MessageId: /./, MD5OfMessageBody: /^[0-9a-f]{32}$/ },
  },
  {
    id: 'receive',
    call: 'sqs.ReceiveMessage',
    input: (seen) => ({
      ...queue(seen),
      MaxNumberOfMessages: 10,
      MessageAttributeNames: ['All'],
      MessageSystemAttributeNames: ['All'],
    }),
    has: {
      Messages: [
        {
          Body: 'hello "world" <&> ü',
          MessageAttributes: { kind: { StringValue: 'test' } },
          Attributes: { ApproximateReceiveCount: '1' },
        },
      ],
    },
    eventually: true,
  },
  {
    id: 'hide',
    call: 'sqs.ChangeMessageVisibility',
    input: (seen) => ({
      ...queue(seen),
      ReceiptHandle: seen.of('receive', 'Messages.0.ReceiptHandle'),
      VisibilityTimeout: 600,
    }),
  },
  {
    id: 'counts',
    call: 'sqs.GetQueueAttributes',
    input: (seen) => ({ ...queue(seen), AttributeNames: ['All'] }),
    has: {
      Attributes: {
        VisibilityTimeout: '60',
        ApproximateNumberOfMessages: '0',
        ApproximateNumberOfMessagesNotVisible: '1',
        QueueArn: /^arn:aws:sqs:/,
      },
    },
  },
  {
    id: 'delete message',
    call: 'sqs.DeleteMessage',
    input: (seen) => ({ ...queue(seen), ReceiptHandle: seen.of('receive', 'Messages.0.ReceiptHandle') }),
  },
  {
    id: 'send some',
    call: 'sqs.SendMessageBatch',
    input: (seen) => ({ ...queue(seen), Entries: [{ Id: 'a', MessageBody: 'one' }] }),
    has: { Successful: [{ Id: 'a' }] },
  },
  { id: 'receive again', call: 'sqs.ReceiveMessage', input: queue, has: { Messages: [{ Body: 'one' }] } },
  {
    id: 'delete some',
    call: 'sqs.DeleteMessageBatch',
    input: (seen) => ({
      ...queue(seen),
      Entries: [{ Id: 'a', ReceiptHandle: seen.of('receive again', 'Messages.0.ReceiptHandle') }],
    }),
    has: { Successful: [{ Id: 'a' }] },
  },
  {
    id: 'no queue',
    call: 'sqs.GetQueueUrl',
    input: { QueueName: 'no-such-queue' },
    fails: { code: 'AWS.SimpleQueueService.NonExistentQueue' },
  },
  {
    id: 'topic',
    call: 'sns.CreateTopic',
    input: (seen) => ({ Name: seen.named('conformance') }),
    has: { TopicArn: /^arn:aws:sns:us-east-1:\d{12}:conformance/ },
  },
  {
    id: 'publish',
    call: 'sns.Publish',
    input: (seen) => ({ TopicArn: seen.of('topic', 'TopicArn'), Subject: 'subject', Message: 'text' }),
    has: { MessageId: /./ },
  },
  {
    id: 'no topic',
    call: 'sns.Publish',
    input: { TopicArn: `arn:aws:sns:us-east-1:${owner}:no-such-topic`, Message: 'x' },
    fails: { code: 'NotFound', status: 404 },
  },
];

export const events: readonly Case[] = [
  {
    id: 'put event',
    call: 'events.PutEvents',
    input: {
      Entries: [
        { Source: 'conformance', DetailType: 'Test', Detail: '{"a":1}' },
        { Source: 'aws.ec2', DetailType: 'Test', Detail: '{}' },
      ],
    },
    has: { FailedEntryCount: 1, Entries: [{ EventId: /./ }, { ErrorCode: 'NotAuthorizedForSourceException' }] },
  },
  { id: 'rules of the bus', call: 'events.ListRules', input: { NamePrefix: 'no-such-rule' }, has: { Rules: [] } },
  {
    id: 'no such rule',
    call: 'events.DescribeRule',
    input: { Name: 'no-such-rule' },
    fails: { code: 'ResourceNotFoundException' },
  },
  {
    id: 'no such targets',
    call: 'events.ListTargetsByRule',
    input: { Rule: 'no-such-rule' },
    fails: { code: 'ResourceNotFoundException' },
  },
];

const key = 'alias/conformance';
const grantee = `arn:aws:iam::${stranger}:root`;
const policy = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${owner}:root` }, Action: 'kms:*', Resource: '*' }],
});

/** Keys are there by being named; another endpoint may lack the alias, and says so. */
export const keys: readonly Case[] = [
  {
    id: 'key',
    call: 'kms.DescribeKey',
    input: { KeyId: key },
    has: { KeyMetadata: { KeyState: 'Enabled', Enabled: true, AWSAccountId: owner } },
  },
  {
    id: 'set policy',
    call: 'kms.PutKeyPolicy',
    input: (seen) => ({ KeyId: seen.of('key', 'KeyMetadata.KeyId'), PolicyName: 'default', Policy: policy }),
  },
  {
    id: 'policy',
    call: 'kms.GetKeyPolicy',
    input: (seen) => ({ KeyId: seen.of('key', 'KeyMetadata.KeyId') }),
    has: { Policy: policy, PolicyName: 'default' },
  },
  {
    id: 'grant',
    call: 'kms.CreateGrant',
    input: (seen) => ({
      KeyId: seen.of('key', 'KeyMetadata.KeyId'),
      GranteePrincipal: grantee,
      Operations: ['Decrypt', 'CreateGrant'],
      Name: 'conformance',
    }),
    has: { GrantId: /^[0-9a-f]{32,}$/ },
  },
  {
    id: 'grants',
    call: 'kms.ListGrants',
    input: (seen) => ({ KeyId: seen.of('key', 'KeyMetadata.KeyId'), GrantId: seen.of('grant', 'GrantId') }),
    has: {
      Truncated: false,
      Grants: [{ GranteePrincipal: grantee, Operations: ['Decrypt', 'CreateGrant'], Name: 'conformance' }],
    },
  },
  {
    id: 'revoke',
    call: 'kms.RevokeGrant',
    input: (seen) => ({ KeyId: seen.of('key', 'KeyMetadata.KeyId'), GrantId: seen.of('grant', 'GrantId') }),
  },
];

const role = 'administrator';

/** Another endpoint may have no such role, and says so. */
export const permissions: readonly Case[] = [
  {
    id: 'role',
    call: 'iam.GetRole',
    input: { RoleName: role },
    has: { Role: { RoleName: role, Arn: `arn:aws:iam::${owner}:role/${role}`, Path: '/' } },
  },
  {
    id: 'no such role',
    call: 'iam.GetRole',
    input: { RoleName: 'nobody' },
    fails: { code: 'NoSuchEntity', status: 404 },
  },
  {
    id: 'simulate',
    call: 'iam.SimulatePrincipalPolicy',
    input: (seen) => ({
      PolicySourceArn: seen.of('role', 'Role.Arn'),
      ActionNames: ['ec2:CopyImage', 'ec2:DeregisterImage'],
      ResourceArns: ['*'],
    }),
    has: {
      IsTruncated: false,
      EvaluationResults: [
        { EvalActionName: 'ec2:CopyImage', EvalDecision: 'allowed' },
        { EvalActionName: 'ec2:DeregisterImage', EvalDecision: 'allowed' },
      ],
    },
  },
];

export const quotas: readonly Case[] = [
  {
    id: 'sharing quota',
    call: 'servicequotas.GetServiceQuota',
    input: { ServiceCode: 'ec2', QuotaCode: 'L-70015FFA' },
    has: { Quota: { ServiceCode: 'ec2', QuotaCode: 'L-70015FFA', Value: 1000 } },
  },
  {
    id: 'no such quota',
    call: 'servicequotas.GetServiceQuota',
    input: { ServiceCode: 'ec2', QuotaCode: 'L-00000000' },
    fails: { code: 'NoSuchResourceException' },
  },
];
