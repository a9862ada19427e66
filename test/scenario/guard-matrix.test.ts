import { beforeAll, describe, expect, it } from 'vitest';
import { day } from '../../shared/model/time.ts';
import { reads, sharing, troubles } from './guard-reads.ts';
import { type Ripe, ripe, sceneOf, untouched } from './ripe.ts';
import { pass } from './support.ts';

let prepared: Ripe;
beforeAll(async () => {
  prepared = await ripe();
});

const before = ['available', 'disabled', 'approved'];
const after = ['disabled', 'gone', 'gone'];

/** Long enough for each step to be taken, as the first test shows. */
const awhile = day / 2;

const cells = reads.flatMap((read) =>
  troubles
    .filter(({ wholeToo }) => wholeToo || !read.whole)
    .map((trouble) => ({ ...read, read, trouble, name: trouble.name })),
);

describe('F38 images that are due for their next step', () => {
  it('take it while every source answers', async () => {
    const { aws, states } = await sceneOf(prepared);
    expect(states()).toEqual(before);
    await pass(aws, awhile);
    expect(states()).toEqual(after);
  });

  it.each(cells)('stay as they are while $operation $name, and go on after that', async ({ read, trouble }) => {
    const scene = await sceneOf(prepared);
    trouble.begin(scene, read);
    await pass(scene.aws, awhile);
    expect(scene.taken).toEqual([]);
    expect(scene.states()).toEqual(before);
    scene.disturb = untouched;
    scene.aws.faults.clear();
    await pass(scene.aws, day);
    expect(scene.states()).toEqual(after);
  });

  it.each(troubles.filter(({ wholeToo }) => wholeToo))(
    'are not disabled while DescribeImageAttribute $name, since nobody could give back who may use them',
    async (trouble) => {
      const scene = await sceneOf(prepared);
      trouble.begin(scene, sharing);
      await pass(scene.aws, awhile);
      expect(scene.states()[0]).toBe('available');
      scene.disturb = untouched;
      scene.aws.faults.clear();
      await pass(scene.aws, 2 * day);
      expect(scene.states()).toEqual(after);
    },
  );
});
