import {
  DescribeRuleCommand,
  ListRulesCommand,
  ListTargetsByRuleCommand,
  PutEventsCommand,
} from '@aws-sdk/client-eventbridge';
import { beforeEach, describe, expect, it } from 'vitest';
import { eventLog } from '../../../local/services/events.ts';
import { messagesOf } from '../../../local/services/queues.ts';
import type { EmbeddedAws } from '../../../local/world.ts';
import { hour, minute } from '../../../shared/model/time.ts';
import { account, failureOf, open, wireClients } from '../wire/helpers.ts';

let aws: EmbeddedAws;
const queue = 'arn:aws:sqs:us-east-1:111122223333:images';
const pattern = { source: ['aws.ec2'], detail: { State: ['available'] } };

beforeEach(() => {
  aws = open();
  aws.call('sqs', 'CreateQueue', { QueueName: 'images' });
});

const pass = (ms: number): Promise<void> => aws.timeline.advanceTo(aws.timeline.now() + ms);
const received = () => messagesOf(aws, queue).map(({ body }) => JSON.parse(body));
const states = () => received().map((event) => `${event.region} ${event.detail.ImageId}`);
const rule = (region = 'us-east-1', target: Parameters<EmbeddedAws['events']['addRule']>[0]['target'] = { queue }) =>
  aws.events.addRule({ name: 'images', region, account, pattern, target });

function change(ImageId: string, region = 'us-east-1', State = 'available', owner = account) {
  const resources = [`arn:aws:ec2:${region}::image/${ImageId}`];
  const detail = { RequestId: 'r', ImageId, State, ErrorMessage: '' };
  aws.emit({ 'detail-type': 'EC2 AMI State Change', source: 'aws.ec2', account: owner, region, resources, detail });
}

describe('an event of AWS', () => {
  it('reaches the queue of a rule that matches, in the shape of the wire, a moment later', async () => {
    rule();
    change('ami-1');
    change('ami-2', 'us-east-1', 'failed');
    expect(received()).toEqual([]);
    await pass(minute);
    expect(received()).toEqual([
      {
        version: '0',
        id: expect.stringMatching(/^[0-9a-f-]{36}$/),
        'detail-type': 'EC2 AMI State Change',
        source: 'aws.ec2',
        account,
        time: '2026-01-05T09:00:00Z',
        region: 'us-east-1',
        resources: ['arn:aws:ec2:us-east-1::image/ami-1'],
        detail: { RequestId: 'r', ImageId: 'ami-1', State: 'available', ErrorMessage: '' },
      },
    ]);
  });

  it('stays on the bus of its Region and account', async () => {
    rule();
    change('ami-1', 'eu-west-1');
    change('ami-2', 'us-east-1', 'available', '999988887777');
    await pass(minute);
    expect(received()).toEqual([]);
  });

  it('is forwarded to the home bus, where it keeps its own Region, but never a second time', async () => {
    rule();
    rule('eu-west-1', { bus: 'us-east-1' });
    aws.events.addRule({ name: 'back', region: 'us-east-1', account, pattern, target: { bus: 'eu-west-1' } });
    change('ami-1', 'eu-west-1');
    await pass(minute);
    expect(states()).toEqual(['eu-west-1 ami-1']);
    expect(aws.timeline.next()?.kind).not.toBe('event-delivery');
  });

  it('is kept in the log in order, once, whether or not a rule wants it', async () => {
    rule('eu-west-1', { bus: 'us-east-1' });
    change('ami-1', 'eu-west-1');
    await pass(hour);
    change('ami-2', 'us-east-1', 'failed');
    await pass(minute);
    expect(eventLog(aws).map(({ seq, at, event }) => [seq, at, event.detail.ImageId])).toEqual([
      [1, Date.parse('2026-01-05T09:00:00Z'), 'ami-1'],
      [2, Date.parse('2026-01-05T10:00:00Z'), 'ami-2'],
    ]);
  });

  it('that finds no queue is kept with the reason', async () => {
    rule('us-east-1', { queue: 'arn:aws:sqs:us-east-1:111122223333:none' });
    change('ami-1');
    await pass(minute);
    expect([...aws.state.table('failed-deliveries').values()]).toMatchObject([
      { reason: 'the target queue does not exist', event: { detail: { ImageId: 'ami-1' } } },
    ]);
  });
});

describe('faults of delivery', () => {
  it('F01: a dropped event is in the log and nowhere else', async () => {
    rule();
    aws.faults.drop();
    change('ami-1');
    await pass(hour);
    expect(received()).toEqual([]);
    expect(eventLog(aws)).toHaveLength(1);
  });

  it('F01: only those that match are dropped, and only as often as said', async () => {
    rule();
    aws.faults.drop(({ detail }) => detail.ImageId !== 'ami-2', 1);
    for (const id of ['ami-1', 'ami-2', 'ami-3']) change(id);
    await pass(minute);
    expect(states()).toEqual(['us-east-1 ami-2', 'us-east-1 ami-3']);
  });

  it('F01: a share of events is dropped by the seed of the world', async () => {
    const survivors = async (seed: number): Promise<string[]> => {
      aws = open({ seed });
      aws.call('sqs', 'CreateQueue', { QueueName: 'images' });
      rule();
      aws.faults.drop(0.5);
      for (let index = 0; index < 40; index += 1) change(`ami-${index}`);
      await pass(minute);
      return states();
    };
    const first = await survivors(7);
    expect(first.length).toBeGreaterThan(5);
    expect(first.length).toBeLessThan(35);
    expect(await survivors(7)).toEqual(first);
    expect(await survivors(8)).not.toEqual(first);
  });

  it('F02: an event is delivered five times', async () => {
    rule();
    aws.faults.dup(5);
    change('ami-1');
    await pass(minute);
    expect(states()).toEqual(Array(5).fill('us-east-1 ami-1'));
  });

  it('F04: an event comes 26 hours late, after younger ones', async () => {
    rule();
    aws.faults.delay(26 * hour, 'all', 1);
    change('ami-1');
    change('ami-2');
    await pass(25 * hour);
    expect(states()).toEqual(['us-east-1 ami-2']);
    await pass(2 * hour);
    expect(states()).toEqual(['us-east-1 ami-2', 'us-east-1 ami-1']);
  });
});

describe('PutEvents', () => {
  const put = (Entries: object[]) => wireClients(aws).events.send(new PutEventsCommand({ Entries }));
  const entry = { Source: 'ami-steward', DetailType: 'AMI Copied', Detail: '{"a":{"b":1}}' };

  it('puts events on the bus with the caller’s Region and the time given', async () => {
    aws.events.addRule({
      name: 'own',
      region: 'us-east-1',
      account,
      pattern: { source: ['ami-steward'] },
      target: { queue },
    });
    const Time = new Date('2026-01-01T00:00:00Z');
    const answered = await put([{ ...entry, Time, Resources: ['arn:x'], EventBusName: 'default' }, entry]);
    await pass(minute);
    expect(received()).toMatchObject([
      {
        id: answered.Entries?.[0]?.EventId,
        time: '2026-01-01T00:00:00Z',
        resources: ['arn:x'],
        detail: { a: { b: 1 } },
      },
      { id: answered.Entries?.[1]?.EventId, time: '2026-01-05T09:00:00Z', region: 'us-east-1', account },
    ]);
    expect(answered.FailedEntryCount).toBe(0);
  });

  it('fails bad entries one by one and takes the rest', async () => {
    const bad = [
      { Detail: '{' },
      { Detail: '[]' },
      { DetailType: 'x'.repeat(129) },
      { Source: '' },
      { Source: 'aws.ec2' },
    ];
    const answered = await put([...bad.map((part) => ({ ...entry, ...part })), entry]);
    expect(answered.FailedEntryCount).toBe(5);
    expect(answered.Entries?.map(({ ErrorCode }) => ErrorCode)).toEqual([
      'MalformedDetail',
      'MalformedDetail',
      'InvalidArgument',
      'InvalidArgument',
      'NotAuthorizedForSourceException',
      undefined,
    ]);
    expect(eventLog(aws)).toHaveLength(1);
  });

  it('to an unknown bus loses the event and still succeeds', async () => {
    const answered = await put([{ ...entry, EventBusName: 'elsewhere' }]);
    expect(answered).toMatchObject({ FailedEntryCount: 0, Entries: [{ EventId: expect.any(String) }] });
    expect(eventLog(aws)).toEqual([]);
  });

  it('takes at most 10 entries and less than 1 MiB', async () => {
    expect((await failureOf(put(Array(11).fill(entry)))).name).toBe('ValidationException');
    const large = { ...entry, Detail: JSON.stringify({ text: 'x'.repeat(600_000) }) };
    expect((await failureOf(put([large, large]))).name).toBe('ValidationException');
    expect((await put([large])).FailedEntryCount).toBe(0);
  });
});

describe('a rule', () => {
  it('is listed and described in its own Region and account, with its pattern and target', async () => {
    rule();
    rule('eu-west-1', { bus: 'us-east-1' });
    aws.events.addRule({ name: 'images', region: 'eu-west-1', account: '999988887777', pattern, target: { queue } });
    const { events } = wireClients(aws, 'eu-west-1');
    const shown = {
      Name: 'images',
      Arn: `arn:aws:events:eu-west-1:${account}:rule/images`,
      EventPattern: JSON.stringify(pattern),
      State: 'ENABLED',
      EventBusName: 'default',
    };
    expect((await events.send(new ListRulesCommand({}))).Rules).toEqual([shown]);
    expect((await events.send(new ListRulesCommand({ NamePrefix: 'other' }))).Rules).toEqual([]);
    expect(await events.send(new DescribeRuleCommand({ Name: 'images' }))).toMatchObject(shown);
    expect((await events.send(new ListTargetsByRuleCommand({ Rule: 'images' }))).Targets).toMatchObject([
      { Arn: `arn:aws:events:us-east-1:${account}:event-bus/default` },
    ]);
    const home = wireClients(aws).events;
    expect((await home.send(new ListTargetsByRuleCommand({ Rule: 'images' }))).Targets).toMatchObject([{ Arn: queue }]);
    expect((await failureOf(home.send(new DescribeRuleCommand({ Name: 'none' })))).name).toBe(
      'ResourceNotFoundException',
    );
  });

  it('is listed page by page', async () => {
    for (const name of ['b', 'a', 'c'])
      aws.events.addRule({ name, region: 'us-east-1', account, pattern, target: { queue } });
    const { events } = wireClients(aws);
    const first = await events.send(new ListRulesCommand({ Limit: 2 }));
    expect(first.Rules?.map(({ Name }) => Name)).toEqual(['a', 'b']);
    const second = await events.send(new ListRulesCommand({ Limit: 2, NextToken: first.NextToken }));
    expect([second.Rules?.map(({ Name }) => Name), second.NextToken]).toEqual([['c'], undefined]);
  });
});
