import { describe, expect, it } from 'vitest';
import type { LocalStack } from '../../cli/worlds/local.ts';
import { AwsError } from '../../local/kernel/service.ts';
import { imageKey } from '../../shared/model/ids.ts';
import { approved, mark } from '../../shared/model/marks.ts';
import { settlingTime } from '../../shared/model/records.ts';
import { day, hour, minute } from '../../shared/model/time.ts';
import { type Plot, type PlotSetting, plots, stateOf } from './guarded.ts';
import { launchPermissions, openWith, pass, putWeb, sharee, told } from './support.ts';
import { around, subjectOf, takes, watched } from './watched.ts';

async function one(setting: PlotSetting = {}): Promise<{ stack: LocalStack; plot: Plot }> {
  const { stack, plots: all } = await plots({ web: setting });
  const [plot] = all;
  if (!plot) throw new Error('no plot');
  return { stack, plot };
}

const launch = ({ call, old }: Plot) => call('ec2', 'RunInstances', { ImageId: old.id, MinCount: 1, MaxCount: 1 });

describe('F42: an image that is launched between the check and the step', () => {
  it('to disable it comes back by itself, and stays while it is used', async () => {
    const { stack, plot } = await one({ shared: true });
    let launched = 0;
    around(stack.aws, ({ operation, input }, perform) => {
      if (operation === 'DisableImage' && !(input as { DryRun?: true }).DryRun && launched === 0) {
        launched += 1;
        launch(plot);
      }
      return perform();
    });
    const taken = watched(stack.aws, ({ operation }) => operation === 'DeregisterImage');
    await pass(stack.aws, 40 * day);
    expect([launched, stateOf(stack.aws, plot.old), taken]).toEqual([1, 'available', []]);
    expect(told(stack.aws, 'AMI Restored')).toMatchObject([{ imageId: plot.old.id, undone: 'disable' }]);
    expect(launchPermissions(stack.aws, plot.old)).toEqual([{ UserId: sharee }]);
  });

  it('to approve or deregister it cannot be, since it is disabled: the launch fails, and the step goes on', async () => {
    const { stack, plot } = await one();
    const refused: string[] = [];
    around(stack.aws, ({ operation }, perform) => {
      if (operation === 'DeregisterImage')
        try {
          launch(plot);
        } catch (error) {
          refused.push((error as AwsError).code);
        }
      return perform();
    });
    await pass(stack.aws, 40 * day);
    expect(new Set(refused)).toEqual(new Set(['InvalidAMIID.Unavailable']));
    expect(stateOf(stack.aws, plot.old)).toBe('gone');
  });

  it('waits disabled for longer than EC2 may lag behind, with a second complete check, before it is removed', async () => {
    const { stack, plot } = await one({
      stages: 'deprecate: { afterSuperseded: 7d }, disable: { afterDeprecated: 1d }, deregister: { afterDisabled: 2d }',
    });
    const times: Record<string, number> = {};
    around(stack.aws, (call, perform) => {
      if (takes(call) && !(call.input as { DryRun?: true }).DryRun) times[call.operation] ??= stack.aws.timeline.now();
      return perform();
    });
    const reads = watched(stack.aws, ({ operation }) => operation === 'DescribeInstances');
    await pass(stack.aws, 40 * day);
    const { DisableImage = 0, CreateTags = 0, DeregisterImage = 0 } = times;
    expect(CreateTags - DisableImage).toBeGreaterThanOrEqual(Math.max(settlingTime, day));
    expect(DeregisterImage).toBeGreaterThanOrEqual(CreateTags);
    expect(reads.length).toBeGreaterThan(2);
    expect(stateOf(stack.aws, plot.old)).toBe('gone');
  });
});

describe('F48: runs that overlap', () => {
  /** Every function twice at once, as far as one thread can. */
  const doubled = ({ aws }: LocalStack): void => {
    aws.runtime.around = async (_name, run) => {
      const [first, second] = await Promise.allSettled([run(), run()]);
      if (first.status === 'rejected') throw first.reason;
      if (second?.status === 'rejected') throw second.reason;
      return first.value;
    };
  };

  it('do each step once, save the shares that the other one wiped, and tell it once', async () => {
    const { stack, plot } = await one({ shared: true });
    doubled(stack);
    const done: string[] = [];
    around(stack.aws, (call, perform) => {
      const result = perform();
      if (takes(call)) done.push(`${call.operation} ${subjectOf(call) ?? 'marks'}`);
      return result;
    });
    for (let days = 0; stateOf(stack.aws, plot.old) !== 'disabled'; days += 1) {
      if (days > 40) throw new Error('it was never disabled');
      await pass(stack.aws, day / 2);
    }
    const saved = (await stack.engine.ledger.image(imageKey(plot.old.region, plot.old.id)))?.savedGrants;
    expect(saved).toEqual([`account:${sharee}`]);
    await pass(stack.aws, 30 * day);
    expect(stateOf(stack.aws, plot.old)).toBe('gone');
    for (const operation of ['DisableImage', 'DeregisterImage'])
      expect(done.filter((one) => one.startsWith(operation))).toEqual([`${operation} ${plot.old.id}`]);
    for (const type of ['AMI Disabled', 'AMI Deregistered']) expect(told(stack.aws, type)).toHaveLength(1);
  });

  it('take no more together than one alone may: what halts one halts both', async () => {
    const stack = await openWith(
      'family: { key: "{nameBase}" }\nretain: { keepLast: 2, stages: { deprecate: { afterSuperseded: 7d } } }',
      undefined,
      { idleEvery: day },
    );
    doubled(stack);
    for (let n = 1; n <= 8; n += 1)
      putWeb(stack.aws, { name: `web-${n}`, createdAt: stack.aws.timeline.now() - (90 - n) * day });
    await pass(stack.aws, 20 * day);
    expect(told(stack.aws, 'AMI Deprecated')).toEqual([]);
    expect(JSON.stringify(told(stack.aws, 'AMI Action Blocked'))).toContain('breaker');
  });
});

describe('F49: a list that breaks off in the middle', () => {
  it('decides nothing in the family, since the newest may be on the page that is missing', async () => {
    const { stack, plot } = await one();
    const until = stack.aws.timeline.now() + 20 * day;
    stack.aws.faults.truncate('DescribeImages', 5);
    for (let n = 0; n < 6; n += 1)
      plot.call('ec2', 'RegisterImage', {
        Name: `zz-${n}`,
        RootDeviceName: '/dev/xvda',
        BlockDeviceMappings: [{ DeviceName: '/dev/xvda', Ebs: { SnapshotId: plot.newest.disks[0]?.snapshotId } }],
      });
    let broken = 0;
    around(stack.aws, ({ operation, input }, perform) => {
      if (operation !== 'DescribeImages' || !(input as { NextToken?: string }).NextToken) return perform();
      if (stack.aws.timeline.now() >= until) return perform();
      broken += 1;
      throw new AwsError('InternalError', 'An internal error has occurred', 500);
    });
    const taken = watched(stack.aws, (call) => takes(call) || call.operation === 'EnableImageDeprecation');
    await stack.aws.timeline.advanceTo(until - minute);
    expect(broken).toBeGreaterThan(0);
    expect(taken).toEqual([]);
    await pass(stack.aws, 30 * day);
    expect(stateOf(stack.aws, plot.old)).toBe('gone');
  });
});

it('F48: an approval that only the mark says, and no record of a run, counts for nothing', async () => {
  const { stack, plot } = await one();
  for (let days = 0; stateOf(stack.aws, plot.old) !== 'disabled'; days += 1) {
    if (days > 40) throw new Error('it was never disabled');
    await pass(stack.aws, hour * 6);
  }
  plot.call('ec2', 'CreateTags', { Resources: [plot.old.id], Tags: [{ Key: mark.reap, Value: approved }] });
  await pass(stack.aws, 3 * day);
  expect(stateOf(stack.aws, plot.old)).toBe('disabled');
});
