import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Switches } from '../../local/kernel/service.ts';
import { handlerDefaults } from '../../shared/aws/clients.ts';
import { defaultBudget } from '../../shared/aws/retry.ts';
import { hour, minute, second } from '../../shared/model/time.ts';
import { abroad, announce, build, copiesIn, copying, deadLetters, intentOf, lagging, named, watch } from './copying.ts';
import { storeDown } from './processes.ts';
import { pass, told } from './support.ts';

const lives: readonly Switches['copyTokenLife'][] = ['call', 'day', 'ever'];

describe.each(lives)('a copy whose making is not written down, where EC2 remembers a client token for: %s', (life) => {
  // Without even a name that is taken to stop a second copy.
  const switches = { copyTokenLife: life, copyRefusesTakenName: false };

  it('F10: is taken over, not made again, after a crash between CopyImage and its record', async () => {
    const stack = await copying({ switches });
    const { aws } = stack;
    aws.faults.crash('CopyImage', 'after');
    const image = build(aws);
    await pass(aws, minute);
    expect(copiesIn(aws, abroad, image)).toHaveLength(1);
    expect(await intentOf(stack, image)).toMatchObject({ state: 'intent', generation: 1 });
    expect(await intentOf(stack, image)).not.toHaveProperty('copyId');
    await pass(aws, 2 * hour);
    const [copy, ...more] = copiesIn(aws, abroad);
    expect(more).toEqual([]);
    expect(copy).toMatchObject({ state: 'available', sourceImageId: image.id });
    expect(await intentOf(stack, image)).toMatchObject({ state: 'copied', copyId: copy?.id, generation: 1 });
    expect(told(aws, 'AMI Copied')).toHaveLength(1);
  });

  it('F11: is taken over when its answer is lost and the store is down for longer than any token lives', async () => {
    const stack = await copying({ switches, idleEvery: 4 * hour });
    const { aws } = stack;
    const until = aws.timeline.now() + 26 * hour;
    const calls = watch(aws, ({ operation }, perform) => {
      if (operation === 'CopyImage') storeDown(aws, { until });
      return perform();
    });
    aws.faults.lost('CopyImage', 6);
    const image = build(aws);
    await pass(aws, 25 * hour);
    expect(copiesIn(aws, abroad, image)).toHaveLength(1);
    const asked = named(calls, 'CopyImage').length;
    await pass(aws, 12 * hour);
    const [copy, ...more] = copiesIn(aws, abroad);
    expect(more).toEqual([]);
    expect(await intentOf(stack, image)).toMatchObject({ state: 'copied', copyId: copy?.id, generation: 1 });
    expect(named(calls, 'CopyImage')).toHaveLength(asked);
  });

  it('F12: is made once when EC2 accepts the call and its answer times out', async () => {
    const stack = await copying({ switches });
    const { aws } = stack;
    const calls = watch(aws);
    aws.faults.lost('CopyImage', 2);
    const image = build(aws);
    await pass(aws, 2 * hour);
    expect(copiesIn(aws, abroad)).toMatchObject([{ state: 'available', sourceImageId: image.id }]);
    const tokens = named(calls, 'CopyImage').map(({ input }) => (input as { ClientToken: string }).ClientToken);
    expect(tokens).toHaveLength(3);
    expect(new Set(tokens).size).toBe(1);
    expect(told(aws, 'AMI Action Blocked')).toEqual([]);
  });
});

it('F12: a call gives up before its function does, tries again included', () => {
  const seconds = [...readFileSync('serverless.yml', 'utf8').matchAll(/^ {4}timeout: (\d+)/gm)].map(([, text]) =>
    Number(text),
  );
  const longest = defaultBudget.within + handlerDefaults.connectionTimeout + handlerDefaults.requestTimeout;
  expect(seconds).toHaveLength(4);
  expect(Math.min(...seconds) * second).toBeGreaterThan(longest);
});

describe('a copy that EC2 does not show yet', () => {
  it.each([
    ['is not taken for lost', () => undefined],
    [
      'nor after a crash',
      (faults: { crash: (operation: string, when: 'after') => void }) => faults.crash('CopyImage', 'after'),
    ],
  ])('F17: %s and not copied again, though it is not found for all but five minutes', async (_name, disturb) => {
    const stack = await copying();
    const { aws, workQueue } = stack;
    disturb(aws.faults);
    const calls = lagging(aws, 5 * minute - 1);
    const image = build(aws);
    for (let looks = 0; looks < 30; looks++) {
      await pass(aws, minute / 2);
      announce(aws, image);
    }
    await pass(aws, 2 * hour);
    expect(copiesIn(aws, abroad)).toMatchObject([{ state: 'available', sourceImageId: image.id }]);
    expect(named(calls, 'CopyImage')).toHaveLength(1);
    expect(await intentOf(stack, image)).toMatchObject({ state: 'copied', generation: 1 });
    expect(deadLetters(aws, workQueue)).toEqual([]);
  });
});

describe('twenty processes that die with a copy in hand', () => {
  it.each(['before', 'after'] as const)('F22: leave every slot free again when they die %s CopyImage', async (when) => {
    const slots = 4;
    const stack = await copying({ copy: `, maxInFlight: ${slots}` });
    const { aws } = stack;
    aws.faults.crash('CopyImage', when, 20);
    const images = Array.from({ length: 24 }, (_none, n) => build(aws, { name: `web-${n}` }));
    let most = 0;
    for (let minutes = 0; minutes < 5 * 60; minutes += 5) {
      await pass(aws, 5 * minute);
      most = Math.max(most, copiesIn(aws, abroad).filter(({ state }) => state === 'pending').length);
    }
    expect(most).toBe(slots);
    expect(
      copiesIn(aws, abroad)
        .map(({ sourceImageId }) => sourceImageId)
        .sort(),
    ).toEqual(images.map(({ id }) => id).sort());
    for (const image of images) expect(await intentOf(stack, image)).toMatchObject({ state: 'copied', generation: 1 });
  });
});
