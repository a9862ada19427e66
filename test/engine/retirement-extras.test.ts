import { describe, expect, it } from 'vitest';
import { putImage, putInstance } from '../../local/ec2/fixtures.ts';
import { eventLog } from '../../local/services/events.ts';
import { EmbeddedAws } from '../../local/world.ts';
import { reap, retire } from '../../shared/engine/take.ts';
import { keyOf } from '../../shared/model/image.ts';
import { day, hour } from '../../shared/model/time.ts';
import { compiled, onePolicy } from '../policy/files.ts';
import { deployWithRoles } from '../roles/deploy.ts';

const account = '111122223333';
const region = 'us-east-1';
/** A Thursday. */
const start = Date.UTC(2026, 0, 1);

const stages =
  '{ deprecate: { afterSuperseded: 7d }, disable: { afterDeprecated: 1d }, deregister: { afterDisabled: 3d } }';

/** Three generations of web, the oldest to be retired, with all schedules running. */
async function open(retain = '', idleEvery = 6 * hour) {
  const aws = EmbeddedAws.open({ start, homeRegion: region, account });
  const file = `mode: apply\nfamily: { key: "{nameBase}" }\nretain: { keepLast: 2, stages: ${stages}${retain} }`;
  const { engine } = await deployWithRoles(aws, compiled(onePolicy(file)), { idleEvery });
  const put = (n: number) =>
    putImage(aws, {
      account,
      region,
      name: `web-${n}`,
      createdAt: start - (60 - n) * day,
      tags: { Owner: 'web@example.com' },
    });
  const [old, ...newer] = [put(1), put(2), put(3)] as const;
  return { aws, engine, old, newer };
}

type World = Awaited<ReturnType<typeof open>>;

/** Our events about the oldest image, as `type` and the hours since the start. */
const told = ({ aws, old }: World): { type: string; at: number; data: Record<string, unknown> }[] =>
  eventLog(aws)
    .map(({ event }) => event)
    .filter(({ source }) => source === 'ami-steward')
    .map((event) => ({
      type: event['detail-type'],
      at: Date.parse((event.detail as { metadata: { timestamp: string } }).metadata.timestamp),
      data: (event.detail as { data: Record<string, unknown> }).data,
    }))
    .filter(({ data }) => data.imageId === old.id);

const only = (events: ReturnType<typeof told>, type: string) => events.filter((event) => event.type === type);

describe('an image with notice', () => {
  it('is announced once before each step, and each step waits for it', async () => {
    const world = await open(', notice: { before: 2d, owner: "{tag:Owner}" }');
    await world.aws.timeline.advanceTo(start + 15 * day);
    const events = told(world);
    const [first, second, ...more] = only(events, 'AMI Retirement Notice');
    const [disabled] = only(events, 'AMI Disabled');
    const [gone] = only(events, 'AMI Deregistered');
    expect(more).toEqual([]);
    expect([first?.data, second?.data]).toMatchObject([
      { step: 'disable-image', owners: ['web@example.com'], images: [keyOf(world.old)] },
      { step: 'deregister-image' },
    ]);
    if (!first || !second || !disabled || !gone) throw new Error('something did not happen');
    expect(disabled.at - first.at).toBeGreaterThanOrEqual(2 * day);
    expect(gone.at - second.at).toBeGreaterThanOrEqual(2 * day);
    expect(disabled.at).toBeGreaterThanOrEqual(Date.parse(String(first.data.due)));
  });

  it('is told of again when nobody knows whether the event was sent', async () => {
    const world = await open(', notice: { before: 2d }');
    await world.aws.timeline.advanceTo(start + 6 * day);
    world.aws.faults.addCallRule({
      match: ({ operation }) => operation === 'PutEvents' && told(world).some(({ type }) => type === 'AMI Deprecated'),
      effect: { kind: 'crash', when: 'after' },
      remaining: 1,
    });
    await world.aws.timeline.advanceTo(start + 11 * day);
    const notices = only(told(world), 'AMI Retirement Notice').filter(({ data }) => data.step === 'disable-image');
    const [disabled] = only(told(world), 'AMI Disabled');
    expect(notices.length).toBeGreaterThan(1);
    expect((disabled?.at ?? 0) - (notices.at(-1)?.at ?? 0)).toBeGreaterThanOrEqual(2 * day);
  });
});

it('takes steps only inside the window, by the clocks of its place, and makes no news of a closed one', async () => {
  const window = ', window: { days: [TUE], from: "09:00", to: "15:00", timezone: Asia/Tokyo }';
  const world = await open(window, 3 * hour);
  await world.aws.timeline.advanceTo(start + 28 * day);
  const steps = told(world).filter(({ type }) => /Deprecated|Disabled|Deregistered/.test(type));
  expect(steps.map(({ type }) => type)).toEqual(['AMI Deprecated', 'AMI Disabled', 'AMI Deregistered']);
  for (const { at } of steps) {
    const tokyo = new Date(at + 9 * hour);
    expect([tokyo.getUTCDay(), tokyo.getUTCHours() >= 9 && tokyo.getUTCHours() < 15]).toEqual([2, true]);
  }
  expect(only(told(world), 'AMI Action Blocked')).toEqual([]);
});

describe('what runs remember', () => {
  it('is how much they took, each function its own steps, and how many images were in use', async () => {
    const world = await open();
    putInstance(world.aws, world.newer[0]);
    await world.aws.timeline.advanceTo(start + 17 * day);
    const [taken, removed] = await world.engine.ledger.runs();
    expect(taken?.taken).toEqual({ 'deprecate-image web': [1], 'disable-image web': [1], 'approve-removal web': [1] });
    expect(removed?.taken).toEqual({ 'deregister-image web': [1] });
    expect(Object.keys(taken?.inUse ?? {})).toHaveLength(14);
    expect(new Set(Object.values(taken?.inUse ?? {}))).toEqual(new Set([1]));
    expect(removed?.inUse).toEqual({});
  });

  it('stops retirement when the images in use vanish from sight', async () => {
    const world = await open();
    const instance = putInstance(world.aws, world.newer[0]);
    await world.aws.timeline.advanceTo(start + 6 * day);
    world.aws.call('ec2', 'TerminateInstances', { InstanceIds: [instance.id] });
    await world.aws.timeline.advanceTo(start + 12 * day);
    const events = told(world);
    expect(events.filter(({ type }) => /Deprecated|Disabled|Deregistered/.test(type))).toEqual([]);
    expect(only(events, 'AMI Action Blocked').map(({ data }) => data.guards)).toMatchObject([
      [{ code: 'eyes-broken' }],
    ]);
  });
});

it('ends a run with an error where a policy wants no unread source, after everything else is done', async () => {
  const world = await open(', guards: { onUnknown: fail }');
  await world.aws.timeline.advanceTo(start + day);
  await expect(retire(world.engine)).resolves.toBeDefined();
  world.aws.faults.deny('DescribeInstances');
  await world.aws.timeline.advanceTo(start + 8 * day);
  expect(only(told(world), 'AMI Deprecated')).toHaveLength(1);
  await expect(retire(world.engine)).rejects.toThrow(/retire kept what it could not tell: instances in us-east-1/);
  // Nothing is to be removed yet, so `reap` asks nobody who uses what.
  await expect(reap(world.engine)).resolves.toBeDefined();
  world.aws.faults.clear();
  await expect(retire(world.engine)).resolves.toBeDefined();
});
