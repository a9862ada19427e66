import {
  ChangeMessageVisibilityCommand,
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
} from '@aws-sdk/client-sqs';
import { beforeEach, describe, expect, it } from 'vitest';
import type { EmbeddedAws } from '../../../local/world.ts';
import { minute } from '../../../shared/model/time.ts';
import { failureOf, open, wireClients } from '../wire/helpers.ts';

let aws: EmbeddedAws;
let sqs: ReturnType<typeof wireClients>['sqs'];
beforeEach(() => {
  aws = open();
  sqs = wireClients(aws).sqs;
});

const pass = (ms: number): Promise<void> => aws.timeline.advanceTo(aws.timeline.now() + ms);
const create = async (QueueName: string, Attributes: Record<string, string> = {}): Promise<string> =>
  (await sqs.send(new CreateQueueCommand({ QueueName, Attributes }))).QueueUrl ?? '';
const send = (QueueUrl: string, MessageBody: string, more = {}) =>
  sqs.send(new SendMessageCommand({ QueueUrl, MessageBody, ...more }));
const receive = async (QueueUrl: string, more = {}) =>
  (await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, ...more }))).Messages ?? [];
const bodies = async (url: string): Promise<(string | undefined)[]> => (await receive(url)).map(({ Body }) => Body);

describe('a queue', () => {
  it('hides a received message for the visibility timeout and then gives it again, with a higher count', async () => {
    const url = await create('work', { VisibilityTimeout: '60' });
    await send(url, 'one');
    const ask = { MessageSystemAttributeNames: ['ApproximateReceiveCount'] };
    const [first] = await receive(url, ask);
    expect(first).toMatchObject({ Body: 'one', Attributes: { ApproximateReceiveCount: '1' } });
    await pass(minute - 1);
    expect(await bodies(url)).toEqual([]);
    await pass(1);
    const [again] = await receive(url, ask);
    expect(again).toMatchObject({ MessageId: first?.MessageId, Attributes: { ApproximateReceiveCount: '2' } });
    expect(again?.ReceiptHandle).not.toBe(first?.ReceiptHandle);
  });

  it('gives a deleted message no more, but a handle of an earlier receive deletes nothing', async () => {
    const url = await create('work');
    await send(url, 'one');
    const [first] = await receive(url, { VisibilityTimeout: 0 });
    const [second] = await receive(url);
    await sqs.send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle: first?.ReceiptHandle }));
    await pass(minute);
    expect(await bodies(url)).toEqual(['one']);
    const stale = sqs.send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle: second?.ReceiptHandle }));
    expect(await stale).toBeDefined();
    await pass(minute);
    const [third] = await receive(url);
    await sqs.send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle: third?.ReceiptHandle }));
    await pass(minute);
    expect(await bodies(url)).toEqual([]);
  });

  it('moves a message to the dead-letter queue once it was received too often', async () => {
    const dead = await create('dead');
    const RedrivePolicy = JSON.stringify({
      deadLetterTargetArn: 'arn:aws:sqs:us-east-1:111122223333:dead',
      maxReceiveCount: 2,
    });
    const url = await create('work', { VisibilityTimeout: '30', RedrivePolicy });
    await send(url, 'poison');
    for (let count = 0; count < 2; count += 1) {
      expect(await bodies(url)).toEqual(['poison']);
      await pass(30_000);
    }
    expect(await bodies(dead)).toEqual([]);
    expect(await bodies(url)).toEqual([]);
    expect(await bodies(dead)).toEqual(['poison']);
  });

  it('delays a message, and forgets it after the retention period', async () => {
    const url = await create('work', { MessageRetentionPeriod: '600' });
    await send(url, 'later', { DelaySeconds: 20 });
    expect(await bodies(url)).toEqual([]);
    await pass(20_000);
    expect(await bodies(url)).toEqual(['later']);
    await pass(10 * minute);
    expect(await bodies(url)).toEqual([]);
  });

  it('changes the visibility of a message that is in flight only', async () => {
    const url = await create('work');
    await send(url, 'one');
    const [message] = await receive(url);
    const change = (VisibilityTimeout: number) => {
      const { ReceiptHandle } = message ?? {};
      return sqs.send(new ChangeMessageVisibilityCommand({ QueueUrl: url, ReceiptHandle, VisibilityTimeout }));
    };
    await change(300);
    await pass(4 * minute);
    expect(await bodies(url)).toEqual([]);
    await change(0);
    expect((await failureOf(change(5))).name).toBe('MessageNotInflight');
    expect(await bodies(url)).toEqual(['one']);
  });

  it('answers a batch entry by entry', async () => {
    const url = await create('work');
    const Entries = [
      { Id: 'a', MessageBody: 'x' },
      { Id: 'b', MessageBody: '' },
      { Id: 'c', MessageBody: 'z', MessageAttributes: { k: { DataType: 'String', StringValue: 'v' } } },
    ];
    const sent = await sqs.send(new SendMessageBatchCommand({ QueueUrl: url, Entries }));
    expect(sent.Successful?.map(({ Id }) => Id)).toEqual(['a', 'c']);
    expect(sent.Failed).toMatchObject([{ Id: 'b', Code: 'MissingParameter', SenderFault: true }]);
    const messages = await receive(url, { MessageAttributeNames: ['All'] });
    expect(messages.map(({ Body }) => Body)).toEqual(['x', 'z']);
    expect(messages[1]?.MessageAttributes).toEqual({ k: { DataType: 'String', StringValue: 'v' } });
    const gone = await sqs.send(
      new DeleteMessageBatchCommand({
        QueueUrl: url,
        Entries: [
          { Id: '1', ReceiptHandle: messages[0]?.ReceiptHandle },
          { Id: '2', ReceiptHandle: 'nonsense' },
        ],
      }),
    );
    expect(gone).toMatchObject({ Successful: [{ Id: '1' }], Failed: [{ Id: '2', Code: 'ReceiptHandleIsInvalid' }] });
  });

  it.each([
    [[], 'EmptyBatchRequest'],
    [Array.from({ length: 11 }, (_, index) => ({ Id: `${index}`, MessageBody: 'x' })), 'TooManyEntriesInBatchRequest'],
    [['a', 'a'].map((Id) => ({ Id, MessageBody: 'x' })), 'BatchEntryIdsNotDistinct'],
  ])('refuses the batch %j', async (Entries, name) => {
    const QueueUrl = await create('work');
    expect((await failureOf(sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries })))).name).toBe(name);
  });

  it('is created once; the same name with other settings is refused, and so is a FIFO queue', async () => {
    const url = await create('work', { VisibilityTimeout: '60' });
    expect(await create('work', { VisibilityTimeout: '60' })).toBe(url);
    expect((await failureOf(create('work', { VisibilityTimeout: '61' }))).name).toBe('QueueNameExists');
    expect((await failureOf(create('work.fifo'))).name).toBe('UnsupportedOperation');
    expect((await failureOf(create('other', { Colour: 'red' }))).name).toBe('InvalidAttributeName');
    expect((await sqs.send(new GetQueueUrlCommand({ QueueName: 'work' }))).QueueUrl).toBe(url);
  });

  it('counts its messages and belongs to one Region', async () => {
    const url = await create('work');
    await send(url, 'a');
    await send(url, 'b');
    await send(url, 'c', { DelaySeconds: 60 });
    await receive(url, { MaxNumberOfMessages: 1 });
    const asked = await sqs.send(new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['All'] }));
    expect(asked.Attributes).toMatchObject({
      QueueArn: 'arn:aws:sqs:us-east-1:111122223333:work',
      ApproximateNumberOfMessages: '1',
      ApproximateNumberOfMessagesNotVisible: '1',
      ApproximateNumberOfMessagesDelayed: '1',
    });
    const elsewhere = wireClients(aws, 'eu-west-1').sqs.send(new GetQueueUrlCommand({ QueueName: 'work' }));
    expect((await failureOf(elsewhere)).name).toBe('QueueDoesNotExist');
  });
});
