import { describe, expect, it } from 'vitest';
import { AwsError } from '../../local/kernel/service.ts';
import { defaultBudget } from '../../shared/aws/retry.ts';
import { hour, minute, second } from '../../shared/model/time.ts';
import { abroad, build, copiesIn, copying, deadLetters, intentOf, named, type SeenCall, watch } from './copying.ts';
import { pass, told } from './support.ts';

/** EC2's bucket for CopyImage: so many at once, and one more for each second. */
const bucket = { size: 100, perSecond: 1 };

/** The fewest tokens that were left after any of these calls. */
function leastLeft(calls: readonly SeenCall[]): number {
  let [tokens, least, last] = [bucket.size, bucket.size, calls[0]?.at ?? 0];
  for (const { at } of calls) {
    tokens = Math.min(bucket.size, tokens + ((at - last) / second) * bucket.perSecond) - 1;
    last = at;
    least = Math.min(least, tokens);
  }
  return least;
}

const tokenOf = ({ input }: SeenCall): string => (input as { ClientToken: string }).ClientToken;

/** The most calls that fall into any stretch of that length. */
const mostWithin = (calls: readonly SeenCall[], length: number): number =>
  Math.max(...calls.map(({ at }) => calls.filter((other) => other.at >= at && other.at < at + length).length));

describe('a hundred images that are built at once', () => {
  it('F20: are copied once each after two hours of throttling, and EC2 is never asked faster than it allows', async () => {
    const stack = await copying({ copy: ', maxInFlight: 20, maxPerDay: 1000' });
    const { aws, workQueue } = stack;
    const calls = watch(aws);
    aws.faults.throttle('CopyImage', { until: aws.timeline.now() + 2 * hour });
    const images = Array.from({ length: 100 }, (_none, n) => build(aws, { name: `web-${n}` }));
    await pass(aws, 2 * hour - minute);
    expect(copiesIn(aws, abroad)).toHaveLength(0);
    await pass(aws, 3 * hour);
    const asked = named(calls, 'CopyImage');
    for (const one of Map.groupBy(asked, tokenOf).values())
      expect(mostWithin(one, 5 * minute)).toBeLessThanOrEqual(defaultBudget.attempts);
    expect(leastLeft(asked)).toBeGreaterThanOrEqual(0);
    const copied = copiesIn(aws, abroad).map(({ sourceImageId }) => sourceImageId);
    expect(copied.sort()).toEqual(images.map(({ id }) => id).sort());
    for (const image of images) expect(await intentOf(stack, image)).toMatchObject({ state: 'copied', generation: 1 });
    expect(deadLetters(aws, workQueue)).toEqual([]);
  });
});

describe('EC2 copies no more than twenty snapshots at a time', () => {
  it('F21: and what it refuses until then waits without counting as a try', async () => {
    const limit = 20;
    const stack = await copying({ copy: ', maxInFlight: 50' });
    const { aws, workQueue } = stack;
    const underWay = () => copiesIn(aws, abroad).filter(({ state }) => state === 'pending').length;
    const error = () => new AwsError('ResourceLimitExceeded', 'Too many snapshot copies in progress. The limit is 20');
    aws.faults.addCallRule({
      match: ({ operation }) => operation === 'CopyImage' && underWay() >= limit,
      effect: { kind: 'error', error },
    });
    const images = Array.from({ length: 45 }, (_none, n) => build(aws, { name: `web-${n}` }));
    await pass(aws, minute);
    expect(underWay()).toBe(limit);
    const [waiting] = images.filter(
      ({ id }) => !copiesIn(aws, abroad).some(({ sourceImageId }) => sourceImageId === id),
    );
    expect(waiting && (await intentOf(stack, waiting))).toMatchObject({ state: 'intent', generation: 1 });
    await pass(aws, 4 * hour);
    const copied = copiesIn(aws, abroad).map(({ sourceImageId }) => sourceImageId);
    expect(copied.sort()).toEqual(images.map(({ id }) => id).sort());
    for (const image of images) expect(await intentOf(stack, image)).toMatchObject({ state: 'copied', generation: 1 });
    expect([...told(aws, 'AMI Copy Failed'), ...told(aws, 'AMI Action Blocked')]).toEqual([]);
    expect(deadLetters(aws, workQueue)).toEqual([]);
  });
});
