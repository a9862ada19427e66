import { describe, expect, it } from 'vitest';
import type { LocalStack } from '../../cli/worlds/local.ts';
import { type ImageRow, rowsIn } from '../../local/ec2/rows.ts';
import { day, hour, minute } from '../../shared/model/time.ts';
import { abroad, build, changing, copiesIn, copying, deadLetters, intentOf, keyOfRow, watch } from './copying.ts';
import { home, pass, told } from './support.ts';

const sourceTaken = { deregistered: 'DeregisterImage', disabled: 'DisableImage' } as const;

const take = ({ aws }: LocalStack, image: ImageRow, how: keyof typeof sourceTaken): unknown =>
  aws.call('ec2', sourceTaken[how], { ImageId: image.id }, { region: home });

describe.each(['deregistered', 'disabled'] as const)('a copy whose source is %s while it is under way', (how) => {
  it('F19: is kept when it finishes, and is the last one', async () => {
    const stack = await copying({ to: [abroad, 'us-west-2'] });
    const { aws, engine, workQueue } = stack;
    aws.faults.outage('us-west-2', { until: aws.timeline.now() + hour });
    const image = build(aws);
    await pass(aws, minute);
    expect(copiesIn(aws, abroad)).toMatchObject([{ state: 'pending' }]);
    take(stack, image, how);
    await pass(aws, 3 * day);
    expect(copiesIn(aws, abroad)).toMatchObject([{ state: 'available' }]);
    expect(copiesIn(aws, 'us-west-2')).toEqual([]);
    expect(await intentOf(stack, image)).toMatchObject({ state: 'copied' });
    const { goneAt, disabledAt } = (await engine.ledger.image(keyOfRow(image))) ?? {};
    expect(goneAt !== undefined).toBe(how === 'deregistered');
    expect(disabledAt).toBeUndefined();
    expect(deadLetters(aws, workQueue)).toEqual([]);
    const calls = watch(aws);
    await pass(aws, 2 * day);
    expect(changing(calls)).toEqual([]);
  });
});

const failing = async (times: number, how: keyof typeof sourceTaken) => {
  const stack = await copying();
  const { aws } = stack;
  aws.state.table('injected').set(`fail-copy/${abroad}`, { remaining: times, message: 'internal error' });
  const image = build(aws, { disks: [{ sizeGiB: 60 }] });
  await pass(aws, 10 * minute);
  take(stack, image, how);
  await pass(aws, day);
  expect(copiesIn(aws, abroad)).toEqual([]);
  expect(deadLetters(aws, stack.workQueue)).toEqual([]);
  return { ...stack, stack, image };
};

describe('a copy that fails while its source', () => {
  it('F19: is gone ends for good, with that as the reason, and leaves nothing behind', async () => {
    const { aws, stack, image } = await failing(9, 'deregistered');
    const reason = 'internal error; its source image is gone';
    expect(await intentOf(stack, image)).toMatchObject({ state: 'abandoned', generation: 1, reason });
    expect(told(aws, 'AMI Copy Failed')).toMatchObject([{ target: abroad, attempt: 1, final: true, error: reason }]);
    expect(rowsIn(aws, 'snapshots', abroad)).toEqual([]);
    const calls = watch(aws);
    await pass(aws, 2 * day);
    expect(changing(calls)).toEqual([]);
  });

  it('F19: is disabled is not tried again until somebody enables that source', async () => {
    const { aws, stack, image } = await failing(1, 'disabled');
    expect(await intentOf(stack, image)).toMatchObject({ state: 'failed', generation: 1 });
    const calls = watch(aws);
    await pass(aws, 2 * day);
    expect(changing(calls)).toEqual([]);
    aws.call('ec2', 'EnableImage', { ImageId: image.id }, { region: home });
    await pass(aws, 6 * hour);
    expect(copiesIn(aws, abroad)).toMatchObject([{ state: 'available', sourceImageId: image.id }]);
  });

  it('F19: goes before it is even asked for ends too, and goes on if the Recycle Bin gives the source back', async () => {
    const stack = await copying();
    const { aws } = stack;
    aws.call('rbin', 'CreateRule', {
      ResourceType: 'EC2_IMAGE',
      RetentionPeriod: { RetentionPeriodValue: 7, RetentionPeriodUnit: 'DAYS' },
    });
    await pass(aws, hour);
    aws.faults.throttle('CopyImage', { until: aws.timeline.now() + hour });
    const image = build(aws);
    await pass(aws, 10 * minute);
    take(stack, image, 'deregistered');
    await pass(aws, hour);
    const ended = { state: 'abandoned', reason: 'its source image is gone' };
    expect(await intentOf(stack, image)).toMatchObject(ended);
    expect(told(aws, 'AMI Copy Failed')).toMatchObject([{ final: true, error: ended.reason }]);
    aws.call('ec2', 'RestoreImageFromRecycleBin', { ImageId: image.id }, { region: home });
    await pass(aws, 3 * day);
    expect(copiesIn(aws, abroad)).toMatchObject([{ state: 'available', sourceImageId: image.id }]);
  });
});
