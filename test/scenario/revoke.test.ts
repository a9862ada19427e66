import { expect, test } from 'vitest';
import { lifecycleSchema } from '../../events/lifecycle/schema.ts';
import { eventLog } from '../../local/services/events.ts';
import { observe } from '../../shared/engine/observe.ts';
import { restore } from '../../shared/engine/restore.ts';
import { asRevoked, revoke } from '../../shared/engine/revoke.ts';
import { imageKey } from '../../shared/model/ids.ts';
import { hour } from '../../shared/model/time.ts';
import { abroad, home } from '../rules/make.ts';
import { type Published, publishing, untilCopied } from './publishing.ts';

async function twoPublished(): Promise<Published & { newest: string }> {
  const world = await publishing({}, hour);
  world.build(1);
  await world.pass(untilCopied);
  const newest = world.build(2);
  await world.pass(untilCopied);
  expect(world.latest()).toEqual({ [home]: 'golden-2', [abroad]: 'golden-2' });
  return { ...world, newest };
}

async function revokeNewest({ stack: { engine }, plan, newest }: Awaited<ReturnType<typeof twoPublished>>) {
  const roots = [imageKey(home, newest)];
  const inventory = await observe(engine, { scope: 'account', grants: 'all', usage: true });
  const word = { reason: 'CVE-2026-1234' };
  await revoke(engine, await asRevoked(engine, { inventory, plan: await plan() }, roots, word), roots);
}

test('pointers leave a revoked image in every Region by the next sweep, and whoever follows them is told why', async () => {
  const world = await twoPublished();
  await revokeNewest(world);
  await world.pass(2 * hour);
  expect(world.latest()).toEqual({ [home]: 'golden-1', [abroad]: 'golden-1' });
  const told = eventLog(world.stack.aws)
    .map(({ event }) => event)
    .filter((event) => event['detail-type'] === 'AMI Publish Rolled Back');
  expect(told.map(({ detail }) => detail.data)).toMatchObject(
    [home, abroad].sort().map((region) => ({ regions: [region], fromName: 'golden-2', name: 'golden-1' })),
  );
  for (const event of told)
    expect(lifecycleSchema('AMI Publish Rolled Back').safeParse(event).error?.issues).toBeUndefined();
  expect((await world.plan()).actions).toEqual([]);
});

test('they go on to the next clean build, and never to the revoked one again', async () => {
  const world = await twoPublished();
  await revokeNewest(world);
  await world.pass(2 * hour);
  world.build(3);
  await world.pass(untilCopied);
  expect(world.latest()).toEqual({ [home]: 'golden-3', [abroad]: 'golden-3' });
  expect(world.history(home)).toEqual(['golden-1', 'golden-2', 'golden-1', 'golden-3']);
});

test('once that is taken back, they go forward to it again', async () => {
  const world = await twoPublished();
  await revokeNewest(world);
  await world.pass(2 * hour);
  await restore(world.stack.engine, imageKey(home, world.newest), 'a false alarm');
  await world.pass(2 * hour);
  expect(world.history(home)).toEqual(['golden-1', 'golden-2', 'golden-1', 'golden-2']);
  const history = await world.stack.engine.ledger.history(imageKey(home, world.newest));
  expect(
    history
      .filter(({ what }) => what === 'revoke' || what === 'restore')
      .map(({ what, detail }) => [what, detail?.reason]),
  ).toEqual([
    ['revoke', 'CVE-2026-1234'],
    ['restore', 'a false alarm'],
  ]);
});

test('taken back between the plan and the act, no pointer goes back', async () => {
  const world = await twoPublished();
  await revokeNewest(world);
  const { engine } = world.stack;
  const { ledger } = engine;
  const { image } = ledger;
  const asked: string[] = [];
  ledger.image = async (key) => {
    asked.push(key);
    const record = await image.call(ledger, key);
    const { revoked: _over, ...rest } = record ?? {};
    return record && (rest as typeof record);
  };
  await world.pass(2 * hour);
  expect(asked).toContain(imageKey(home, world.newest));
  expect(world.latest()).toEqual({ [home]: 'golden-2', [abroad]: 'golden-2' });
});
