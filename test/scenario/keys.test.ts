import { describe, expect, it } from 'vitest';
import type { LocalStack } from '../../cli/worlds/local.ts';
import { measuresOf } from '../../functions/measures.ts';
import { keyArn, saveKeyRow } from '../../local/ec2/keys.ts';
import type { ImageRow } from '../../local/ec2/rows.ts';
import type { Published } from '../../local/services/sns.ts';
import { retire } from '../../shared/engine/take.ts';
import { day } from '../../shared/model/time.ts';
import { type Plot, plots, stateOf } from './guarded.ts';
import { account, home, pass, told } from './support.ts';
import { takes, watched } from './watched.ts';

const topic = `arn:aws:sns:${home}:${account}:alerts`;
const key = keyArn({ account, region: home }, 'alias/golden');

/** One old image under a key of ours. */
async function world(): Promise<{ stack: LocalStack; plot: Plot; turn: (disabled: boolean) => void }> {
  const { stack, plots: all } = await plots({ web: { lines: `notify: [{ on: [blocked], sns: "${topic}" }]` } });
  const [plot] = all;
  if (!plot) throw new Error('no plot');
  stack.aws.call('sns', 'CreateTopic', { Name: 'alerts' });
  const images = stack.aws.state.table<ImageRow>('images');
  const disks = plot.old.disks.map((disk) => ({ ...disk, encrypted: true, kmsKeyId: key }));
  images.set(`${account}/${home}/${plot.old.id}`, { ...plot.old, disks });
  return { stack, plot, turn: (disabled) => saveKeyRow(stack.aws, key, { disabled }) };
}

const until = async ({ aws }: LocalStack, isReached: () => boolean): Promise<void> => {
  for (let days = 0; !isReached(); days += 1) {
    if (days > 60) throw new Error('it was never reached');
    await pass(aws, day);
  }
};

describe('F61: an image under a key that is disabled or being deleted', () => {
  it('is not disabled, and leaves once the key works again', async () => {
    const { stack, plot, turn } = await world();
    turn(true);
    const taken = watched(stack.aws, takes);
    await pass(stack.aws, 30 * day);
    expect([stateOf(stack.aws, plot.old), taken]).toEqual(['available', []]);
    turn(false);
    await pass(stack.aws, 30 * day);
    expect(stateOf(stack.aws, plot.old)).toBe('gone');
  });

  it('is not removed either, once it was disabled', async () => {
    const { stack, plot, turn } = await world();
    await until(stack, () => stateOf(stack.aws, plot.old) === 'disabled');
    turn(true);
    const taken = watched(stack.aws, takes);
    await pass(stack.aws, 30 * day);
    expect([stateOf(stack.aws, plot.old), taken]).toEqual(['disabled', []]);
  });

  it('is told to people once, in plain words, and rings the alarm for as long as it lasts', async () => {
    const { stack, turn } = await world();
    turn(true);
    await until(stack, () => told(stack.aws, 'AMI Action Blocked').length > 0);
    await pass(stack.aws, 10 * day);
    expect(told(stack.aws, 'AMI Action Blocked')).toMatchObject([
      { status: 'held', guards: [{ code: 'key-disabled' }] },
    ]);
    const [mail, ...more] = [...stack.aws.state.table<Published>('sns-messages').values()];
    expect(more).toEqual([]);
    expect(mail?.message).toContain(`key ${key} is disabled or being deleted, so nobody can launch it`);
    const report = await retire(stack.engine);
    expect(measuresOf(report)).toContainEqual(['ActionsBlocked', 1]);
    turn(false);
    expect(measuresOf(await retire(stack.engine)).map(([name]) => name)).not.toContain('ActionsBlocked');
  });

  it('is not called restorable from the Recycle Bin', async () => {
    const { stack, plot, turn } = await world();
    for (const ResourceType of ['EC2_IMAGE', 'EBS_SNAPSHOT'])
      stack.aws.call('rbin', 'CreateRule', {
        ResourceType,
        RetentionPeriod: { RetentionPeriodValue: 14, RetentionPeriodUnit: 'DAYS' },
      });
    stack.aws.faults.deny('DeregisterImage');
    const claims = async () => {
      const { plan } = await retire(stack.engine);
      const steps = [...plan.actions, ...plan.held.map(({ step, why }) => ({ kind: step, why }))];
      return steps.filter(({ kind }) => kind === 'deregister-image').map(({ why }) => why.map(({ code }) => code));
    };
    await until(
      stack,
      () =>
        stack.aws.state.table<ImageRow>('images').get(`${account}/${home}/${plot.old.id}`)?.tags?.[
          'ami-steward:reap'
        ] === 'approved',
    );
    await pass(stack.aws, day);
    expect((await claims())[0]).toContain('bin-keeps');
    turn(true);
    expect((await claims())[0]).not.toContain('bin-keeps');
  });

  it('stays where nobody may ask about the key', async () => {
    const { stack, plot } = await world();
    stack.aws.faults.deny('DescribeKey', { until: stack.aws.timeline.now() + 30 * day });
    await pass(stack.aws, 30 * day);
    expect(stateOf(stack.aws, plot.old)).toBe('available');
    expect(JSON.stringify(told(stack.aws, 'AMI Action Blocked'))).toContain('key-state-unknown');
    await pass(stack.aws, 30 * day);
    expect(stateOf(stack.aws, plot.old)).toBe('gone');
  });
});
