import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { LambdaFunction } from '../../../local/runtime.ts';
import { messagesOf } from '../../../local/services/queues.ts';
import type { EmbeddedAws } from '../../../local/world.ts';
import { day, hour, minute } from '../../../shared/model/time.ts';
import { open, start } from '../wire/helpers.ts';

interface Record {
  messageId: string;
  body: string;
  attributes: { ApproximateReceiveCount: string };
}

let folder: string;
let aws: EmbeddedAws;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'embedded-aws-'));
  aws = open({ file: join(folder, 'aws.db') });
  prepare(aws);
});
afterEach(() => {
  aws.close();
  rmSync(folder, { recursive: true });
});

const arn = (name: string): string => `arn:aws:sqs:us-east-1:111122223333:${name}`;

function prepare(world: EmbeddedAws): void {
  const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: arn('dead'), maxReceiveCount: 3 });
  world.call('sqs', 'CreateQueue', { QueueName: 'dead' });
  world.call('sqs', 'CreateQueue', { QueueName: 'work', Attributes: { VisibilityTimeout: '60', RedrivePolicy } });
}

const send = (MessageBody: string): unknown =>
  aws.call('sqs', 'SendMessage', { QueueUrl: 'https://x/111122223333/work', MessageBody });
const waiting = (name: string): string[] => messagesOf(aws, arn(name)).map(({ body }) => body);
const elapsed = (): number => aws.timeline.now() - start;

/** A handler of a queue that notes what it gets and answers what it is told. */
function worker(answer: (records: Record[]) => unknown = () => undefined) {
  const calls: string[][] = [];
  const run: LambdaFunction = async (event) => {
    const { Records } = event as { Records: Record[] };
    calls.push(Records.map(({ body, attributes }) => `${body} ${attributes.ApproximateReceiveCount}`));
    return answer(Records);
  };
  return { calls, run };
}

function map(run: LambdaFunction, batchSize = 10, reportBatchItemFailures = true): void {
  aws.runtime.registerFunction('worker', run);
  aws.runtime.mapQueue({ queue: arn('work'), function: 'worker', batchSize, reportBatchItemFailures });
}

const quiet = (): Promise<void> => aws.runtime.runUntilQuiet({ within: day });

describe('a function on a queue', () => {
  it('gets records in the shape that Lambda gives them', async () => {
    const events: unknown[] = [];
    const contexts: { getRemainingTimeInMillis?: () => number }[] = [];
    map(async (event, context) => {
      events.push(event);
      contexts.push(context as object);
    });
    send('hello');
    await quiet();
    expect(events).toEqual([
      {
        Records: [
          {
            messageId: expect.stringMatching(/^[0-9a-f-]{36}$/),
            receiptHandle: expect.any(String),
            body: 'hello',
            attributes: {
              ApproximateReceiveCount: '1',
              SentTimestamp: String(start),
              SenderId: '111122223333',
              ApproximateFirstReceiveTimestamp: String(start),
            },
            messageAttributes: {},
            md5OfBody: '5d41402abc4b2a76b9719d911017c592',
            eventSource: 'aws:sqs',
            eventSourceARN: arn('work'),
            awsRegion: 'us-east-1',
          },
        ],
      },
    ]);
    expect(contexts[0]).toMatchObject({ functionName: 'worker', memoryLimitInMB: '512' });
    expect(contexts[0]?.getRemainingTimeInMillis?.()).toBe(15 * minute);
  });

  it('gets batches of the size asked for, and what succeeded is gone', async () => {
    const { calls, run } = worker();
    map(run, 2);
    for (const body of ['a', 'b', 'c']) send(body);
    await quiet();
    expect(calls).toEqual([['a 1', 'b 1'], ['c 1']]);
    expect(waiting('work')).toEqual([]);
  });

  it('gets only the failed records of a batch again, after the visibility timeout', async () => {
    const { calls, run } = worker((records) => ({
      batchItemFailures: records
        .filter(({ body, attributes }) => body === 'bad' && attributes.ApproximateReceiveCount === '1')
        .map(({ messageId }) => ({ itemIdentifier: messageId })),
    }));
    map(run);
    send('good');
    send('bad');
    await quiet();
    expect(calls).toEqual([['good 1', 'bad 1'], ['bad 2']]);
    expect(elapsed()).toBe(minute);
  });

  it('loses a poison message to the dead-letter queue after three receives, and the rest goes on', async () => {
    const { calls, run } = worker((records) => ({
      batchItemFailures: records
        .filter(({ body }) => body === 'poison')
        .map(({ messageId }) => ({ itemIdentifier: messageId })),
    }));
    map(run);
    send('poison');
    send('good');
    await quiet();
    expect(calls).toEqual([['poison 1', 'good 1'], ['poison 2'], ['poison 3']]);
    expect(waiting('work')).toEqual([]);
    expect(waiting('dead')).toEqual(['poison']);
  });

  it.each<[string, (records: Record[]) => unknown]>([
    [
      'throws',
      () => {
        throw new Error('broken');
      },
    ],
    ['names a message that was not in the batch', () => ({ batchItemFailures: [{ itemIdentifier: 'x' }] })],
    ['names no message', () => ({ batchItemFailures: [{}] })],
    ['answers in a wrong shape', () => ({ batchItemFailures: 'all' })],
  ])('that %s fails the whole batch', async (_what, answer) => {
    const { calls, run } = worker((records) =>
      records[0]?.attributes.ApproximateReceiveCount === '1' ? answer(records) : undefined,
    );
    map(run);
    send('a');
    send('b');
    await quiet();
    expect(calls).toEqual([
      ['a 1', 'b 1'],
      ['a 2', 'b 2'],
    ]);
  });

  it('without partial failures succeeds whatever it answers', async () => {
    const { calls, run } = worker(() => ({ batchItemFailures: [{ itemIdentifier: 'x' }] }));
    map(run, 10, false);
    send('a');
    await quiet();
    expect(calls).toHaveLength(1);
  });

  it('leaves a trace when it throws', async () => {
    map(async () => {
      throw new TypeError('no such thing');
    });
    send('a');
    await quiet();
    expect([...aws.state.table('function-failures').values()]).toMatchObject([
      { function: 'worker', attempt: 1, at: start, error: 'TypeError: no such thing' },
      { attempt: 2, at: start + minute },
      { attempt: 3 },
    ]);
  });

  it('gets, when mapped late, what waits already', async () => {
    send('early');
    await aws.timeline.advanceTo(start + hour);
    const { calls, run } = worker();
    map(run);
    await quiet();
    expect(calls).toEqual([['early 1']]);
  });

  it('may send to its own queue while it runs', async () => {
    const { calls, run } = worker(([record]) => {
      if (record?.body === 'first') send('second');
    });
    map(run);
    send('first');
    await quiet();
    expect(calls).toEqual([['first 1'], ['second 1']]);
  });
});

describe('a schedule', () => {
  const sweep = { name: 'sweep', everyMs: 15 * minute, firstAt: start + 5 * minute, function: 'sweep' };
  const note = (world: EmbeddedAws, times: number[]): void => {
    world.runtime.registerFunction('sweep', async () => {
      times.push(world.timeline.now() - start);
    });
    world.runtime.schedule(sweep);
  };

  it('runs its function at each beat with the event of EventBridge Scheduler', async () => {
    const events: unknown[] = [];
    aws.runtime.registerFunction('sweep', async (event) => {
      events.push(event);
    });
    aws.runtime.schedule(sweep);
    await aws.timeline.advanceTo(start + hour);
    expect(events).toHaveLength(4);
    expect(events[0]).toMatchObject({
      source: 'aws.scheduler',
      'detail-type': 'Scheduled Event',
      time: '2026-01-05T09:05:00Z',
      region: 'us-east-1',
      resources: ['arn:aws:scheduler:us-east-1:111122223333:schedule/default/sweep'],
    });
  });

  it('tries a failing function twice more, after one and after two minutes, and keeps its beat', async () => {
    const times: number[] = [];
    aws.runtime.registerFunction('sweep', async () => {
      times.push((aws.timeline.now() - start) / minute);
      throw new Error('broken');
    });
    aws.runtime.schedule(sweep);
    await aws.timeline.advanceTo(start + 21 * minute);
    expect(times).toEqual([5, 6, 8, 20, 21]);
  });

  it('does not keep a world from being quiet, but beats while other things are due', async () => {
    const times: number[] = [];
    note(aws, times);
    await quiet();
    expect(elapsed()).toBe(0);
    aws.call('sqs', 'SendMessage', { QueueUrl: 'https://x/111122223333/work', MessageBody: 'm', DelaySeconds: 900 });
    await quiet();
    expect(elapsed()).toBe(15 * minute);
    expect(times).toEqual([5 * minute]);
  });

  it('and a pending message go on after the world was saved and opened again', async () => {
    const times: number[] = [];
    note(aws, times);
    await aws.timeline.advanceTo(start + 10 * minute);
    send('kept');
    aws.save();
    aws.close();
    aws = open({ file: join(folder, 'aws.db'), start: 0 });
    expect(elapsed()).toBe(10 * minute);
    note(aws, times);
    const { calls, run } = worker();
    map(run);
    await aws.timeline.advanceTo(start + hour);
    expect(times.map((time) => time / minute)).toEqual([5, 20, 35, 50]);
    expect(calls).toEqual([['kept 1']]);
  });
});
