import { describe, expect, it } from 'vitest';
import type { LocalStack } from '../../cli/worlds/local.ts';
import type { ImageRow, SnapshotRow } from '../../local/ec2/rows.ts';
import { AwsError } from '../../local/kernel/service.ts';
import { imageKey } from '../../shared/model/ids.ts';
import { day, hour } from '../../shared/model/time.ts';
import { chatNotice, mailNotice } from '../../shared/rules/notice-text.ts';
import { emitted, pass } from './demo.ts';
import { account, idOf, region, stateOf, world } from './retiring.ts';
import { around, subjectOf, watched } from './watched.ts';

const old = idOf(10);
const key = imageKey(region, old);

const snapshotOf = ({ aws }: LocalStack): string => {
  const [row] = [...aws.state.table<ImageRow>('images').values()].filter(({ id }) => id === old);
  return row?.disks[0]?.snapshotId ?? '';
};
const isThere = ({ aws }: LocalStack, id: string): boolean =>
  aws.state.table<SnapshotRow>('snapshots').has(`${account}/${region}/${id}`);
const pending = async ({ engine }: LocalStack) => (await engine.ledger.image(key))?.pendingSnapshots;
/** What was told of snapshots that stay. */
const told = (stack: LocalStack) =>
  emitted(stack).filter(({ type, data }) => type === 'AMI Action Blocked' && data.step === 'delete-snapshots');
const codesIn = (stack: LocalStack) =>
  told(stack).map(({ data }) => (data.reasons as { code: string }[]).map(({ code }) => code));

async function untilGone(stack: LocalStack): Promise<void> {
  for (let quarters = 0; stateOf(stack, 10) !== 'gone'; quarters += 1) {
    if (quarters > 200) throw new Error('it never left');
    await pass(stack, day / 4);
  }
}

describe('F52: a function that dies', () => {
  it.each(['before', 'after'] as const)('%s deregistering leaves no snapshot behind', async (when) => {
    const stack = await world();
    const snapshot = snapshotOf(stack);
    let crashed = 0;
    around(stack.aws, ({ operation, input }, perform) => {
      if (operation !== 'DeregisterImage' || (input as { DryRun?: true }).DryRun || crashed > 0) return perform();
      crashed += 1;
      if (when === 'after') perform();
      throw new Error('the function is gone');
    });
    await untilGone(stack);
    await pass(stack, 4 * day);
    expect([crashed, isThere(stack, snapshot), await pending(stack)]).toEqual([1, false, []]);
  });

  it('after deregistering, which kept its snapshot for now, has it deleted later from what was written ahead', async () => {
    const stack = await world();
    const snapshot = snapshotOf(stack);
    let crashed = 0;
    around(stack.aws, (call, perform) => {
      const { operation, input } = call;
      if (operation !== 'DeregisterImage' || (input as { DryRun?: true }).DryRun || crashed > 0) return perform();
      crashed += 1;
      stack.aws.call('ec2', operation, { ImageId: old }, { region });
      throw new Error('the function is gone');
    });
    const deleted = watched(stack.aws, ({ operation }) => operation === 'DeleteSnapshot');
    await untilGone(stack);
    await pass(stack, 4 * day);
    expect(isThere(stack, snapshot)).toBe(false);
    expect(deleted.map(subjectOf)).toEqual([snapshot]);
  });
});

describe('F53: a snapshot that does not go with its image', () => {
  it.each(['internal-error', 'client-error', 'missing-permissions'])(
    'because of %s is told, and deleted by a later run',
    async (code) => {
      const stack = await world();
      const snapshot = snapshotOf(stack);
      stack.aws.state.table('injected').set(`deregister-snapshot/${region}`, { remaining: 1, message: code });
      await untilGone(stack);
      const [deregistered] = emitted(stack).filter(({ type }) => type === 'AMI Deregistered');
      expect(deregistered?.data.snapshots).toEqual([{ id: snapshot, result: code }]);
      const said = `snapshot ${snapshot} is still there: ${code}`;
      expect(mailNotice([deregistered] as never).text).toContain(said);
      expect(chatNotice([deregistered] as never)).toContain(said);
      await pass(stack, 3 * day);
      expect([isThere(stack, snapshot), await pending(stack)]).toEqual([false, []]);
    },
  );

  it('because another image uses it stays for good, and is told as skipped', async () => {
    const stack = await world();
    const SnapshotId = snapshotOf(stack);
    stack.aws.call('ec2', 'RegisterImage', {
      Name: 'borrowed',
      RootDeviceName: '/dev/xvda',
      BlockDeviceMappings: [{ DeviceName: '/dev/xvda', Ebs: { SnapshotId } }],
    });
    await untilGone(stack);
    await pass(stack, 5 * day);
    expect([isThere(stack, SnapshotId), await pending(stack)]).toEqual([true, []]);
    const [deregistered] = emitted(stack).filter(({ type }) => type === 'AMI Deregistered');
    expect(deregistered?.data.snapshots).toEqual([{ id: SnapshotId, result: 'skipped' }]);
  });

  it('and that no role may delete is told once, asked for once a day, and goes when that was mended', async () => {
    const stack = await world();
    const snapshot = snapshotOf(stack);
    stack.aws.state
      .table('injected')
      .set(`deregister-snapshot/${region}`, { remaining: 1, message: 'missing-permissions' });
    const until = stack.aws.timeline.now() + 60 * day;
    stack.aws.faults.deny('DeleteSnapshot', { until });
    await untilGone(stack);
    await pass(stack, 2 * day);
    const asked = watched(stack.aws, ({ operation }) => operation === 'DeleteSnapshot');
    for (let hours = 0; hours < 10 * 24; hours += 1) {
      await pass(stack, hour);
      stack.aws.stir();
    }
    expect([isThere(stack, snapshot), await pending(stack)]).toEqual([true, [snapshot]]);
    expect(asked.length).toBeGreaterThanOrEqual(8);
    expect(asked.length).toBeLessThanOrEqual(11);
    expect(codesIn(stack)).toEqual([['snapshot-refused']]);
    await stack.aws.timeline.advanceTo(until + 3 * day);
    expect([isThere(stack, snapshot), await pending(stack)]).toEqual([false, []]);
  });
});

describe('F54: a snapshot that EC2 takes for used although its image is gone', () => {
  const inUse = (stack: LocalStack, until: number) =>
    around(stack.aws, ({ operation }, perform) => {
      if (operation === 'DeleteSnapshot' && stack.aws.timeline.now() < until)
        throw new AwsError('InvalidSnapshot.InUse', `The snapshot is currently in use by ${old}`);
      return perform();
    });
  const leftOver = async (): Promise<{ stack: LocalStack; snapshot: string; goneAt: number }> => {
    const stack = await world();
    const snapshot = snapshotOf(stack);
    stack.aws.state.table('injected').set(`deregister-snapshot/${region}`, { remaining: 1, message: 'internal-error' });
    inUse(stack, Number.POSITIVE_INFINITY);
    while (stateOf(stack, 10) !== 'gone') await pass(stack, hour);
    return { stack, snapshot, goneAt: (await stack.engine.ledger.image(key))?.goneAt ?? 0 };
  };

  it('is tried again for a day, and told as kept after that', async () => {
    const { stack, snapshot, goneAt } = await leftOver();
    while (stack.aws.timeline.now() < goneAt + day - 2 * hour) {
      await pass(stack, hour);
      stack.aws.stir();
    }
    expect([await pending(stack), codesIn(stack)]).toEqual([[snapshot], []]);
    await pass(stack, 3 * day);
    expect([await pending(stack), codesIn(stack)]).toEqual([[], [['snapshot-shared']]]);
    const text = mailNotice(told(stack) as never).text;
    expect(text).toContain(`another image uses ${snapshot}, which stays with it`);
    await pass(stack, 5 * day);
    expect(codesIn(stack)).toHaveLength(1);
  });

  it('goes as soon as EC2 lets it go', async () => {
    const { stack, snapshot } = await leftOver();
    stack.aws.interceptor = (_call, perform) => perform();
    stack.aws.stir();
    await pass(stack, 3 * hour);
    expect([isThere(stack, snapshot), await pending(stack), codesIn(stack)]).toEqual([false, [], []]);
  });
});

describe('F56: a locked snapshot', () => {
  const lock = (stack: LocalStack, SnapshotId: string, LockDuration: number) =>
    stack.aws.call('ec2', 'LockSnapshot', { SnapshotId, LockMode: 'compliance', LockDuration }, { region });

  it('keeps its image from being removed until the lock expires; no call is refused meanwhile, and nobody unlocks it', async () => {
    const stack = await world();
    const snapshot = snapshotOf(stack);
    lock(stack, snapshot, 60);
    const tried = watched(stack.aws, ({ operation }) => /Deregister|DeleteSnapshot|UnlockSnapshot/.test(operation));
    await pass(stack, 58 * day);
    expect(stateOf(stack, 10)).toBe('disabled');
    expect(tried).toEqual([]);
    const holds = emitted(stack).filter(({ data }) => JSON.stringify(data.guards ?? []).includes('snapshot-locked'));
    expect(holds).toHaveLength(1);
    expect(mailNotice(holds as never).text).toContain(`somebody has locked ${snapshot} of ${key} until 2026`);
    await pass(stack, 10 * day);
    expect([stateOf(stack, 10), isThere(stack, snapshot)]).toEqual(['gone', false]);
  });

  it('keeps its image while nobody may say which snapshots are locked', async () => {
    const stack = await world();
    const until = stack.aws.timeline.now() + 30 * day;
    stack.aws.faults.deny('DescribeLockedSnapshots', { until });
    await pass(stack, 30 * day);
    expect(stateOf(stack, 10)).toBe('disabled');
    await pass(stack, 10 * day);
    expect(stateOf(stack, 10)).toBe('gone');
  });

  it('that was locked in the moment of the act waits without a call until it is free, and is told of once', async () => {
    const stack = await world();
    const snapshot = snapshotOf(stack);
    let locked = false;
    around(stack.aws, ({ operation, input }, perform) => {
      if (operation === 'DeregisterImage' && !(input as { DryRun?: true }).DryRun && !locked) {
        locked = true;
        lock(stack, snapshot, 20);
      }
      return perform();
    });
    const deleted = watched(stack.aws, ({ operation }) => operation === 'DeleteSnapshot');
    await untilGone(stack);
    await pass(stack, 18 * day);
    expect([deleted.length, await pending(stack), codesIn(stack)]).toEqual([0, [snapshot], [['snapshot-locked']]]);
    await pass(stack, 6 * day);
    expect([isThere(stack, snapshot), await pending(stack)]).toEqual([false, []]);
  });
});
