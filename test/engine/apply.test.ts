import { expect, test } from 'vitest';
import { State } from '../../local/kernel/state.ts';
import { EmbeddedStore } from '../../local/store/embedded-store.ts';
import { Ledger } from '../../shared/actions/ledger.ts';
import { apply } from '../../shared/engine/apply.ts';
import type { Engine } from '../../shared/engine/engine.ts';
import { PortError } from '../../shared/model/errors.ts';
import { known } from '../../shared/model/evidence.ts';
import { type ImageKey, imageKey } from '../../shared/model/ids.ts';
import { type Image, keyOf, tagsOf } from '../../shared/model/image.ts';
import { restoredRest } from '../../shared/model/records.ts';
import { day, hour, minute } from '../../shared/model/time.ts';
import type { Images } from '../../shared/ports/images.ts';
import { decide } from '../../shared/rules/decide.ts';
import {
  account,
  compiled,
  copyOf,
  home,
  image,
  inventory,
  marked,
  now,
  policy,
  record,
  recorded,
  records,
  retain,
} from '../rules/make.ts';

/** Sorts behind the root's Region, so that order alone does not put the root last. */
const far = 'us-west-2';

const approve = (one: Image): Image => ({
  ...one,
  state: 'disabled',
  deprecationAt: now - 90 * day,
  tags: known({ ...tagsOf(one), 'ami-steward:reap': 'approved' }),
});
const root = approve(marked(image(1, { createdAt: now - 300 * day })));
const copies = [approve(copyOf(root, 11)), approve(copyOf(root, 12, { region: far }))];
const newer = [2, 3].flatMap((number) => {
  const one = marked(image(number, { createdAt: now - 90 * day }));
  return [one, copyOf(one, number + 10), copyOf(one, number + 20, { region: far })];
});
const gone = { disabledAt: now - 60 * day, checkedAt: now - 60 * day, savedGrants: [], approvedAt: now - hour };
const old = [root, ...copies];
const world = inventory(
  [...old, ...newer],
  {
    records: records({
      images: recorded(
        ...old.map((one) => record(one, { root: keyOf(root), role: one === root ? 'root' : 'copy', ...gone })),
        ...newer.map((one) => record(one, { finishedAt: now - 89 * day })),
      ),
    }),
  },
  [home, 'eu-west-1', far],
);
const rules = compiled(policy({ retain: retain() }));

/** Deregisters the images of the plan; those in `failing` answer with an error. @returns what EC2 was asked for, in order */
async function removed(failing: readonly ImageKey[]): Promise<ImageKey[]> {
  return (await reaped(failing)).asked;
}

async function reaped(failing: readonly ImageKey[], skew?: () => number | undefined, restoredAt?: number) {
  const asked: ImageKey[] = [];
  const images = {
    get: async ({ region, id }) => old.find((one) => one.region === region && one.id === id),
    rehearse: async () => undefined,
    deregister: async ({ region, id }) => {
      const key = imageKey(region, id);
      asked.push(key);
      if (!failing.includes(key)) return [];
      throw new PortError('unavailable', { operation: 'DeregisterImage', region, code: 'Unavailable' }, 'down');
    },
  } as Partial<Images> as Images;
  const ledger = new Ledger(new EmbeddedStore(new State(), home));
  await ledger.noteFirstSweep(now - 365 * day);
  if (restoredAt !== undefined)
    await ledger.saveImage(keyOf(root), () => record(root, { restored: { at: restoredAt, reason: 'wanted' } }));
  const engine = {
    images,
    account,
    policy: rules,
    ledger,
    clock: { now: () => now, sleep: async () => undefined },
    ...(skew && { skew }),
  } as unknown as Engine;
  const plan = decide(world, rules, now);
  const outcomes = await apply(engine, { id: 'run', correlationId: 'run', causationId: 'run', at: now }, plan, 'reap');
  return { asked, outcomes };
}

test('copies are deregistered before their root', async () => {
  expect((await removed([])).at(-1)).toBe(keyOf(root));
  expect(await removed([])).toHaveLength(3);
});

test('a root stays while a copy of it could not be deregistered, since its tags select the copy', async () => {
  const [first, second] = copies.map(keyOf);
  expect(await removed(first ? [first] : [])).not.toContain(keyOf(root));
  expect(await removed(second ? [second] : [])).toEqual(expect.not.arrayContaining([keyOf(root)]));
});

test.each<[string, () => number | undefined, number]>([
  ['agree', () => 0, 3],
  ['differ by five minutes', () => -5 * minute, 3],
  ['differ by more', () => 5 * minute + 1000, 0],
  ['differ by a day', () => -day, 0],
  ['cannot be compared', () => undefined, 0],
])('F46: where our clock and that of AWS %s', async (_how, skew, removals) => {
  const { asked, outcomes } = await reaped([], skew);
  expect(asked).toHaveLength(removals);
  if (removals === 0)
    expect(outcomes[0]).toMatchObject({ status: 'waiting', detail: { why: expect.stringContaining('clock') } });
});

test.each([
  [restoredRest - 1, 0],
  [restoredRest, 3],
])('F62: what people restored %d ms ago, after the plan was made, is looked at once more', async (since, removals) => {
  const { asked } = await reaped([], undefined, now - since);
  expect(asked).toHaveLength(removals);
});
