import { describe, expect, it } from 'vitest';
import { EventBridgeBus } from '../../shared/aws/bus.ts';
import { eventBridgeClients, sqsClients } from '../../shared/aws/clients.ts';
import { SqsQueue } from '../../shared/aws/queue.ts';
import { imageKey } from '../../shared/model/ids.ts';
import type { LifecycleEvent } from '../../shared/model/lifecycle-event.ts';
import { minute } from '../../shared/model/time.ts';
import type { WorkItem } from '../../shared/ports/messaging.ts';
import { type Answer, Stub } from './stub.ts';

interface Entry {
  readonly Id: string;
  readonly MessageBody: string;
  readonly Detail: string;
}
const entriesOf = (input: Record<string, unknown>) => input.Entries as Entry[];

describe('the queue', () => {
  const items = (count: number): WorkItem[] =>
    Array.from({ length: count }, (_, n) => ({
      root: imageKey('eu-west-1', `ami-${n}`),
      correlationId: 'run',
      causationId: 'run',
    }));
  const setUp = (answer: Answer) => {
    const stub = new Stub({ SendMessageBatch: answer });
    const queue = { url: 'https://sqs.eu-central-1.amazonaws.com/000011112222/work', home: 'eu-central-1' };
    return { stub, queue: new SqsQueue(sqsClients(stub.options)(), queue, stub.options.retry) };
  };
  const sent = (stub: Stub) =>
    stub
      .inputs('SendMessageBatch')
      .map((input) => entriesOf(input).map(({ MessageBody }) => JSON.parse(MessageBody).root));

  it('sends everything, ten at a time', async () => {
    const { stub, queue } = setUp(() => ({}));
    await queue.send(items(23));
    expect(sent(stub).map((batch) => batch.length)).toEqual([10, 10, 3]);
    expect(sent(stub).flat()).toEqual(items(23).map(({ root }) => root));
  });

  it('has them handed out later where that is asked for, in seconds', async () => {
    const { stub, queue } = setUp(() => ({}));
    await queue.send(items(2), 5 * minute);
    await queue.send(items(1));
    const delays = stub.inputs('SendMessageBatch').map((input) => input.Entries as { DelaySeconds?: number }[]);
    expect(delays.flat().map(({ DelaySeconds }) => DelaySeconds)).toEqual([300, 300, undefined]);
  });

  it('sends nothing when there is nothing', async () => {
    const { stub, queue } = setUp(() => ({}));
    await queue.send([]);
    expect(stub.seen).toEqual([]);
  });

  it('sends again only what the queue could not take', async () => {
    const { stub, queue } = setUp((_input, nth) =>
      nth === 0 ? { Failed: [{ Id: '1', Code: 'InternalError', SenderFault: false }] } : {},
    );
    await queue.send(items(3));
    expect(sent(stub)).toEqual([items(3).map(({ root }) => root), ['eu-west-1/ami-1']]);
    expect(stub.clock.waits).toHaveLength(1);
  });

  it('does not repeat what is our fault, sends the rest, and then fails', async () => {
    const { stub, queue } = setUp((_input, nth) =>
      nth === 0 ? { Failed: [{ Id: '0', Code: 'InvalidMessageContents', SenderFault: true }] } : {},
    );
    await expect(queue.send(items(12))).rejects.toMatchObject({ code: 'InvalidMessageContents' });
    expect(sent(stub).map((batch) => batch.length)).toEqual([10, 2]);
  });

  it('fails when the queue never takes an item', async () => {
    const { stub, queue } = setUp(() => ({ Failed: [{ Id: '0', Code: 'InternalError', SenderFault: false }] }));
    await expect(queue.send(items(1))).rejects.toMatchObject({ kind: 'unavailable' });
    expect(stub.seen).toHaveLength(6);
  });
});

describe('the bus', () => {
  const event = (n: number): LifecycleEvent => ({
    type: 'AMI Copied',
    resources: [`arn:aws:ec2:eu-west-1::image/ami-${n}`],
    metadata: {
      id: String(n),
      version: '1',
      timestamp: '2026-11-24T12:00:00.000Z',
      correlationId: 'run',
      causationId: 'run',
    },
    data: { accountId: '000011112222', region: 'eu-west-1', imageId: `ami-${n}` },
  });
  const events = (count: number) => Array.from({ length: count }, (_, n) => event(n));
  const accepted: Answer = (input) => ({
    FailedEntryCount: 0,
    Entries: entriesOf(input).map((_entry, n) => ({ EventId: String(n) })),
  });
  const setUp = (answer: Answer) => {
    const stub = new Stub({ PutEvents: answer });
    const bus = { name: 'steward', home: 'eu-central-1' };
    return { stub, bus: new EventBridgeBus(eventBridgeClients(stub.options)(), bus, stub.options.retry) };
  };
  const ids = (stub: Stub) =>
    stub.inputs('PutEvents').map((input) => entriesOf(input).map(({ Detail }) => JSON.parse(Detail).metadata.id));

  it('gets the event with our source, metadata and data', async () => {
    const { stub, bus } = setUp(accepted);
    await bus.emit([event(1)]);
    const { metadata, data, resources } = event(1);
    expect(stub.inputs('PutEvents')).toEqual([
      {
        Entries: [
          {
            EventBusName: 'steward',
            Source: 'ami-steward',
            DetailType: 'AMI Copied',
            Time: new Date('2026-11-24T12:00:00Z'),
            Resources: resources,
            Detail: JSON.stringify({ metadata, data }),
          },
        ],
      },
    ]);
  });

  it('gets ten at a time, and again only those that it refused for its own reasons', async () => {
    const { stub, bus } = setUp((input, nth, region) =>
      nth === 0
        ? {
            FailedEntryCount: 2,
            Entries: entriesOf(input).map((_entry, n) =>
              n === 3
                ? { ErrorCode: 'ThrottlingException' }
                : n === 7
                  ? { ErrorCode: 'InternalFailure' }
                  : { EventId: 'e' },
            ),
          }
        : accepted(input, nth, region),
    );
    await bus.emit(events(12));
    expect(ids(stub).slice(1)).toEqual([
      ['3', '7'],
      ['10', '11'],
    ]);
  });

  it('is not asked again for an event that it will never take, and the failure is told', async () => {
    const { stub, bus } = setUp((input) => ({
      FailedEntryCount: 1,
      Entries: entriesOf(input).map((_entry, n) =>
        n === 0 ? { ErrorCode: 'NotAuthorizedForSourceException', ErrorMessage: 'no' } : { EventId: 'e' },
      ),
    }));
    await expect(bus.emit(events(2))).rejects.toMatchObject({ code: 'NotAuthorizedForSourceException' });
    expect(stub.seen).toHaveLength(1);
  });
});
