import { expect, it } from 'vitest';
import type { LocalStack } from '../../cli/worlds/local.ts';
import { putImage } from '../../local/ec2/fixtures.ts';
import { approve } from '../../shared/engine/approve.ts';
import { observe } from '../../shared/engine/observe.ts';
import { retire } from '../../shared/engine/take.ts';
import { imageKey } from '../../shared/model/ids.ts';
import { marksFor } from '../../shared/model/marks.ts';
import type { Action } from '../../shared/model/plan.ts';
import { day, hour } from '../../shared/model/time.ts';
import { decide } from '../../shared/rules/decide.ts';
import { images, nothing, pass } from './demo.ts';

const [account, region] = ['111122223333', 'us-east-1'];
const numbers = [10, 11, 12, 13, 14, 15];
const idOf = (generation: number): string => `ami-0e${generation}00000000a1b2c`;

/** Six generations of which four are due, and one at a time may go. */
async function halted(): Promise<LocalStack> {
  const stack = await nothing((text) =>
    text
      .replace(/ {4}copy:[\s\S]*? {4}share:/, '    share:')
      .replace('keepLast: 3', 'keepLast: 2\n      limits: { perPlan: 1, percentOfFamily: 50 }')
      .replace('afterSuperseded: 14d', 'afterSuperseded: 7d')
      .replace(/\n +disable:[^\n]*\n +deregister:[^\n]*/, ''),
  );
  for (const generation of numbers) {
    const createdAt = stack.aws.timeline.now() - (60 - generation) * day;
    const id = idOf(generation);
    const tags = { Team: 'platform', Family: 'web', ...marksFor(imageKey(region, id), createdAt, 'golden-al2023') };
    putImage(stack.aws, {
      account,
      region,
      id,
      name: `golden-al2023-w${generation}`,
      createdAt,
      tags,
      snapshotTags: tags,
    });
  }
  await pass(stack, 20 * day);
  return stack;
}

const deprecated = (stack: LocalStack): number =>
  images(stack, region).filter((image) => 'DeprecationTime' in image).length;

async function approveAll(stack: LocalStack, isChosen: (action: Action) => boolean = () => true): Promise<void> {
  const inventory = await observe(stack.engine, { scope: 'account', grants: 'all', usage: true });
  const plan = decide(inventory, stack.engine.policy, stack.engine.clock.now());
  await approve(stack.engine, { inventory, plan }, isChosen, 'read and found right');
}

it('a plan that the breaker halts waits for a person, and the next run of the function carries it out', async () => {
  const stack = await halted();
  expect(deprecated(stack)).toBe(0);
  await approveAll(stack);
  await retire(stack.engine);
  expect(deprecated(stack)).toBe(4);
});

it('only what was approved goes', async () => {
  const stack = await halted();
  await approveAll(stack, ({ image }) => image !== imageKey(region, idOf(13)) && image !== imageKey(region, idOf(12)));
  await retire(stack.engine);
  expect(deprecated(stack)).toBe(2);
});

it('a word is over after a day', async () => {
  const stack = await halted();
  await approveAll(stack);
  stack.aws.faults.deny('EnableImageDeprecation', { until: stack.aws.timeline.now() + day + hour });
  await pass(stack, 3 * day);
  expect(deprecated(stack)).toBe(0);
});

it('the reason stands in the history of each image', async () => {
  const stack = await halted();
  await approveAll(stack);
  const history = await stack.engine.ledger.history(imageKey(region, idOf(10)));
  expect(history.filter(({ what }) => what === 'approve')).toMatchObject([
    { phase: 'seen', detail: { step: 'deprecate-image', reason: 'read and found right', lifts: ['breaker'] } },
  ]);
});
