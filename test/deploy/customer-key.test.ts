import { describe, expect, inject, it } from 'vitest';
import { encryptWith } from '../../scripts/customer-key.mjs';
import { placeIn, roleFrom } from '../roles/roles.ts';
import type { Resources } from '../roles/template.ts';
import { lint } from './lint.ts';
import {
  actionsOf,
  given,
  ofType,
  type Resource,
  type Statement,
  statementsOf,
  type Template,
  template,
  wholeTemplate,
} from './packaged.ts';

const bare = template();
const keyed = template(inject('given'));
const roles = ofType(keyed, 'AWS::IAM::Role').map(([id]) => id);
const usesOf = (stack: Template, role: string): Statement[] =>
  statementsOf(stack, role).filter(({ Resource }) => Resource === given.kmsKey);

/** `dynamodb: kms:Decrypt`, service by service. */
const shown = (role: string): string[] =>
  usesOf(keyed, role).map((one) => {
    const via = JSON.stringify(one.Condition?.StringEquals?.['kms:ViaService']);
    return `${/"(\w+)\.\$\{AWS::Region\}\.\$\{AWS::URLSuffix\}"/.exec(via)?.[1]}: ${actionsOf(one).join(' ')}`;
  });

const reads = 'dynamodb: kms:Decrypt';
const sends = 'sqs: kms:Decrypt kms:GenerateDataKey';

describe('a key of the customer', () => {
  it('holds the table, both queues, the topic and the logs of every function', () => {
    const under = (type: string, property: string) => ofType(keyed, type).map(([, one]) => one.Properties[property]);
    expect(under('AWS::DynamoDB::Table', 'SSESpecification')).toEqual([
      { SSEEnabled: true, SSEType: 'KMS', KMSMasterKeyId: given.kmsKey },
    ]);
    expect(under('AWS::SQS::Queue', 'KmsMasterKeyId')).toEqual([given.kmsKey, given.kmsKey]);
    expect(under('AWS::SQS::Queue', 'SqsManagedSseEnabled')).toEqual([undefined, undefined]);
    expect(under('AWS::SNS::Topic', 'KmsMasterKeyId')).toEqual([given.kmsKey]);
    expect(under('AWS::Logs::LogGroup', 'KmsKeyId')).toEqual(Array(4).fill(given.kmsKey));
  });

  it('leaves out schedules, of which it would protect a payload that none of ours has', () => {
    for (const [, { Properties }] of ofType(keyed, 'AWS::Scheduler::Schedule')) {
      expect(Properties).not.toHaveProperty('KmsKeyArn');
      expect(Properties.Target).not.toHaveProperty('Input');
    }
  });

  it('may be used by each role for what it calls, through the service that it calls, and by no other', () => {
    const users = Object.fromEntries(roles.map((role) => [role, shown(role)]).filter(([, uses]) => uses?.length));
    expect(users).toEqual({
      OnImageEventRole: [reads, sends],
      SweepRole: [reads, sends],
      RetireRole: [reads, sends],
      ReapRole: [reads, sends],
      SchedulerRole: [sends],
      OperatorRole: [reads],
    });
  });

  it('is named in what is allowed by its ARN alone, always with the service, as AWS supplies it', async () => {
    const place = placeIn({ account: '111122223333', homeRegion: 'us-east-1' });
    for (const role of roles.filter((id) => usesOf(keyed, id).length > 0)) {
      const { policies } = roleFrom(keyed as unknown as Resources, role, place);
      const uses = policies.flatMap(({ Statement }) => Statement).filter(({ Resource }) => Resource === given.kmsKey);
      for (const one of uses)
        expect(one.Condition).toEqual({
          StringEquals: { 'kms:ViaService': expect.stringMatching(/^(?:dynamodb|sqs)\.us-east-1\.amazonaws\.com$/) },
        });
      expect((await Promise.all(uses.map(lint))).flat()).toEqual([]);
    }
  });

  it('is told by the stack, for doctor to look at', () => {
    expect(wholeTemplate(inject('given')).Outputs).toMatchObject({ KmsKeyArn: { Value: given.kmsKey } });
  });
});

describe('without a key', () => {
  it('nothing of it is in the template', () => {
    expect(roles.filter((role) => role in bare && usesOf(bare, role).length > 0)).toEqual([]);
    expect(JSON.stringify(wholeTemplate())).not.toMatch(/KmsMasterKeyId|KMSMasterKeyId|KmsKeyId|KmsKeyArn|"key\/0a1b/);
    for (const [, { Properties }] of ofType(bare, 'AWS::SQS::Queue'))
      expect(Properties.SqsManagedSseEnabled).toBe(true);
  });

  it('given as anything but the ARN of a key, it stops the packaging', () => {
    for (const key of ['alias/mine', 'arn:aws:kms:us-east-1:111122223333:alias/mine', '*'])
      expect(() => encryptWith({ Resources: {}, Outputs: {} }, key)).toThrow(/is no ARN of a key/);
  });
});

describe('a role that publishes', () => {
  const role = (Resource: unknown) => ({
    Type: 'AWS::IAM::Role',
    Properties: {
      Policies: [{ PolicyDocument: { Statement: [{ Effect: 'Allow', Action: 'sns:Publish', Resource }] } }],
    },
  });
  const statements = (resource: unknown): Statement[] => {
    const Resources: Record<string, Resource> = {
      Topic: { Type: 'AWS::SNS::Topic', Properties: { TopicName: 'ami-steward-prod' } },
      Role: role(resource),
    };
    encryptWith({ Resources: Resources as never, Outputs: {} }, given.kmsKey);
    return usesOf(Resources, 'Role');
  };

  it('may use the key where it publishes to the topic of the stack, which policy files name by ARN', () => {
    for (const topic of [['arn:aws:sns:us-east-1:111122223333:ami-steward-prod'], { Ref: 'Topic' }])
      expect(statements(topic)).toMatchObject([
        {
          Action: ['kms:Decrypt', 'kms:GenerateDataKey'],
          Condition: { StringEquals: { 'kms:ViaService': { 'Fn::Sub': expect.stringMatching(/^sns\./) } } },
        },
      ]);
  });

  it('may not where every topic is another one', () => {
    expect(statements(['arn:aws:sns:us-east-1:111122223333:people'])).toEqual([]);
  });
});
