import { noteNotice } from '../actions/give-notice.ts';
import type { ImageKey } from '../model/ids.ts';
import { keyOf } from '../model/image.ts';
import type { Inventory } from '../model/inventory.ts';
import type { LifecycleEvent } from '../model/lifecycle-event.ts';
import type { Outcome } from '../model/outcome.ts';
import type { Plan } from '../model/plan.ts';
import { minute } from '../model/time.ts';
import { decideFor } from '../rules/decide.ts';
import { lineagesOf } from '../rules/lineages.ts';
import { announcer } from './announce.ts';
import { apply } from './apply.ts';
import { type Cause, degradedOf, type Engine, type Report, type Run, startRun } from './engine.ts';
import { notify } from './notify.ts';
import { observe } from './observe.ts';
import { record } from './record.ts';
import { recordingOf } from './recording.ts';
import { tell } from './tell.ts';

/** A copy makes a mark possible, a mark a share, a share its check: more rounds than that would be a loop. */
const mostRounds = 4;

export interface Request extends Cause {
  readonly image: ImageKey;
  /** What made us look: an announcement of EC2, or the sweep. */
  readonly seenBy?: 'event' | 'sweep';
  /** Also take launch permissions back, which is decided with the whole account in view. */
  readonly unshare?: boolean;
}

/** Observe, decide, record, apply, for the lineage of one image, until there is nothing left to do for it. */
export async function reconcile(engine: Engine, request: Request): Promise<Report> {
  const run = startRun(engine, request.image, request);
  const events: LifecycleEvent[] = [];
  const outcomes: Outcome[] = [];
  for (let round = 1; ; round++) {
    const inventory = await observe(engine, {
      scope: request.unshare ? 'account' : 'lineage',
      grants: { of: request.image },
      usage: false,
    });
    const now = engine.clock.now();
    const root = rootOf(request.image, inventory);
    const plan = decideFor(root, inventory, engine.policy, now);
    const seen = recordingOf(inventory, engine.policy, plan, now, root);
    events.push(...(await record(engine, { run, inventory, recording: seen, seenBy: request.seenBy ?? 'event' })));
    const results = await apply(engine, run, plan, 'on-image-event');
    const say = announcer(engine, run, inventory);
    events.push(...(await tell(engine, results, say)));
    outcomes.push(...results);
    if (round < mostRounds && results.some(({ status }) => status === 'done')) continue;
    if (request.seenBy === 'event') await lookAgain(engine, run, plan, root);
    return finish(engine, { run, inventory, plan, outcomes, events, degraded: degradedOf(inventory) });
  }
}

/** Tags often come a moment after their image, and no event says so. Later ones are for the sweep to find. */
const tagsMayComeWithin = [minute, 5 * minute, 15 * minute];

async function lookAgain(engine: Engine, run: Run, { verdicts }: Plan, root: ImageKey): Promise<void> {
  if (!verdicts.some(({ reasons }) => reasons.some(({ code }) => code === 'tags-undecided'))) return;
  const item = { root, correlationId: run.correlationId, causationId: run.id };
  for (const after of tagsMayComeWithin) await engine.queue.send([item], after);
}

/** The root of the lineage that an image belongs to, also once it is no longer listed. */
function rootOf(image: ImageKey, inventory: Inventory): ImageKey {
  const lineage = lineagesOf(inventory).find(({ members }) => members.some((member) => keyOf(member) === image));
  return lineage?.root ?? inventory.records.images[image]?.root ?? image;
}

/** Tells systems first, then people, whom a bus that fails keeps from nothing. */
export async function finish(engine: Engine, report: Omit<Report, 'unsent'>): Promise<Report> {
  const [emitted] = await Promise.allSettled([engine.bus.emit(report.events)]);
  const unsent = await notify(engine, report.inventory, report.events);
  if (emitted.status === 'rejected') throw emitted.reason;
  // A notice counts only once somebody was told, so a crash before this tells twice rather than never.
  for (const { action, status } of report.outcomes)
    if (action.kind === 'give-notice' && status === 'done') await noteNotice(action, engine);
  return { ...report, unsent };
}

export type { Run };
