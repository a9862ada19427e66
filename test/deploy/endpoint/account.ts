import {
  type CloudFormationClient,
  DescribeStacksCommand,
  paginateListStackResources,
} from '@aws-sdk/client-cloudformation';
import {
  DeleteTableCommand,
  type DynamoDBClient,
  paginateListTables,
  UpdateTableCommand,
} from '@aws-sdk/client-dynamodb';
import { type EventBridgeClient, ListRulesCommand } from '@aws-sdk/client-eventbridge';
import { paginateListTopics, type SNSClient } from '@aws-sdk/client-sns';
import { paginateListQueues, type SQSClient } from '@aws-sdk/client-sqs';

export interface Clients {
  readonly stacks: CloudFormationClient;
  readonly tables: DynamoDBClient;
  readonly rules: EventBridgeClient;
  readonly topics: SNSClient;
  readonly queues: SQSClient;
}

export interface StackSeen {
  readonly id: string;
  readonly status: string;
  readonly changedAt: number;
  /** Status of each resource, by its id in the template. */
  readonly resources: Readonly<Record<string, string>>;
}

/** A stack by its name, or, when it was deleted, by its id; nothing when the endpoint knows none. */
export async function stackSeen(client: CloudFormationClient, name: string): Promise<StackSeen | undefined> {
  const stack = await described(client, name);
  if (!stack) return undefined;
  const resources: Record<string, string> = {};
  for await (const { StackResourceSummaries = [] } of paginateListStackResources({ client }, { StackName: name }))
    for (const { LogicalResourceId = '', ResourceStatus = '' } of StackResourceSummaries)
      resources[LogicalResourceId] = ResourceStatus;
  const { StackId: id = '', StackStatus: status = '', LastUpdatedTime, CreationTime } = stack;
  return { id, status, changedAt: (LastUpdatedTime ?? CreationTime)?.getTime() ?? 0, resources };
}

async function described(client: CloudFormationClient, StackName: string) {
  try {
    return (await client.send(new DescribeStacksCommand({ StackName }))).Stacks?.[0];
  } catch (error) {
    if (error instanceof Error && /does not exist/.test(error.message)) return undefined;
    throw error;
  }
}

/** Tables, rules, topics and queues whose names begin like the stack. */
export async function thingsNamed(clients: Clients, prefix: string): Promise<string[]> {
  const tables: string[] = [];
  for await (const { TableNames = [] } of paginateListTables({ client: clients.tables }, {}))
    tables.push(...TableNames);
  const { Rules = [] } = await clients.rules.send(new ListRulesCommand({ NamePrefix: prefix }));
  const topics: string[] = [];
  for await (const { Topics = [] } of paginateListTopics({ client: clients.topics }, {}))
    topics.push(...Topics.map(({ TopicArn = '' }) => TopicArn));
  const queues: string[] = [];
  for await (const { QueueUrls = [] } of paginateListQueues({ client: clients.queues }, { QueueNamePrefix: prefix }))
    queues.push(...QueueUrls);
  return [
    ...tables.filter((name) => name.startsWith(prefix)).map((name) => `table ${name}`),
    ...Rules.map(({ Name }) => `rule ${Name}`),
    ...topics.filter((arn) => arn.includes(`:${prefix}`)).map((arn) => `topic ${arn}`),
    ...queues.map((url) => `queue ${url}`),
  ];
}

/** What a person would do who wants the record gone as well. */
export async function deleteTable(client: DynamoDBClient, TableName: string): Promise<void> {
  await client.send(new UpdateTableCommand({ TableName, DeletionProtectionEnabled: false }));
  await client.send(new DeleteTableCommand({ TableName }));
}
