import { purge } from '../actions/deregister-image.ts';
import { digest } from '../model/digest.ts';
import type { LifecycleEvent } from '../model/lifecycle-event.ts';
import type { Held, Plan } from '../model/plan.ts';
import { decide } from '../rules/decide.ts';
import { type Announcer, announcer, eventsOf, heldEvent } from './announce.ts';
import { apply } from './apply.ts';
import { degradedOf, type Engine, type Report, type Run, startRun } from './engine.ts';
import { observe } from './observe.ts';
import { finish } from './reconcile.ts';

/** The soft steps of the ladder: deprecate, disable, mark what may be removed. One plan for the whole account. */
export async function retire(engine: Engine, correlationId?: string): Promise<Report> {
  const { run, inventory, plan } = await survey(engine, 'retire', correlationId);
  const say = announcer(engine, run, inventory);
  const held = await announceHolds(engine, run, plan, say);
  const outcomes = await apply(engine, run, plan, 'retire');
  const events = [...held, ...outcomes.flatMap((outcome) => eventsOf(outcome, say))];
  return finish(engine, { run, inventory, plan, outcomes, events, degraded: degradedOf(inventory) });
}

/** The hard step: deregister what is approved and still safe, then the snapshots that earlier runs left. */
export async function reap(engine: Engine, correlationId?: string): Promise<Report> {
  const { run, inventory, plan } = await survey(engine, 'reap', correlationId);
  const say = announcer(engine, run, inventory);
  const outcomes = await apply(engine, run, plan, 'reap');
  const events = outcomes.flatMap((outcome) => eventsOf(outcome, say));
  if (engine.world === 'embedded') await purgeLeftOvers(engine, run);
  return finish(engine, { run, inventory, plan, outcomes, events, degraded: degradedOf(inventory) });
}

async function survey(engine: Engine, what: string, correlationId: string | undefined) {
  const run = startRun(engine, what, correlationId);
  const inventory = await observe(engine, { scope: 'account', grants: 'due', usage: true });
  return { run, inventory, plan: decide(inventory, engine.policy, engine.clock.now()) };
}

async function purgeLeftOvers(engine: Engine, run: Run): Promise<void> {
  const bench = { ...engine, role: 'reap' as const, run: run.id, policyHash: engine.policy.hash };
  for (const { image, pendingSnapshots } of await engine.ledger.toPurge())
    await purge(image, pendingSnapshots ?? [], bench);
}

/** A hold is told when it begins or when its reasons change, not in every run. */
async function announceHolds(engine: Engine, run: Run, plan: Plan, say: Announcer): Promise<LifecycleEvent[]> {
  const events: LifecycleEvent[] = [];
  for (const held of plan.held) if (await isNews(engine, run, held)) events.push(heldEvent(held, say));
  return events;
}

async function isNews(engine: Engine, run: Run, held: Held): Promise<boolean> {
  const by = digest(held.guards.map(({ code, data }) => [code, data?.by, data?.key, data?.source]));
  const before = await engine.ledger.image(held.image);
  if (!before || (before.held?.step === held.step && before.held.by === by)) return false;
  await engine.ledger.saveImage(held.image, (record) => ({
    ...(record ?? before),
    held: { step: held.step, by, since: run.at },
  }));
  return true;
}
