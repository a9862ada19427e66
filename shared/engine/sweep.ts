import { actions } from '../actions/index.ts';
import type { ImageKey } from '../model/ids.ts';
import type { Action, Plan } from '../model/plan.ts';
import type { Duration } from '../model/time.ts';
import type { WorkItem } from '../ports/messaging.ts';
import { decide, takenBy } from '../rules/decide.ts';
import { takenFor, withRun } from '../rules/runs.ts';
import { longestUnpublished } from '../rules/unpublished.ts';
import { announcer } from './announce.ts';
import { checksIn, noteChecks } from './checks.ts';
import { type Cause, degradedOf, type Engine, type Report, type Run, startRun } from './engine.ts';
import { observe } from './observe.ts';
import { finish } from './reconcile.ts';
import { type Recording, recordingOf } from './recording.ts';

export interface SweepReport extends Report {
  readonly enqueued: readonly WorkItem[];
  /** For how long the newest image of some pointer has waited for it. */
  readonly unpublishedFor: Duration;
}

/**
 * Looks at everything and enqueues each lineage that needs work; that shares are still as they should be is work for nobody,
 * and is written down at once. Changes nothing in EC2; heals every lost event.
 */
export async function sweep(engine: Engine, cause?: Cause): Promise<SweepReport> {
  const run = startRun(engine, 'sweep', cause);
  const inventory = await observe(engine, { scope: 'account', grants: 'due', usage: false });
  const plan = decide(inventory, engine.policy, run.at);
  const recording = recordingOf(inventory, engine.policy, plan, run.at);
  await engine.ledger.noteFirstSweep(run.at);
  const checks = checksIn(recording, inventory);
  const checked = new Set(checks.map(({ image }) => image));
  const images = recording.images.filter(({ record }) => !checked.has(record.image));
  const enqueued = workIn(plan, { ...recording, images }, run);
  await engine.queue.send(enqueued);
  const taken = takenFor('sweep', takenBy(inventory, engine.policy, run.at));
  if (Object.keys(taken).length > 0)
    await engine.ledger.noteRun('sweep', (before) => withRun(before, { taken }, run.at));
  const degraded = degradedOf(inventory);
  const counts = {
    function: 'sweep',
    images: plan.verdicts.length,
    enqueued: enqueued.length,
    degradedRegions: Object.keys(degraded),
  };
  const say = announcer(engine, run, inventory);
  const events =
    enqueued.length > 0 || counts.degradedRegions.length > 0
      ? [say('AMI Lifecycle Run Completed', undefined, counts)]
      : [];
  const report = await finish(engine, { run, inventory, plan, outcomes: [], events, degraded });
  await noteChecks(engine, checks);
  return { ...report, enqueued, unpublishedFor: longestUnpublished(plan, inventory, engine.policy, run.at) };
}

function workIn(plan: Plan, recording: Recording, { id, correlationId }: Run): WorkItem[] {
  const giving = plan.actions.filter(isForEvents);
  const unshare = new Set(giving.filter(takesShares).map(({ root }) => root));
  const roots = new Set<ImageKey>([
    ...giving.map(({ root }) => root),
    ...recording.images.map(({ root }) => root),
    ...recording.intents.map(({ root }) => root),
    ...recording.pointers.map(({ root }) => root),
    ...recording.missing.map(({ root }) => root),
    ...recording.risen.map(({ root }) => root),
  ]);
  return [...roots]
    .sort()
    .map((root) => ({ root, correlationId, causationId: id, ...(unshare.has(root) && { unshare: true as const }) }));
}

const isForEvents = (action: Action): boolean =>
  action.mode === 'apply' && (actions[action.kind].role as (a: Action) => string)(action) === 'on-image-event';

const takesShares = (action: Action): boolean => 'remove' in action && action.remove.length > 0;
