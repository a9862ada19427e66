import { expect, test } from 'vitest';
import { State } from '../../local/kernel/state.ts';
import { EmbeddedStore } from '../../local/store/embedded-store.ts';
import { Ledger } from '../../shared/actions/ledger.ts';
import type { Engine } from '../../shared/engine/engine.ts';
import { finish } from '../../shared/engine/reconcile.ts';
import { keyOf } from '../../shared/model/image.ts';
import type { LifecycleEvent } from '../../shared/model/lifecycle-event.ts';
import type { Outcome } from '../../shared/model/outcome.ts';
import { compiled, home, image, inventory, marked, now, policy, record } from '../rules/make.ts';

const one = marked(image(1));
const notice: Outcome = {
  action: {
    kind: 'give-notice',
    image: keyOf(one),
    root: keyOf(one),
    policy: 'golden',
    mode: 'apply',
    why: [],
    step: 'disable-image',
    due: now,
    owners: [],
    images: [keyOf(one)],
  },
  status: 'done',
  detail: {},
};
const told: LifecycleEvent = {
  type: 'AMI Disabled',
  resources: [],
  metadata: { id: 'e', version: '1', timestamp: '', correlationId: 'c', causationId: 'c', policy: 'golden' },
  data: { accountId: '111122223333', region: home, root: keyOf(one), name: one.name },
};

async function finished(emit: () => Promise<void>) {
  const ledger = new Ledger(new EmbeddedStore(new State(), home));
  await ledger.saveImage(keyOf(one), () => record(one));
  const messages: string[] = [];
  const engine = {
    policy: compiled(policy({ notify: [{ on: ['disabled'], sns: 'topic' }] })),
    bus: { emit },
    notifier: { publish: async (_topic: string, { text }: { text: string }) => void messages.push(text) },
    clock: { now: () => now },
    ledger,
  } as unknown as Engine;
  const run = { id: 'r', correlationId: 'r', causationId: 'r', at: now };
  const plan = { actions: [], held: [], halted: [], verdicts: [] };
  const report = { run, inventory: inventory([one]), plan, outcomes: [notice], events: [told], degraded: {} };
  const [result] = await Promise.allSettled([finish(engine, report)]);
  return { result, messages, noticed: (await ledger.image(keyOf(one)))?.notice !== undefined };
}

test('a bus that fails keeps people from no message, fails the run, and lets no notice count', async () => {
  const down = new Error('the bus is down');
  const { result, messages, noticed } = await finished(() => Promise.reject(down));
  expect(result).toEqual({ status: 'rejected', reason: down });
  expect(messages).toHaveLength(1);
  expect(noticed).toBe(false);
});

test('where it works, both are told and the notice counts', async () => {
  const { result, messages, noticed } = await finished(() => Promise.resolve());
  expect(result).toMatchObject({ status: 'fulfilled', value: { unsent: [] } });
  expect(messages).toHaveLength(1);
  expect(noticed).toBe(true);
});
