import type { AccountId, Region } from '../shared/model/ids.ts';
import { type Instant, minute } from '../shared/model/time.ts';
import type { World } from './kernel/service.ts';
import { eventTime } from './services/events.ts';
import { type Message, md5, type Queue, queueArn, receiptOf } from './services/queues.ts';
import { systemAttributes } from './services/sqs-messages.ts';

/** Stands around every invocation: it may watch, repeat or fail `run`. */
export type AroundInvocation = (name: string, run: () => Promise<unknown>) => Promise<unknown>;

/** What a function receives from an SQS event source mapping. */
export const sqsEvent = (queue: Queue, batch: readonly Message[]): unknown => ({
  Records: batch.map((message) => ({
    messageId: message.id,
    receiptHandle: receiptOf(message),
    body: message.body,
    attributes: systemAttributes(message),
    messageAttributes: Object.fromEntries(
      Object.entries(message.messageAttributes).map(([name, { DataType, StringValue }]) => [
        name,
        { dataType: DataType, stringValue: StringValue, stringListValues: [], binaryListValues: [] },
      ]),
    ),
    md5OfBody: md5(message.body),
    eventSource: 'aws:sqs',
    eventSourceARN: queueArn(queue),
    awsRegion: queue.region,
  })),
});

interface ScheduledRun {
  readonly name: string;
  readonly id: string;
  readonly at: Instant;
  readonly account: AccountId;
  readonly region: Region;
}

/** What EventBridge Scheduler sends when a schedule has no input of its own. */
export const scheduledEvent = ({ name, id, at, account, region }: ScheduledRun): unknown => ({
  version: '0',
  id,
  'detail-type': 'Scheduled Event',
  source: 'aws.scheduler',
  account,
  time: eventTime(at),
  region,
  resources: [`arn:aws:scheduler:${region}:${account}:schedule/default/${name}`],
  detail: '{}',
});

/** The second argument of a Lambda handler, as far as it is data; the deadline counts virtual time. */
export function functionContext(world: World, home: { account: AccountId; region: Region }, name: string): unknown {
  const deadline = world.timeline.now() + 15 * minute;
  return {
    functionName: name,
    functionVersion: '$LATEST',
    invokedFunctionArn: `arn:aws:lambda:${home.region}:${home.account}:function:${name}`,
    memoryLimitInMB: '512',
    awsRequestId: world.random.uuid(),
    logGroupName: `/aws/lambda/${name}`,
    logStreamName: 'embedded',
    callbackWaitsForEmptyEventLoop: false,
    getRemainingTimeInMillis: () => Math.max(0, deadline - world.timeline.now()),
  };
}

/** Lambda's reading of a partial batch answer: an unknown or empty identifier, or a wrong shape, fails them all. */
export function failedItems(reports: boolean, batch: readonly Message[], answer: unknown): readonly Message[] {
  if (!reports || answer == null) return [];
  const { batchItemFailures } = answer as { batchItemFailures?: unknown };
  if (batchItemFailures == null) return [];
  if (!Array.isArray(batchItemFailures)) return batch;
  const named = batchItemFailures.map((item: { itemIdentifier?: unknown } | null) =>
    batch.find((message) => message.id === item?.itemIdentifier),
  );
  return named.some((message) => message === undefined) ? batch : batch.filter((message) => named.includes(message));
}
