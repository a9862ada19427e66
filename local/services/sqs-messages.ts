import { AwsError, type Call } from '../kernel/service.ts';
import {
  announce,
  byReceipt,
  enqueue,
  hide,
  type Message,
  type MessageAttribute,
  md5,
  type Queue,
  queueArn,
  queueAt,
  queueMissing,
  receiptOf,
  receive,
  remove,
  setting,
} from './queues.ts';

interface SendInput {
  readonly MessageBody?: string;
  readonly DelaySeconds?: number;
  readonly MessageAttributes?: Readonly<Record<string, MessageAttribute>>;
}

function send(call: Call, queue: Queue, input: SendInput): { MessageId: string; MD5OfMessageBody: string } {
  const { MessageBody: body = '', DelaySeconds: delaySeconds, MessageAttributes: attributes = {} } = input;
  if (body === '') throw new AwsError('MissingParameter', 'The request must contain the parameter MessageBody.');
  if (Buffer.byteLength(body) > setting(queue, 'MaximumMessageSize')) {
    throw new AwsError('InvalidParameterValue', 'One or more parameters are invalid. Reason: Message is too long.');
  }
  const delay = delaySeconds === undefined ? {} : { delaySeconds };
  const sent = enqueue(call.world, { queue: queueArn(queue), body, attributes, sender: call.account, ...delay });
  if (!sent) throw queueMissing();
  return { MessageId: sent.id, MD5OfMessageBody: md5(body) };
}

export const sendMessage = (input: SendInput & { QueueUrl?: string }, call: Call): unknown =>
  send(call, queueAt(call, input.QueueUrl), input);

interface Batch<Entry> {
  readonly QueueUrl?: string;
  readonly Entries?: readonly (Entry & { readonly Id?: string })[];
}

/** One result per entry; a failing entry does not stop the others. */
function eachOf<Entry>(input: Batch<Entry>, run: (entry: Entry) => object): unknown {
  const entries = input.Entries ?? [];
  if (entries.length === 0)
    throw new AwsError('EmptyBatchRequest', 'There should be at least one entry in the request.');
  if (entries.length > 10)
    throw new AwsError('TooManyEntriesInBatchRequest', 'Maximum number of entries per request are 10.');
  if (new Set(entries.map((entry) => entry.Id)).size < entries.length) {
    throw new AwsError('BatchEntryIdsNotDistinct', 'Two or more batch entries in the request have the same Id.');
  }
  const Successful: object[] = [];
  const Failed: object[] = [];
  for (const entry of entries) {
    try {
      Successful.push({ Id: entry.Id, ...run(entry) });
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      Failed.push({ Id: entry.Id, SenderFault: error.status < 500, Code: error.code, Message: error.message });
    }
  }
  return { Successful, Failed };
}

export function sendMessageBatch(input: Batch<SendInput>, call: Call): unknown {
  const queue = queueAt(call, input.QueueUrl);
  return eachOf(input, (entry) => send(call, queue, entry));
}

interface ReceiveInput {
  readonly QueueUrl?: string;
  readonly MaxNumberOfMessages?: number;
  readonly VisibilityTimeout?: number;
  readonly AttributeNames?: readonly string[];
  readonly MessageSystemAttributeNames?: readonly string[];
  readonly MessageAttributeNames?: readonly string[];
}

/** The attributes that SQS itself adds, as Lambda sees them too. */
export const systemAttributes = (message: Message): Record<string, string> => ({
  ApproximateReceiveCount: String(message.receives),
  SentTimestamp: String(message.sentAt),
  SenderId: message.sender,
  ApproximateFirstReceiveTimestamp: String(message.firstReceivedAt ?? message.sentAt),
});

function chosen<T>(all: Readonly<Record<string, T>>, names: readonly string[]): Record<string, T> | undefined {
  const wanted = (name: string): boolean => names.some((given) => given === 'All' || given === '.*' || given === name);
  const found = Object.entries(all).filter(([name]) => wanted(name));
  return found.length === 0 ? undefined : Object.fromEntries(found);
}

export function receiveMessage(input: ReceiveInput, call: Call): unknown {
  const queue = queueAt(call, input.QueueUrl);
  const count = input.MaxNumberOfMessages ?? 1;
  if (count < 1 || count > 10) {
    throw new AwsError(
      'InvalidParameterValue',
      `Value ${count} for parameter MaxNumberOfMessages is invalid. Reason: Must be between 1 and 10, if provided.`,
    );
  }
  const messages = receive(call.world, queue, count, input.VisibilityTimeout);
  for (const message of messages) announce(call.world, message.queue, message.visibleAt);
  const systemNames = [...(input.AttributeNames ?? []), ...(input.MessageSystemAttributeNames ?? [])];
  const Messages = messages.map((message) => ({
    MessageId: message.id,
    ReceiptHandle: receiptOf(message),
    MD5OfBody: md5(message.body),
    Body: message.body,
    Attributes: chosen(systemAttributes(message), systemNames),
    MessageAttributes: chosen(message.messageAttributes, input.MessageAttributeNames ?? []),
  }));
  return Messages.length === 0 ? {} : { Messages };
}

interface ReceiptInput {
  readonly ReceiptHandle?: string;
  readonly VisibilityTimeout?: number;
}

function findReceipt(call: Call, queue: Queue, handle: string | undefined): Message | 'stale' {
  const found = byReceipt(call.world, queueArn(queue), handle ?? '');
  if (!found) throw new AwsError('ReceiptHandleIsInvalid', 'The input receipt handle is invalid.', 404);
  return found;
}

/** A handle of an earlier receive deletes nothing, and is still answered with success. */
function drop(call: Call, queue: Queue, input: ReceiptInput): object {
  const message = findReceipt(call, queue, input.ReceiptHandle);
  if (message !== 'stale') remove(call.world, message);
  return {};
}

export const deleteMessage = (input: ReceiptInput & { QueueUrl?: string }, call: Call): unknown =>
  drop(call, queueAt(call, input.QueueUrl), input);

export function deleteMessageBatch(input: Batch<ReceiptInput>, call: Call): unknown {
  const queue = queueAt(call, input.QueueUrl);
  return eachOf(input, (entry) => drop(call, queue, entry));
}

export function changeMessageVisibility(input: ReceiptInput & { QueueUrl?: string }, call: Call): unknown {
  const message = findReceipt(call, queueAt(call, input.QueueUrl), input.ReceiptHandle);
  const seconds = input.VisibilityTimeout ?? 0;
  if (seconds < 0 || seconds > 43_200) {
    throw new AwsError('InvalidParameterValue', `Value ${seconds} for parameter VisibilityTimeout is invalid.`);
  }
  const now = call.world.timeline.now();
  if (message === 'stale' || message.visibleAt <= now) {
    throw new AwsError('MessageNotInflight', 'The message referred to is not in flight.');
  }
  hide(call.world, message, now + 1000 * seconds);
  return {};
}
