import { expect, test } from 'vitest';
import { State } from '../../local/kernel/state.ts';
import { EmbeddedStore } from '../../local/store/embedded-store.ts';
import { Ledger } from '../../shared/actions/ledger.ts';
import { carryOut } from '../../shared/engine/carry-out.ts';
import type { Engine } from '../../shared/engine/engine.ts';
import { keyOf } from '../../shared/model/image.ts';
import { type Duration, day, minute } from '../../shared/model/time.ts';
import type { Images } from '../../shared/ports/images.ts';
import { decide } from '../../shared/rules/decide.ts';
import {
  account,
  compiled,
  home,
  image,
  inventory,
  marked,
  now,
  policy,
  readings,
  record,
  recorded,
  records,
  retain,
} from '../rules/make.ts';

const old = { ...marked(image(1, { createdAt: now - 300 * day })), deprecationAt: now - 90 * day };
const asleep = { ...old, state: 'disabled' as const };
const newer = [2, 3].map((number) => marked(image(number, { createdAt: now - 90 * day })));
const done = { disabledAt: now - 60 * day, checkedAt: now - 60 * day, savedGrants: [] };
const rules = compiled(policy({ retain: retain() }));

/** Carries out what is due for the old image. @returns its outcome */
async function outcome(one: typeof old | typeof asleep, thoughtFor: Duration) {
  const seen = inventory(
    [one, ...newer],
    {
      usage: readings([home]),
      records: records({
        images: recorded(
          record(one, { finishedAt: now - 200 * day, ...(one === asleep && done) }),
          ...newer.map((other) => record(other, { finishedAt: now - 89 * day })),
        ),
      }),
    },
    [home],
  );
  const marks: string[] = [];
  const images = {
    get: async () => one,
    grants: async () => [],
    rehearse: async () => undefined,
    disable: async () => marks.push('disabled'),
    mark: async () => marks.push('marked'),
  } as unknown as Images;
  const engine = {
    images,
    account,
    homeRegion: home,
    policy: rules,
    ledger: new Ledger(new EmbeddedStore(new State(), home)),
    bus: { emit: async () => undefined },
    clock: { now: () => now + thoughtFor, sleep: async () => undefined },
  } as unknown as Engine;
  const plan = decide(seen, rules, now);
  const report = await carryOut(engine, { inventory: seen, plan }, ({ image: key }) => key === keyOf(one));
  return [report.outcomes.map(({ action, status }) => `${action.kind} ${status}`), marks];
}

test('what a person agrees to is done while the evidence of use is fresh, and not after', async () => {
  expect(await outcome(old, 15 * minute)).toEqual([['disable-image done'], ['disabled']]);
  expect(await outcome(old, 15 * minute + 1)).toEqual([['disable-image waiting'], []]);
});

test('so is the approval, which is the second check of use', async () => {
  expect(await outcome(asleep, 15 * minute)).toEqual([['approve-removal done'], ['marked']]);
  expect(await outcome(asleep, 15 * minute + 1)).toEqual([['approve-removal waiting'], []]);
});
