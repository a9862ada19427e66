import { describe, expect, it, test } from 'vitest';
import type { LocalStack } from '../../cli/worlds/local.ts';
import type { ImageRow, SnapshotRow } from '../../local/ec2/rows.ts';
import type { Switches } from '../../local/kernel/service.ts';
import { carryOut } from '../../shared/engine/carry-out.ts';
import { observe } from '../../shared/engine/observe.ts';
import { lookBack, restore } from '../../shared/engine/restore.ts';
import { imageKey } from '../../shared/model/ids.ts';
import { markPrefix } from '../../shared/model/marks.ts';
import { restoredRest } from '../../shared/model/records.ts';
import { day, hour } from '../../shared/model/time.ts';
import { decide } from '../../shared/rules/decide.ts';
import { emitted, pass } from './demo.ts';
import { idOf, region, stateOf, world } from './retiring.ts';

const old = idOf(10);
const key = imageKey(region, old);
const stranger = '999988887777';
/** While nothing happens, schedules run once a day. */
const aRun = 2 * day;

const rows = <T extends { id: string }>({ aws }: LocalStack, table: string): T[] => [
  ...aws.state.table<T>(table).values(),
];

/** Everything of the image that the ladder may touch, as EC2 has it. Tags of its owners are written down for images alone. */
function seen(stack: LocalStack) {
  const image = rows<ImageRow>(stack, 'images').find(({ id }) => id === old);
  if (!image) return 'gone';
  const { state, permissions, tags, deprecateAt, disks, name } = image;
  const snapshots = rows<SnapshotRow>(stack, 'snapshots')
    .filter(({ id }) => disks.some(({ snapshotId }) => snapshotId === id))
    .map(({ id, tags: own }) => ({ id, marks: Object.entries(own).filter(([name]) => name.startsWith(markPrefix)) }));
  return { state, permissions: [...permissions].sort(), tags, deprecateAt, name, snapshots };
}

/** Shared with somebody whom no policy lists, and kept in use elsewhere so that nobody doubts what is seen. */
async function shared(more: object = {}, change?: (text: string) => string): Promise<LocalStack> {
  const stack = await world({ 10: more }, change);
  stack.aws.call('ec2', 'RunInstances', { ImageId: idOf(12), MinCount: 1, MaxCount: 1 });
  stack.aws.call('ec2', 'ModifyImageAttribute', {
    ImageId: old,
    LaunchPermission: { Add: [{ UserId: stranger }] },
  });
  await pass(stack, hour);
  return stack;
}

async function until(stack: LocalStack, isReached: () => boolean): Promise<void> {
  for (let quarters = 0; !isReached(); quarters += 1) {
    if (quarters > 200) throw new Error('it was never reached');
    await pass(stack, day / 4);
  }
}

const isDeprecated = (stack: LocalStack) => {
  const image = seen(stack);
  return image !== 'gone' && (image.deprecateAt ?? Number.POSITIVE_INFINITY) < stack.aws.timeline.now();
};
const isApproved = (stack: LocalStack) => {
  const image = seen(stack);
  return image !== 'gone' && image.tags['ami-steward:reap'] === 'approved';
};

describe('F62: an image that people restore', () => {
  it.each([
    ['deprecated', isDeprecated],
    ['disabled', (stack: LocalStack) => stateOf(stack, 10) === 'disabled'],
    ['approved for removal', isApproved],
  ])('after it was %s is as it was before, field by field', async (_step, isReached) => {
    const stack = await shared();
    stack.aws.faults.deny('DeregisterImage', { until: Number.POSITIVE_INFINITY });
    const before = seen(stack);
    expect(before).toMatchObject({ permissions: expect.arrayContaining([`account:${stranger}`]) });
    await until(stack, () => isReached(stack));
    expect(seen(stack)).not.toEqual(before);
    await restore(stack.engine, key, 'the audit wants it');
    await pass(stack, aRun);
    expect(seen(stack)).toEqual(before);
    await pass(stack, restoredRest - aRun - day);
    expect(seen(stack)).toEqual(before);
  });

  it('gets back the deprecation that it would have had without us', async () => {
    const later = Date.UTC(2030, 0, 1);
    const stack = await shared({ deprecateAt: later });
    await until(stack, () => isDeprecated(stack));
    await restore(stack.engine, key, 'too early');
    await pass(stack, aRun);
    expect(seen(stack)).toMatchObject({ deprecateAt: later });
  });

  it('goes the whole ladder again once its rest is over, and its owner can read why it stayed', async () => {
    const stack = await shared();
    await until(stack, () => stateOf(stack, 10) === 'disabled');
    await restore(stack.engine, key, 'the audit wants it');
    await pass(stack, aRun);
    const inventory = await observe(stack.engine, { scope: 'account', grants: 'all', usage: true });
    const { verdicts } = decide(inventory, stack.engine.policy, stack.aws.timeline.now());
    expect(verdicts.find(({ image }) => image === key)?.reasons).toContainEqual(
      expect.objectContaining({ code: 'restored' }),
    );
    await pass(stack, restoredRest + 30 * day);
    expect(stateOf(stack, 10)).toBe('gone');
  });

  it('is told of, and so is who has it back', async () => {
    const stack = await shared();
    await until(stack, () => stateOf(stack, 10) === 'disabled');
    await restore(stack.engine, key, 'the audit wants it');
    await pass(stack, aRun);
    const events = emitted(stack).filter(({ data }) => data.imageId === old);
    const told = events.filter(({ type }) => type === 'AMI Restored').map(({ data }) => data.undone);
    expect([...told].sort()).toEqual(['deprecate', 'disable']);
    expect(events.filter(({ type, data }) => type === 'AMI Shared' && data.returned === true)).toMatchObject([
      { data: { added: expect.arrayContaining([`account:${stranger}`, 'account:222233334444']) } },
    ]);
  });

  it('does not get back what we gave to somebody whom no policy lists any more', async () => {
    const stack = await shared();
    await until(stack, () => stateOf(stack, 10) === 'disabled');
    const { engine } = stack;
    const policies = engine.policy.policies.map((one) => ({ ...one, share: { ...one.share, with: [] } }));
    (engine as { policy: unknown }).policy = { ...engine.policy, policies };
    await restore(engine, key, 'the audit wants it');
    await pass(stack, aRun);
    expect(seen(stack)).toMatchObject({ state: 'available', permissions: [`account:${stranger}`] });
  });

  it('stays disabled where somebody else did that', async () => {
    const stack = await shared();
    stack.aws.call('ec2', 'DisableImage', { ImageId: old });
    await restore(stack.engine, key, 'the audit wants it');
    await pass(stack, aRun);
    expect(stateOf(stack, 10)).toBe('disabled');
  });
});

describe('F62: whatever call the restoring run dies at', () => {
  const calls = ['DeleteTags', 'EnableImage', 'ModifyImageAttribute', 'DisableImageDeprecation'];
  it.each(calls.flatMap((call) => [`before ${call}`, `after ${call}`]))(
    'the next one finishes it: %s',
    async (where) => {
      const stack = await shared();
      stack.aws.faults.deny('DeregisterImage', { until: Number.POSITIVE_INFINITY });
      const before = seen(stack);
      await until(stack, () => isApproved(stack));
      await restore(stack.engine, key, 'the audit wants it');
      const [side, operation] = where.split(' ');
      let crashed = 0;
      stack.aws.interceptor = (call, perform) => {
        if (call.operation !== operation || crashed > 0) return perform();
        crashed += 1;
        if (side === 'after') perform();
        throw new Error('the function is gone');
      };
      await pass(stack, aRun);
      expect(crashed).toBe(1);
      stack.aws.interceptor = (_call, perform) => perform();
      await pass(stack, day);
      expect(seen(stack)).toEqual(before);
    },
  );
});

describe('the Recycle Bin', () => {
  const short = (text: string) => text;
  async function binned(switches: Partial<Switches>): Promise<{ stack: LocalStack; before: ReturnType<typeof seen> }> {
    const stack = await shared({}, short);
    Object.assign(stack.aws.switches, switches);
    const RetentionPeriod = { RetentionPeriodValue: 14, RetentionPeriodUnit: 'DAYS' };
    for (const ResourceType of ['EC2_IMAGE', 'EBS_SNAPSHOT'])
      stack.aws.call('rbin', 'CreateRule', { ResourceType, RetentionPeriod });
    const before = seen(stack);
    await until(stack, () => stateOf(stack, 10) === 'gone');
    return { stack, before };
  }

  async function recover(stack: LocalStack) {
    const { engine } = stack;
    const inventory = await observe(engine, { scope: 'account', grants: 'all', usage: true });
    const { actions, lost } = await lookBack(engine, key);
    await restore(engine, key, 'a fleet needs it after all');
    const plan = { ...decide(inventory, engine.policy, stack.aws.timeline.now()), actions };
    const { outcomes } = await carryOut(engine, { inventory, plan }, () => true);
    return { outcomes, lost };
  }

  it.each<[string, Partial<Switches>]>([
    ['nothing but the image', { restoreKeepsTags: false, restoreKeepsPermissions: false, restoreKeepsDisabled: true }],
    ['it with its tags', { restoreKeepsTags: true, restoreKeepsDeprecation: true }],
    ['it available', { restoreKeepsDisabled: false }],
    ['it available, and tells nobody', { restoreKeepsDisabled: false, restoreIsAnnounced: false }],
  ])('gives %s back, and the image is as it was before', async (_what, switches) => {
    const { stack, before } = await binned(switches);
    const { outcomes, lost } = await recover(stack);
    expect(outcomes).toMatchObject([{ status: 'done' }]);
    expect(lost).toEqual([]);
    await pass(stack, aRun);
    expect(seen(stack)).toEqual(before);
    await pass(stack, 20 * day);
    expect(seen(stack)).toEqual(before);
  });

  it('F63: gives nothing back once the time is over, which is said', async () => {
    const { stack } = await binned({});
    await pass(stack, 15 * day);
    expect(await lookBack(stack.engine, key)).toMatchObject({
      actions: [],
      lost: [{ image: key, why: expect.stringContaining('the Recycle Bin does not have it') }],
    });
  });

  it('F63: does not bring back an image whose name is taken by now', async () => {
    const { stack, before } = await binned({ binHoldsName: false });
    await pass(stack, day);
    const name = before === 'gone' ? '' : before.name;
    stack.aws.call('ec2', 'RegisterImage', {
      Name: name,
      RootDeviceName: '/dev/xvda',
      BlockDeviceMappings: [
        { DeviceName: '/dev/xvda', Ebs: { SnapshotId: rows<SnapshotRow>(stack, 'snapshots')[0]?.id } },
      ],
    });
    const { outcomes } = await recover(stack);
    expect(outcomes).toMatchObject([{ status: 'blocked', detail: { why: expect.stringContaining('already in use') } }]);
    expect((await stack.engine.ledger.image(key))?.goneAt).toBeDefined();
  });
});

test('an image that turns out to be used although it was disabled as unused comes back by itself, with its shares', async () => {
  const stack = await shared();
  const before = seen(stack);
  await until(stack, () => stateOf(stack, 10) === 'disabled');
  stack.aws.call('ec2', 'CreateLaunchTemplate', { LaunchTemplateName: 'late', LaunchTemplateData: { ImageId: old } });
  await pass(stack, aRun);
  const after = seen(stack);
  expect(after).toMatchObject({ state: 'available', ...(before !== 'gone' && { permissions: before.permissions }) });
  await pass(stack, 30 * day);
  expect(stateOf(stack, 10)).toBe('available');
});
