import type { Role } from '../actions/action.ts';
import type { Inventory } from '../model/inventory.ts';
import type { Action, Plan } from '../model/plan.ts';
import { announcer } from './announce.ts';
import { apply } from './apply.ts';
import { degradedOf, type Engine, type Report, startRun } from './engine.ts';
import { finish } from './reconcile.ts';
import { record } from './record.ts';
import { recordingOf } from './recording.ts';
import { tell } from './tell.ts';

const roles: readonly Role[] = ['restore', 'on-image-event', 'retire', 'reap'];

/**
 * Carries out the chosen actions of a plan, and no others, with the rights of whoever called; writes down what was
 * seen. The guards were read for this very plan, and each action looks again before it takes.
 */
export async function carryOut(
  engine: Engine,
  seen: { readonly inventory: Inventory; readonly plan: Plan },
  isChosen: (action: Action) => boolean,
): Promise<Report> {
  const { inventory } = seen;
  const run = startRun(engine, 'apply');
  const recording = recordingOf(inventory, engine.policy, seen.plan, run.at);
  await engine.ledger.noteFirstSweep(run.at);
  const events = await record(engine, { run, inventory, recording, seenBy: 'sweep' });
  const plan: Plan = { ...seen.plan, actions: seen.plan.actions.filter(isChosen) };
  // A person may have thought it over for hours: what counts is when use was read.
  const looked = { ...run, at: Math.min(run.at, ...inventory.usage.map(({ at }) => at)) };
  const outcomes = [];
  for (const role of roles) outcomes.push(...(await apply(engine, looked, plan, role, inventory.grants)));
  const say = announcer(engine, run, inventory);
  events.push(...(await tell(engine, outcomes, say)));
  return finish(engine, { run, inventory, plan, outcomes, events, degraded: degradedOf(inventory) });
}
