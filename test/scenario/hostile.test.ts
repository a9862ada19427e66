import { afterEach, describe, expect, it, vi } from 'vitest';
import { powertoolsLog, silentLog } from '../../functions/log.ts';
import { type Measure, noMeter } from '../../functions/metrics.ts';
import { putImage } from '../../local/ec2/fixtures.ts';
import type { FunctionFailure } from '../../local/runtime.ts';
import { enqueue } from '../../local/services/queues.ts';
import type { Published } from '../../local/services/sns.ts';
import { EmbeddedAws } from '../../local/world.ts';
import { imageKey } from '../../shared/model/ids.ts';
import { approved, mark } from '../../shared/model/marks.ts';
import { day, hour, minute } from '../../shared/model/time.ts';
import { plots, stateOf } from './guarded.ts';
import { account, aSweep, home, openWith, pass, putWeb, sharee, start, told } from './support.ts';
import { around, watched } from './watched.ts';

const stranger = '999988887777';
const giving = `family: { key: "{nameBase}" }
copy: { to: [{ region: eu-west-1, kmsKey: alias/golden }], since: all }
share: { accounts: ["${sharee}"], kms: "off" }
publish: { ssm: [{ parameter: "/web/latest", regions: all }] }`;

const changes = ({ operation }: { operation: string }): boolean =>
  !/^(Describe|Get|List|ReceiveMessage|DeleteMessage|SendMessage|PutEvents)/.test(operation);

const announcement = (image: string, more: object = {}) =>
  JSON.stringify({
    version: '0',
    id: 'e-1',
    'detail-type': 'EC2 AMI State Change',
    source: 'aws.ec2',
    account,
    time: '2026-01-05T09:00:00Z',
    region: home,
    resources: [`arn:aws:ec2:${home}::image/${image}`],
    detail: { RequestId: 'r', ImageId: image, State: 'available', ErrorMessage: '' },
    ...more,
  });

/** A newer image of somebody else's, which we can see and even launch, with the name of ours and all our marks. */
const twin = (aws: EmbeddedAws) =>
  putImage(aws, {
    account: stranger,
    region: home,
    name: 'web-2',
    permissions: ['group:all', `account:${account}`],
    tags: { [mark.managed]: 'true', [mark.policy]: 'web', [mark.root]: imageKey(home, 'ami-0123456789abcdef0') },
  });

describe('F72: an image of somebody else with a name that matches', () => {
  it.each(['before ours', 'after ours'])(
    'that was there %s is never copied, shared, published or recorded',
    async (when) => {
      const { aws, engine } = await openWith(giving);
      if (when === 'before ours') twin(aws);
      const ours = putWeb(aws);
      await pass(aws, 4 * hour);
      const foreign = twin(aws);
      const changed = watched(aws, changes);
      await pass(aws, day);
      expect(changed).toEqual([]);
      expect(aws.call('ssm', 'GetParameter', { Name: '/web/latest' })).toMatchObject({ Parameter: { Value: ours.id } });
      expect(await engine.ledger.image(imageKey(home, foreign.id))).toBeUndefined();
    },
  );
});

describe('F74: tags that came from another account', () => {
  const shared = (key: string) => `ec2:SharedTag/${stranger}/${key}`;

  it('neither select, nor mark, nor keep, nor travel with copies', async () => {
    const { aws } = await openWith(giving);
    const tags = {
      [shared(mark.managed)]: 'true',
      [shared(mark.reap)]: approved,
      [`ec2:SharedTag/${mark.root}`]: 'x',
      Owner: 'web',
    };
    const image = putWeb(aws, { tags });
    await pass(aws, 4 * hour);
    const { Images } = aws.call('ec2', 'DescribeImages', { Owners: ['self'] }, { region: 'eu-west-1' }) as {
      Images: { Tags: { Key: string }[]; SourceImageId: string }[];
    };
    expect(Images).toMatchObject([{ SourceImageId: image.id }]);
    expect(Images[0]?.Tags.map(({ Key }) => Key).filter((key) => key.startsWith('ec2:'))).toEqual([]);
    expect(Images[0]?.Tags.map(({ Key }) => Key)).toContain('Owner');
  });

  it('do not approve a removal, whatever they say', async () => {
    const { stack, plots: all } = await plots({ web: {} });
    const [plot] = all;
    if (!plot) throw new Error('no plot');
    stack.aws.faults.deny('CreateTags');
    const key = `${account}/${home}/${plot.old.id}`;
    const images = stack.aws.state.table<typeof plot.old>('images');
    images.set(key, { ...plot.old, tags: { ...plot.old.tags, [shared(mark.reap)]: approved } });
    await pass(stack.aws, 40 * day);
    expect(stateOf(stack.aws, plot.old)).toBe('disabled');
  });
});

describe('F75: a forged event', () => {
  it.each<[string, (image: string) => string]>([
    ['of our account about an image of somebody else', (image) => announcement(image)],
    ['of another account', (image) => announcement(image, { account: stranger })],
    ['about an image that does not exist', () => announcement('ami-0fffffffffffffff0')],
    ['from another source', (image) => announcement(image, { source: 'ami-steward' })],
  ])('%s changes nothing but our own record of it', async (_what, body) => {
    const { aws, workQueue } = await openWith(giving);
    const foreign = twin(aws);
    await pass(aws, aSweep);
    const changed = watched(aws, changes);
    enqueue(aws, { queue: workQueue, body: body(foreign.id) });
    await pass(aws, minute);
    expect(changed).toEqual([]);
  });

  it('that a program puts on the bus in the name of EC2 is refused by it', async () => {
    const { aws } = await openWith(giving);
    const entry = { Source: 'aws.ec2', DetailType: 'EC2 AMI State Change', Detail: '{}' };
    expect(aws.call('events', 'PutEvents', { Entries: [entry] })).toMatchObject({ FailedEntryCount: 1 });
  });
});

describe('F76: an image that somebody else removes', () => {
  const metered = async () => {
    const measures: Measure[] = [];
    const { aws } = await openWith(giving, EmbeddedAws.open({ start, homeRegion: home }), {
      meter: (some) => measures.push(...some),
    });
    return { aws, lost: () => measures.filter(([name]) => name === 'ImagesLost') };
  };

  it('is told once and counted for the alarm, within minutes where EC2 announces it', async () => {
    const { aws, lost } = await metered();
    const { id } = putWeb(aws);
    await pass(aws, 4 * hour);
    aws.call('ec2', 'DeregisterImage', { ImageId: id });
    await pass(aws, 10 * minute);
    expect(told(aws, 'AMI Deregistered Elsewhere')).toMatchObject([
      { imageId: id, root: imageKey(home, id), role: 'root' },
    ]);
    expect(lost()).toEqual([['ImagesLost', 1]]);
    await pass(aws, day);
    expect(told(aws, 'AMI Deregistered Elsewhere')).toHaveLength(1);
  });

  it('is told by the next sweep where the event is lost', async () => {
    const { aws, lost } = await metered();
    const { id } = putWeb(aws);
    await pass(aws, 4 * hour);
    aws.faults.drop('all');
    aws.call('ec2', 'DeregisterImage', { ImageId: id });
    await pass(aws, aSweep);
    expect(lost()).toEqual([['ImagesLost', 1]]);
  });

  it('and that no policy selects, or that was never in place, is its own business', async () => {
    const { aws, lost } = await metered();
    const other = putWeb(aws, { name: 'other-1' });
    aws.faults.deny('CopyImage');
    const unfinished = putWeb(aws);
    await pass(aws, 4 * hour);
    for (const { id } of [other, unfinished]) aws.call('ec2', 'DeregisterImage', { ImageId: id });
    await pass(aws, day);
    expect(lost()).toEqual([]);
  });

  it.each(['in peace', 'while the function dies after the call'])('is not one that we removed, %s', async (how) => {
    const { stack, plots: all } = await plots({ web: {} });
    const [plot] = all;
    if (!plot) throw new Error('no plot');
    if (how !== 'in peace')
      around(stack.aws, (call, perform) => {
        const done = perform();
        if (call.operation === 'DeregisterImage') throw new Error('the function is gone');
        return done;
      });
    await pass(stack.aws, 30 * day);
    expect(stateOf(stack.aws, plot.old)).toBe('gone');
    expect(told(stack.aws, 'AMI Deregistered Elsewhere')).toEqual([]);
  });
});

describe('F78: text that wants to be more than text', () => {
  const written: string[] = [];
  afterEach(() => {
    vi.restoreAllMocks();
    written.length = 0;
  });
  const wicked = [
    'web-1\n{"level":"ERROR","message":"forged"}',
    'web-2\u001b[31m\u001b]0;title\u0007',
    `web-{{tag:Owner}}-$\{env}`,
    "web-=cmd|' /C calc'!A0",
    'web-<script>alert(1)</script>`*~',
    'web-\u202egnp.exe\u2028\u0000',
  ];

  it('stays text in logs and in what people are sent, whatever an image is called and tagged with', async () => {
    vi.spyOn(process.stdout, 'write').mockImplementation((line) => {
      written.push(String(line));
      return true;
    });
    const topic = `arn:aws:sns:${home}:${account}:news`;
    const policy = `family: { key: "{nameBase}" }\ncopy: { to: [{ region: eu-west-1 }], since: all }
notify: [{ on: [copied, copy-failed, shared, blocked], sns: "${topic}", chat: "${topic}" }]`;
    const { aws } = await openWith(policy, EmbeddedAws.open({ start, homeRegion: home }), { log: powertoolsLog() });
    aws.call('sns', 'CreateTopic', { Name: 'news' });
    for (const name of wicked) putWeb(aws, { name, tags: { [name.slice(0, 100)]: name, Owner: name } });
    await pass(aws, 6 * hour);
    const logged = written
      .join('')
      .split('\n')
      .filter((line) => line !== '');
    expect(logged.length).toBeGreaterThan(5);
    for (const line of logged) expect(JSON.parse(line)).not.toMatchObject({ message: 'forged' });
    const messages = [...aws.state.table<Published>('sns-messages').values()];
    expect(messages.length).toBeGreaterThan(1);
    for (const { subject = '', message } of messages) {
      expect(subject).toMatch(/^[\x20-\x7e]{0,100}$/);
      if (message.startsWith('{'))
        expect(JSON.stringify((JSON.parse(message) as { content: object }).content)).not.toMatch(/<script|\u202e/);
      else for (const line of message.split('\n')) expect(line).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}]|^\{"level"/u);
    }
  });

  it.each([
    'ami-0123',
    'ami-0123456789abcdef0\n',
    'ami-0123456789ABCDEF0',
    '../ami-0123456789abcdef0',
    'ami-0123456789abcdeg0',
  ])('is no id of an image (%j) and is set aside', async (image) => {
    const { aws, engine, workQueue } = await openWith(giving);
    const asked = watched(aws, ({ input }) => JSON.stringify(input ?? '').includes(JSON.stringify(image).slice(1, -1)));
    enqueue(aws, { queue: workQueue, body: announcement(image) });
    await pass(aws, minute);
    expect(await engine.ledger.setAsideMessages()).toHaveLength(1);
    expect(asked.filter(({ service }) => service === 'ec2')).toEqual([]);
  });
});

describe('F71: logs and metrics that fail', () => {
  const broken = (): never => {
    throw new Error('no space left on device');
  };

  it('stop nothing: images are copied, shared and published, and no message comes again', async () => {
    const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
    const log = { info: broken, warn: broken, error: broken };
    const { aws } = await openWith(giving, EmbeddedAws.open({ start, homeRegion: home }), { log, meter: broken });
    const { id } = putWeb(aws);
    await pass(aws, 4 * hour);
    expect(aws.call('ssm', 'GetParameter', { Name: '/web/latest' })).toMatchObject({ Parameter: { Value: id } });
    expect([...aws.state.table<FunctionFailure>('function-failures').values()]).toEqual([]);
    expect(warned).toHaveBeenCalled();
    vi.restoreAllMocks();
  });

  it('count no safety away: the breaker halts what it halts with them', async () => {
    const retiring = `family: { key: "{nameBase}" }
retain: { keepLast: 2, limits: { perPlan: 1 }, stages: { deprecate: { afterSuperseded: 7d } } }`;
    const halted = async (failing: boolean) => {
      vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
      const watching = failing
        ? { log: { info: broken, warn: broken, error: broken }, meter: broken }
        : { log: silentLog, meter: noMeter };
      const { aws } = await openWith(retiring, EmbeddedAws.open({ start, homeRegion: home }), {
        ...watching,
        idleEvery: day,
      });
      for (let n = 1; n <= 12; n += 1) putWeb(aws, { name: `web-${n}`, createdAt: start - (90 - n) * day });
      await pass(aws, 15 * day);
      return told(aws, 'AMI Deprecated').length;
    };
    expect([await halted(true), await halted(false)]).toEqual([0, 0]);
    vi.restoreAllMocks();
  });
});
