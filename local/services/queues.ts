import { createHash } from 'node:crypto';
import type { AccountId, Region } from '../../shared/model/ids.ts';
import type { Instant } from '../../shared/model/time.ts';
import { AwsError, type Call, type World } from '../kernel/service.ts';

/** A standard queue. Seconds are SQS's own unit for its settings. */
export interface Queue {
  readonly name: string;
  readonly account: AccountId;
  readonly region: Region;
  readonly createdAt: Instant;
  readonly attributes: Readonly<Record<string, string>>;
}

export interface MessageAttribute {
  readonly DataType?: string;
  readonly StringValue?: string;
}

export interface Message {
  readonly id: string;
  /** ARN. */
  readonly queue: string;
  readonly body: string;
  readonly messageAttributes: Readonly<Record<string, MessageAttribute>>;
  readonly sender: AccountId;
  readonly sentAt: Instant;
  readonly visibleAt: Instant;
  readonly receives: number;
  readonly firstReceivedAt?: Instant;
}

/** Fires when a message of a queue may have become visible; the payload names the queue. */
export const visibleKind = 'queue-visible';

export const defaultAttributes: Readonly<Record<string, string>> = {
  VisibilityTimeout: '30',
  DelaySeconds: '0',
  MessageRetentionPeriod: '345600',
  MaximumMessageSize: '1048576',
  ReceiveMessageWaitTimeSeconds: '0',
};

export const queueArn = (queue: Pick<Queue, 'name' | 'account' | 'region'>): string =>
  `arn:aws:sqs:${queue.region}:${queue.account}:${queue.name}`;

export const md5 = (text: string): string => createHash('md5').update(text).digest('hex');

export const findQueue = (world: World, arn: string): Queue | undefined => world.state.table<Queue>('queues').get(arn);

export const queueMissing = (): AwsError => new AwsError('QueueDoesNotExist', 'The specified queue does not exist.');

/** Whatever host a client puts in front, account and name are the last two steps of the path. */
export function queueAt(call: Call, url: string | undefined): Queue {
  const [account, name] = (url ?? '').split('/').slice(-2);
  const queue = account && name ? findQueue(call.world, queueArn({ name, account, region: call.region })) : undefined;
  if (!queue) throw queueMissing();
  return queue;
}

export function saveQueue(world: World, queue: Queue): void {
  world.state.table<Queue>('queues').set(queueArn(queue), queue);
}

export const setting = (queue: Queue, name: string): number =>
  Number(queue.attributes[name] ?? defaultAttributes[name] ?? 0);

export const messagesOf = (world: World, arn: string): Message[] =>
  [...world.state.table<Message>('messages').values()].filter((message) => message.queue === arn);

function keep(world: World, message: Message): void {
  world.state.table<Message>('messages').set(message.id, message);
}

/** Polls the queue at that moment, if a function is mapped to it by then. */
export function announce(world: World, arn: string, at: Instant): void {
  world.timeline.schedule(at, visibleKind, { queue: arn });
}

export interface NewMessage {
  /** ARN. */
  readonly queue: string;
  readonly body: string;
  readonly delaySeconds?: number;
  readonly attributes?: Readonly<Record<string, MessageAttribute>>;
  readonly sender?: AccountId;
}

/** @returns the message, or `undefined` when there is no such queue */
export function enqueue(world: World, wanted: NewMessage): Message | undefined {
  const queue = findQueue(world, wanted.queue);
  if (!queue) return undefined;
  const now = world.timeline.now();
  const message: Message = {
    id: world.random.uuid(),
    queue: wanted.queue,
    body: wanted.body,
    messageAttributes: wanted.attributes ?? {},
    sender: wanted.sender ?? queue.account,
    sentAt: now,
    visibleAt: now + 1000 * (wanted.delaySeconds ?? setting(queue, 'DelaySeconds')),
    receives: 0,
  };
  keep(world, message);
  announce(world, wanted.queue, message.visibleAt);
  return message;
}

interface Redrive {
  readonly target: string;
  readonly maxReceives: number;
}

export function redriveOf(queue: Queue): Redrive | undefined {
  const text = queue.attributes.RedrivePolicy;
  if (!text) return undefined;
  const policy = JSON.parse(text) as { deadLetterTargetArn?: unknown; maxReceiveCount?: unknown };
  return { target: String(policy.deadLetterTargetArn), maxReceives: Number(policy.maxReceiveCount) };
}

/** Moves what was received too often, and forgets what is older than the retention period. */
function clear(world: World, queue: Queue): void {
  const now = world.timeline.now();
  const redrive = redriveOf(queue);
  const retention = 1000 * setting(queue, 'MessageRetentionPeriod');
  for (const message of messagesOf(world, queueArn(queue))) {
    if (message.sentAt + retention <= now) world.state.table('messages').delete(message.id);
    else if (redrive && message.visibleAt <= now && message.receives >= redrive.maxReceives) {
      keep(world, { ...message, queue: redrive.target, visibleAt: now });
      announce(world, redrive.target, now);
    }
  }
}

/** Takes up to `count` visible messages and hides them for `visibility` seconds. */
export function receive(world: World, queue: Queue, count: number, visibility?: number): Message[] {
  clear(world, queue);
  const now = world.timeline.now();
  const hiddenUntil = now + 1000 * (visibility ?? setting(queue, 'VisibilityTimeout'));
  const visible = messagesOf(world, queueArn(queue)).filter((message) => message.visibleAt <= now);
  return visible.slice(0, count).map((message) => {
    const received: Message = {
      ...message,
      visibleAt: hiddenUntil,
      receives: message.receives + 1,
      firstReceivedAt: message.firstReceivedAt ?? now,
    };
    keep(world, received);
    return received;
  });
}

/** Names one receive of one message, since each receive gets a handle of its own. */
export const receiptOf = (message: Message): string =>
  Buffer.from(`${message.id}:${message.receives}`).toString('base64url');

/** `stale`: a later receive, or a deletion, made the handle worthless. `undefined`: it never was one. */
export function byReceipt(world: World, arn: string, receipt: string): Message | 'stale' | undefined {
  const [, id, receives] = /^([0-9a-f-]{36}):(\d+)$/.exec(Buffer.from(receipt, 'base64url').toString()) ?? [];
  if (id === undefined) return undefined;
  const message = world.state.table<Message>('messages').get(id);
  return message?.queue === arn && String(message.receives) === receives ? message : 'stale';
}

export function remove(world: World, message: Message): void {
  world.state.table<Message>('messages').delete(message.id);
}

export function hide(world: World, message: Message, until: Instant): void {
  keep(world, { ...message, visibleAt: until });
  announce(world, message.queue, until);
}
