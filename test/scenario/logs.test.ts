import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { compose } from '../../functions/compose.ts';
import { powertoolsLog } from '../../functions/log.ts';
import { powertoolsMeter } from '../../functions/metrics.ts';
import { createHandler as onImageEvent } from '../../functions/on-image-event/handler.ts';
import { createHandler as reap } from '../../functions/reap/handler.ts';
import { createHandler as retire } from '../../functions/retire/handler.ts';
import { createHandler as sweep } from '../../functions/sweep/handler.ts';
import { eventLog } from '../../local/services/events.ts';
import { enqueue } from '../../local/services/queues.ts';
import { imageKey } from '../../shared/model/ids.ts';
import { day, hour } from '../../shared/model/time.ts';
import { compiled, onePolicy } from '../policy/files.ts';
import { account, aSweep, home, openWith, pass, putWeb, start } from './support.ts';

const written: string[] = [];
const output = (): string => written.join('');
const logged = (): Record<string, unknown>[] =>
  written.flatMap((line) => (line.includes('"level"') ? [JSON.parse(line) as Record<string, unknown>] : []));

beforeEach(() => {
  for (const stream of [process.stdout, process.stderr])
    vi.spyOn(stream, 'write').mockImplementation((line) => {
      written.push(String(line));
      return true;
    });
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  written.length = 0;
});

const lines = `family: { key: "{nameBase}" }
copy: { to: [{ region: eu-west-1 }, { region: us-west-2 }], since: all }
retain: { keepLast: 2, maxAge: 30d, stages: { deprecate: { afterSuperseded: 7d } } }`;
const opened = () => openWith(lines, undefined, { log: powertoolsLog(), meter: powertoolsMeter() });

const announcement = (id: string, image: string, more: object = {}) => ({
  version: '0',
  id,
  'detail-type': 'EC2 AMI State Change',
  source: 'aws.ec2',
  account,
  time: '2026-01-05T09:00:00Z',
  region: home,
  resources: [`arn:aws:ec2:${home}::image/${image}`],
  detail: { RequestId: 'r', ImageId: image, State: 'available', ErrorMessage: '', ...more },
});

describe('the cause of everything', () => {
  it('is the id of the event that EC2 sent, in log, records and events of ours', async () => {
    const { aws, engine, workQueue } = await opened();
    const { id } = putWeb(aws);
    enqueue(aws, { queue: workQueue, body: JSON.stringify(announcement('event-1', id)) });
    await pass(aws, 1);
    const told = eventLog(aws).filter(({ event }) => event.source === 'ami-steward');
    expect(told.length).toBeGreaterThan(2);
    for (const { event } of told)
      expect(event.detail.metadata).toMatchObject({ correlationId: 'event-1', causationId: 'event-1' });
    const history = await engine.ledger.history(imageKey(home, id));
    expect(history.length).toBeGreaterThan(0);
    for (const entry of history) expect(entry.correlationId).toBe('event-1');
    expect(logged().map(({ correlationId }) => correlationId)).toEqual(['event-1']);
  });

  it('is the scheduled event of the sweep, and in between the sweep itself, for what it found', async () => {
    const { aws } = await opened();
    aws.faults.drop('all');
    putWeb(aws);
    await pass(aws, aSweep);
    const [swept, reconciled] = ['sweep', 'reconciled'].map((what) => logged().find(({ message }) => message === what));
    expect(swept?.correlationId).not.toBe(swept?.runId);
    expect(reconciled?.correlationId).toBe(swept?.correlationId);
    const started = eventLog(aws).find(({ event }) => event['detail-type'] === 'AMI Copy Started');
    expect(started?.event.detail.metadata).toMatchObject({
      correlationId: swept?.correlationId,
      causationId: swept?.runId,
    });
  });

  it('stands in every line of the log, also in those about what went wrong', async () => {
    const { aws } = await opened();
    aws.faults.deny('CopyImage', { until: start + day });
    putWeb(aws);
    await pass(aws, 2 * hour);
    aws.faults.outage(home, { until: aws.timeline.now() + 2 * hour });
    await pass(aws, 2 * hour);
    const levels = new Set(logged().map(({ level }) => level));
    expect(levels).toEqual(new Set(['INFO', 'WARN', 'ERROR']));
    for (const line of logged()) expect(line).toHaveProperty('correlationId', expect.stringMatching(/./));
  });
});

describe('what must not be logged', () => {
  const canary = /canary/i;
  const credentials = {
    accessKeyId: 'canary-key',
    secretAccessKey: 'canary-secret',
    sessionToken: 'canary-session',
  };
  beforeEach(() => {
    vi.stubEnv('SOME_SECRET', 'canary-environment');
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', credentials.secretAccessKey);
    vi.stubEnv('AWS_SESSION_TOKEN', credentials.sessionToken);
  });

  it('is not: nothing of the environment, of tags, or of an event beyond its id', async () => {
    const { aws, workQueue } = await opened();
    const { id } = putWeb(aws, { tags: { Owner: 'canary-tag', 'canary-key': 'x' } });
    const bodies = [
      JSON.stringify(announcement('event-1', id, { ErrorMessage: 'canary-event', Canary: 'canary-detail' })),
      JSON.stringify({ ...announcement('event-2', id), account: 'canary-account', region: 'canary-region' }),
      JSON.stringify({ root: 'canary-root', correlationId: 'x' }),
      'canary, not JSON',
    ];
    for (const body of bodies) enqueue(aws, { queue: workQueue, body });
    await pass(aws, 2 * day);
    const said = new Set(logged().map(({ message }) => message));
    expect(said).toEqual(new Set(['reconciled', 'sweep', 'retire', 'reap', 'message set aside']));
    expect(output()).not.toMatch(canary);
  });

  it('is not where all calls fail with errors that carry requests, credentials and answers along', async () => {
    const headers = { authorization: 'canary-header', 'x-amz-security-token': credentials.sessionToken };
    const failure = () =>
      Object.assign(new Error('connection lost'), {
        code: 'ECONNRESET',
        request: { headers, body: 'canary-request' },
        $response: { headers, body: 'canary-answer' },
        config: { credentials },
      });
    const engine = compose({
      policy: compiled(onePolicy(`mode: apply\n${lines}`)),
      homeRegion: home,
      account,
      clients: { credentials, requestHandler: { handle: () => Promise.reject(failure()) } },
      clock: { now: () => start, sleep: async () => undefined },
      random: () => 0,
      queueUrl: 'https://sqs.us-east-1.amazonaws.com/111122223333/work',
    });
    vi.stubEnv('STEWARD_TABLE', 'table');
    const surroundings = { engine, log: powertoolsLog(), meter: powertoolsMeter() };
    const context = {} as never;
    const body = JSON.stringify(announcement('event-1', 'ami-0123456789abcdef0'));
    const batch = { Records: [{ messageId: 'm-1', body }] } as never;
    expect(await onImageEvent(surroundings)(batch, context)).toEqual({
      batchItemFailures: [{ itemIdentifier: 'm-1' }],
    });
    for (const create of [sweep, retire, reap]) {
      const run = create(surroundings)({ id: 'schedule-1', 'detail-type': 'Scheduled Event' }, context);
      const error = await run.then(
        () => undefined,
        (thrown: unknown) => thrown,
      );
      // Lambda writes an error that leaves a handler into the log with all that can be listed of it.
      expect(error).toBeInstanceOf(Error);
      written.push(JSON.stringify({ ...(error as Error), text: (error as Error).message, at: (error as Error).stack }));
    }
    expect(logged().map(({ message }) => message)).toEqual([
      'message failed',
      'sweep failed',
      'retire failed',
      'reap failed',
    ]);
    expect(output()).toContain('connection lost');
    expect(output()).not.toMatch(canary);
  });
});
