import { AwsError, type Call, type Service } from '../kernel/service.ts';
import {
  defaultAttributes,
  findQueue,
  type Message,
  messagesOf,
  type Queue,
  queueArn,
  queueAt,
  queueMissing,
  saveQueue,
} from './queues.ts';
import {
  changeMessageVisibility,
  deleteMessage,
  deleteMessageBatch,
  receiveMessage,
  sendMessage,
  sendMessageBatch,
} from './sqs-messages.ts';

const queueUrl = (queue: Queue): string => `https://sqs.${queue.region}.amazonaws.com/${queue.account}/${queue.name}`;

interface CreateQueueInput {
  readonly QueueName?: string;
  readonly Attributes?: Readonly<Record<string, string>>;
  readonly tags?: unknown;
}

const understood = new Set([...Object.keys(defaultAttributes), 'RedrivePolicy', 'Policy', 'SqsManagedSseEnabled']);

function createQueue(input: CreateQueueInput, call: Call): unknown {
  const { QueueName: name = '', Attributes: attributes = {} } = input;
  if (name.endsWith('.fifo')) throw new AwsError('UnsupportedOperation', 'FIFO queues are not built.');
  if (!/^[\w-]{1,80}$/.test(name))
    throw new AwsError(
      'InvalidParameterValue',
      'Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length',
    );
  const strange = Object.keys(attributes).find((key) => !understood.has(key));
  if (strange) throw new AwsError('InvalidAttributeName', `Unknown Attribute ${strange}.`);
  const { region, account, world } = call;
  const wanted: Queue = { name, account, region, createdAt: world.timeline.now(), attributes };
  const present = findQueue(world, queueArn(wanted));
  const differs = present && Object.entries(attributes).find(([key, value]) => present.attributes[key] !== value);
  if (differs) {
    throw new AwsError(
      'QueueNameExists',
      `A queue already exists with the same name and a different value for attribute ${differs[0]}`,
    );
  }
  if (!present) saveQueue(world, wanted);
  return { QueueUrl: queueUrl(wanted) };
}

function getQueueUrl(input: { QueueName?: string; QueueOwnerAWSAccountId?: string }, call: Call): unknown {
  const account = input.QueueOwnerAWSAccountId ?? call.account;
  const queue = findQueue(call.world, queueArn({ name: input.QueueName ?? '', account, region: call.region }));
  if (!queue) throw queueMissing();
  return { QueueUrl: queueUrl(queue) };
}

function getQueueAttributes(input: { QueueUrl?: string; AttributeNames?: readonly string[] }, call: Call): unknown {
  const queue = queueAt(call, input.QueueUrl);
  const now = call.world.timeline.now();
  const messages = messagesOf(call.world, queueArn(queue));
  const count = (test: (message: Message) => boolean): string => String(messages.filter(test).length);
  const hidden = (message: Message): boolean => message.visibleAt > now;
  const all: Record<string, string> = {
    QueueArn: queueArn(queue),
    CreatedTimestamp: String(Math.floor(queue.createdAt / 1000)),
    ...defaultAttributes,
    ...queue.attributes,
    ApproximateNumberOfMessages: count((message) => !hidden(message)),
    ApproximateNumberOfMessagesNotVisible: count((message) => hidden(message) && message.receives > 0),
    ApproximateNumberOfMessagesDelayed: count((message) => hidden(message) && message.receives === 0),
  };
  const names = input.AttributeNames ?? [];
  const chosen = Object.entries(all).filter(([name]) => names.includes('All') || names.includes(name));
  return chosen.length === 0 ? {} : { Attributes: Object.fromEntries(chosen) };
}

export const sqsService: Service = {
  name: 'sqs',
  operations: {
    CreateQueue: createQueue,
    GetQueueUrl: getQueueUrl,
    GetQueueAttributes: getQueueAttributes,
    SendMessage: sendMessage,
    SendMessageBatch: sendMessageBatch,
    ReceiveMessage: receiveMessage,
    DeleteMessage: deleteMessage,
    DeleteMessageBatch: deleteMessageBatch,
    ChangeMessageVisibility: changeMessageVisibility,
  },
  sections: {
    CreateQueue: '7',
    GetQueueUrl: '7',
    GetQueueAttributes: '7',
    SendMessage: '7',
    SendMessageBatch: '7',
    ReceiveMessage: '7',
    DeleteMessage: '7',
    DeleteMessageBatch: '7',
    ChangeMessageVisibility: '7',
  },
};
