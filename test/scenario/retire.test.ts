import { describe, expect, it } from 'vitest';
import type { LocalStack } from '../../cli/worlds/local.ts';
import { putImage } from '../../local/ec2/fixtures.ts';
import { imageKey } from '../../shared/model/ids.ts';
import { marksFor } from '../../shared/model/marks.ts';
import { day } from '../../shared/model/time.ts';
import { emitted, pass, sharees } from './demo.ts';
import { account, idOf, region, stateOf, world } from './retiring.ts';

const eventsAbout = (stack: LocalStack, generation: number): string[] =>
  emitted(stack)
    .filter(({ data }) => data.imageId === idOf(generation))
    .map(({ type }) => type);

describe('a superseded image', () => {
  it('passes every step of the ladder and then is gone with its snapshots; the newest stay', async () => {
    const stack = await world();
    await pass(stack, 30 * day);
    expect([10, 11, 12].map((generation) => stateOf(stack, generation))).toEqual(['gone', 'available', 'available']);
    expect(eventsAbout(stack, 10)).toEqual([
      'AMI Observed',
      'AMI Shared',
      'AMI Deprecated',
      'AMI Disabled',
      'AMI Deregistered',
    ]);
    const snapshots = [...stack.aws.state.table<{ description: string }>('snapshots').values()];
    expect(snapshots.filter(({ description }) => description.includes(idOf(10)))).toEqual([]);
  });

  it('waits on each step as long as the policy says, and a week disabled once it was shared', async () => {
    const stack = await world();
    await pass(stack, 30 * day);
    const history = await stack.engine.ledger.history(imageKey(region, idOf(10)));
    const at = (what: string): number => history.find((entry) => entry.what === what)?.at ?? Number.NaN;
    expect(at('disable-image') - at('deprecate-image')).toBeGreaterThanOrEqual(day);
    expect(at('deregister-image') - at('disable-image')).toBeGreaterThanOrEqual(7 * day);
  });

  it('has its launch permissions written down before they are wiped', async () => {
    const stack = await world();
    await pass(stack, day * 10);
    expect(stateOf(stack, 10)).toBe('disabled');
    expect(sharees(stack, region, idOf(10))).toEqual([]);
    const record = await stack.engine.ledger.image(imageKey(region, idOf(10)));
    expect(record?.savedGrants).toContain('account:222233334444');
  });
});

describe('an image that somebody may still need', () => {
  it('F43: stays while an instance in any state but terminated uses it', async () => {
    const stack = await world();
    const { Instances } = stack.aws.call('ec2', 'RunInstances', { ImageId: idOf(10), MinCount: 1, MaxCount: 1 }) as {
      Instances: { InstanceId: string }[];
    };
    const ids = { InstanceIds: Instances.map(({ InstanceId }) => InstanceId) };
    // Another image stays in use, or nothing in use at all would look like broken eyes.
    stack.aws.call('ec2', 'RunInstances', { ImageId: idOf(12), MinCount: 1, MaxCount: 1 });
    await pass(stack, day / 2);
    stack.aws.call('ec2', 'StopInstances', ids);
    await pass(stack, 30 * day);
    expect(stateOf(stack, 10)).toBe('available');
    expect(eventsAbout(stack, 10)).toContain('AMI Action Blocked');
    stack.aws.call('ec2', 'TerminateInstances', ids);
    await pass(stack, 30 * day);
    expect(stateOf(stack, 10)).toBe('gone');
  });

  it('F35: stays while an old version of a launch template names it', async () => {
    const stack = await world();
    const name = { LaunchTemplateName: 'old' };
    stack.aws.call('ec2', 'CreateLaunchTemplate', { ...name, LaunchTemplateData: { ImageId: idOf(10) } });
    stack.aws.call('ec2', 'CreateLaunchTemplateVersion', { ...name, LaunchTemplateData: { ImageId: idOf(12) } });
    stack.aws.call('ec2', 'ModifyLaunchTemplate', { ...name, DefaultVersion: '2' });
    await pass(stack, 30 * day);
    expect(stateOf(stack, 10)).toBe('available');
  });

  it.each(['DescribeInstances', 'DescribeLaunchTemplates', 'DescribeLaunchTemplateVersions'])(
    'F38: stays while %s is denied, and leaves once it answers',
    async (operation) => {
      const stack = await world();
      stack.aws.faults.deny(operation, { until: stack.aws.timeline.now() + 20 * day });
      await pass(stack, 20 * day);
      expect(stateOf(stack, 10)).toBe('available');
      await pass(stack, 20 * day);
      expect(stateOf(stack, 10)).toBe('gone');
    },
  );

  it('F57: stays while it is protected against deregistration', async () => {
    const stack = await world({ 10: { protection: { mode: 'enabled' } } });
    await pass(stack, 30 * day);
    expect(stateOf(stack, 10)).toBe('available');
  });

  it('F42: comes back from disabled by hand and is not taken for approved', async () => {
    const stack = await world();
    await pass(stack, day * 10);
    stack.aws.call('ec2', 'EnableImage', { ImageId: idOf(10) });
    stack.aws.call('ec2', 'RunInstances', { ImageId: idOf(10), MinCount: 1, MaxCount: 1 });
    await pass(stack, 30 * day);
    expect(stateOf(stack, 10)).toBe('available');
  });
});

describe('the breaker', () => {
  it('F45: halts the whole plan when too much of a family would leave at once', async () => {
    const stack = await world();
    const { aws } = stack;
    for (let i = 1; i <= 9; i++) {
      const id = `ami-0f${i}000000000a1b2c`;
      const createdAt = aws.timeline.now() - (100 + i) * day;
      const tags = { Team: 'platform', Family: 'web', ...marksFor(imageKey(region, id), createdAt, 'golden-al2023') };
      putImage(aws, { account, region, id, name: `golden-al2023-x${i}`, createdAt, tags });
    }
    await pass(stack, 20 * day);
    const deprecated = emitted(stack).filter(({ type }) => type === 'AMI Deprecated');
    expect(deprecated).toEqual([]);
    expect(
      emitted(stack).some(
        ({ type, data }) => type === 'AMI Action Blocked' && JSON.stringify(data.guards).includes('breaker'),
      ),
    ).toBe(true);
  });
});
