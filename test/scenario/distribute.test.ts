import { describe, expect, it } from 'vitest';
import { buildImage } from '../../cli/story/builder.ts';
import { baseImageId, demoBuild, demoTargets, newImageId } from '../../local/demo/seed.ts';
import { imageKey } from '../../shared/model/ids.ts';
import { day, hour, minute } from '../../shared/model/time.ts';
import { announce, available, deliver, demo, emitted, endState, images, pass, settle, sharees } from './demo.ts';

const everybody = ['222233334444', 'arn:aws:organizations::111122223333:ou/o-a1b2c3d4e5/ou-ab12-cdef3456'];
const name = 'golden-al2023-43';
const root = imageKey('us-east-1', newImageId);

describe('a new image', () => {
  it('is copied to every target, shared everywhere and recorded as one lineage', async () => {
    const stack = await demo();
    announce(stack);
    await settle(stack);
    for (const region of demoTargets) {
      const [copy, ...more] = images(stack, region, name);
      expect(more).toEqual([]);
      expect(copy).toMatchObject({ State: 'available', SourceImageId: newImageId });
      expect(sharees(stack, region, copy?.ImageId ?? '')).toEqual(everybody);
    }
    expect(sharees(stack, 'us-east-1', newImageId)).toEqual(everybody);
    const members = await stack.engine.ledger.lineage(root);
    expect(members.map(({ role }) => role).sort()).toEqual(['copy', 'copy', 'copy', 'root']);
    const intents = await stack.engine.ledger.intents(demoTargets.map((region) => ({ root, region })));
    expect(intents.map(({ state }) => state)).toEqual(['copied', 'copied', 'copied']);
  });

  it('F02: is copied once, however often and however close together its event comes', async () => {
    const stack = await demo();
    for (let i = 0; i < 5; i++) announce(stack);
    await settle(stack);
    for (let i = 0; i < 5; i++) {
      announce(stack);
      await settle(stack);
    }
    expect(demoTargets.map((region) => images(stack, region, name).length)).toEqual([1, 1, 1]);
    expect(emitted(stack).filter(({ type }) => type === 'AMI Copy Started')).toHaveLength(3);
  });

  it('F01: reaches the same end without any event, by the sweep alone', async () => {
    const [told, untold] = [await demo(), await demo()];
    untold.aws.faults.drop('all');
    announce(told);
    announce(untold);
    for (const stack of [told, untold]) await pass(stack, 2 * hour);
    expect(endState(untold)).toEqual(endState(told));
    expect(images(untold, 'eu-west-1', name)).toHaveLength(1);
  });

  it('F13: never has a copy of it copied, although each copy raises an event of its own', async () => {
    const stack = await demo();
    announce(stack);
    await pass(stack, 6 * hour);
    const copies = demoTargets.flatMap((region) => images(stack, region, name));
    expect(copies.map(({ SourceImageId }) => SourceImageId)).toEqual([newImageId, newImageId, newImageId]);
  });

  it('F18: is copied again after a copy failed, and the failed one is removed', async () => {
    const stack = await demo();
    stack.aws.state.table('injected').set('fail-copy/us-west-2', { remaining: 1, message: 'no such key' });
    announce(stack);
    await pass(stack, 4 * hour);
    const left = images(stack, 'us-west-2').filter(({ SourceImageId }) => SourceImageId === newImageId);
    expect(left).toMatchObject([{ State: 'available' }]);
    const failed = emitted(stack).find(({ type }) => type === 'AMI Copy Failed');
    expect(failed?.data).toMatchObject({ region: 'us-west-2', error: 'no such key', attempt: 1 });
  });

  it('F18: is given up after three tries, which is written down and told once as final', async () => {
    const stack = await demo();
    stack.aws.state.table('injected').set('fail-copy/us-west-2', { remaining: 9, message: 'no such key' });
    announce(stack);
    await pass(stack, 4 * day);
    const failed = emitted(stack).filter(({ type }) => type === 'AMI Copy Failed');
    expect(failed.map(({ data }) => [data.attempt, data.final])).toEqual([
      [1, undefined],
      [2, undefined],
      [3, true],
    ]);
    const [intent] = await stack.engine.ledger.intents([{ root, region: 'us-west-2' }]);
    expect(intent).toMatchObject({ state: 'abandoned', generation: 3, reason: 'no such key' });
    expect(intent).not.toHaveProperty('retryAt');
    await pass(stack, 3 * day);
    expect(emitted(stack).filter(({ type }) => type === 'AMI Copy Failed')).toHaveLength(3);
  });

  it('stays where it is while its policy is in mode plan', async () => {
    const stack = await demo((text) => text.replace('mode: apply', 'mode: plan'));
    announce(stack);
    await pass(stack, hour);
    expect(demoTargets.flatMap((region) => images(stack, region, name))).toEqual([]);
    expect((await stack.engine.ledger.image(root))?.role).toBe('root');
  });
});

describe('an image built from an instance of ours', () => {
  it('is a root of its own and is copied like any other', async () => {
    const stack = await demo((text) => text.replace('name: "golden-al2023-*"', 'name: ["golden-al2023-*", "app-*"]'));
    announce(stack);
    await settle(stack);
    const id = await buildImage(stack.aws, { name: 'app-1', base: newImageId, tags: { ...demoBuild, Family: 'app' } });
    await pass(stack, hour);
    const app = imageKey('us-east-1', id);
    expect(await stack.engine.ledger.image(app)).toMatchObject({ role: 'root', root: app, parent: root });
    for (const region of demoTargets)
      expect(images(stack, region, 'app-1')).toMatchObject([{ State: 'available', SourceImageId: id }]);
  });

  it('is nobody to us when it was built from a foreign image and no policy selects it', async () => {
    const stack = await demo();
    await buildImage(stack.aws, { name: 'other-1', base: baseImageId, tags: {} });
    await pass(stack, hour);
    expect(demoTargets.flatMap((region) => images(stack, region, 'other-1'))).toEqual([]);
  });
});

describe('what cannot be read', () => {
  it('F08: is set aside with what is wrong, never comes again, and lets the rest of the batch go on', async () => {
    const stack = await demo();
    deliver(stack, 'no JSON at all');
    deliver(stack, JSON.stringify({ ...available, detail: { State: 'available' } }));
    deliver(stack, JSON.stringify(available));
    await settle(stack);
    const aside = await stack.engine.ledger.setAsideMessages();
    expect(aside.map(({ problem }) => problem).sort()).toEqual([
      expect.stringMatching(/^not JSON: /),
      expect.stringContaining('detail.ImageId is missing'),
    ]);
    expect([...stack.aws.state.table('messages').values()]).toEqual([]);
    expect(images(stack, 'eu-west-1', name)).toHaveLength(1);
  });

  it('F67: a Region that does not answer is degraded, and the others are finished', async () => {
    const stack = await demo();
    stack.aws.faults.outage('eu-west-1', { until: stack.aws.timeline.now() + hour });
    announce(stack);
    await pass(stack, 45 * minute);
    expect(images(stack, 'us-west-2', name)).toHaveLength(1);
    expect(images(stack, 'ap-south-1', name)).toHaveLength(1);
    const run = emitted(stack).find(({ type }) => type === 'AMI Lifecycle Run Completed');
    expect(run?.data.degradedRegions).toEqual(['eu-west-1']);
    await pass(stack, 2 * hour);
    expect(images(stack, 'eu-west-1', name)).toHaveLength(1);
  });
});
