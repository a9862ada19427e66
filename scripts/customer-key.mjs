import { refersTo } from './references.mjs';

/** Plain JavaScript, as all that osls loads. */

/** How each type of resource names the key that its data are to lie under. */
const encrypted = {
  'AWS::DynamoDB::Table': (key) => ({ SSESpecification: { SSEEnabled: true, SSEType: 'KMS', KMSMasterKeyId: key } }),
  'AWS::Logs::LogGroup': (key) => ({ KmsKeyId: key }),
  'AWS::SNS::Topic': (key) => ({ KmsMasterKeyId: key }),
  'AWS::SQS::Queue': (key) => ({ KmsMasterKeyId: key, SqsManagedSseEnabled: undefined }),
};

/**
 * What a service does with the key in the caller's name. A table is written under a key of its own, which DynamoDB has
 * the customer's key decrypt for whoever writes or reads.
 *
 * @param {string} action
 */
function takes(action) {
  if (action.startsWith('dynamodb:') || action === 'sqs:ReceiveMessage') return ['kms:Decrypt'];
  return action === 'sqs:SendMessage' || action === 'sns:Publish' ? ['kms:Decrypt', 'kms:GenerateDataKey'] : [];
}

/**
 * Puts table, queues, topic and log groups under a key, and lets each role use that key for what it does with them,
 * through the service that it calls.
 *
 * @param {{ Resources: Record<string, { Type: string, Properties?: Record<string, any> }>, Outputs: Record<string, unknown> }} template changed in place
 * @param {string} key its ARN; empty: nothing is changed
 */
export function encryptWith(template, key) {
  if (key === '') return;
  if (!/^arn:[\w-]+:kms:[\w-]+:\d{12}:key\/[\w-]+$/.test(key)) throw new Error(`kmsKey: "${key}" is no ARN of a key`);
  const under = Object.entries(template.Resources).filter(([, { Type }]) => Type in encrypted);
  for (const [, { Type, Properties }] of under) Object.assign(Properties, encrypted[Type](key));
  for (const { Type, Properties } of Object.values(template.Resources))
    if (Type === 'AWS::IAM::Role') allowKey(Properties.Policies[0].PolicyDocument.Statement, under, key);
  template.Outputs.KmsKeyArn = { Value: key };
}

function allowKey(statements, under, key) {
  const called = statements
    .filter(({ Effect, Resource }) => Effect === 'Allow' && under.some((one) => means(Resource, one)))
    .flatMap(({ Action }) => Action);
  for (const service of ['dynamodb', 'sns', 'sqs']) {
    const actions = new Set(called.filter((action) => action.startsWith(`${service}:`)).flatMap(takes));
    if (actions.size > 0) statements.push(use([...actions].sort(), key, service));
  }
}

/** A policy file names the topic of the stack by its ARN. */
const means = (given, [id, { Properties }]) =>
  refersTo(given, id) || [given].flat().some((arn) => String(arn).endsWith(`:${Properties.TopicName}`));

const use = (Action, key, service) => ({
  Effect: 'Allow',
  Action,
  Resource: key,
  Condition: { StringEquals: { 'kms:ViaService': { 'Fn::Sub': `${service}.\${AWS::Region}.\${AWS::URLSuffix}` } } },
});
