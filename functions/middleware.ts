import middy, { type MiddlewareObj } from '@middy/core';
import { isFields, isText } from '../events/fields.ts';
import type { Cause, Engine, Report } from '../shared/engine/engine.ts';
import { compose } from './compose.ts';
import { type Log, powertoolsLog } from './log.ts';
import { measuresOf } from './measures.ts';
import { type Measure, type Meter, powertoolsMeter } from './metrics.ts';

/** What a handler gets from outside; a deployed Lambda uses the defaults. */
export interface Surroundings {
  readonly engine: () => Promise<Engine>;
  readonly log: Log;
  readonly meter: Meter;
}

export const deployed = (): Surroundings =>
  unfailing({ engine: compose(), log: powertoolsLog(), meter: powertoolsMeter() });

/** Whatever watches a run never ends it: what was done is in the store, and a line or a figure that is lost is no more. */
export function unfailing({ engine, log, meter }: Surroundings): Surroundings {
  const quietly = (act: () => void): void => {
    try {
      act();
    } catch (error) {
      // The last way to say so, which throws nothing.
      process.emitWarning(`what watches this run failed: ${error instanceof Error ? error.message : String(error)}`);
    }
  };
  return {
    engine,
    log: {
      info: (message, fields) => quietly(() => log.info(message, fields)),
      warn: (message, fields) => quietly(() => log.warn(message, fields)),
      error: (message, fields) => quietly(() => log.error(message, fields)),
    },
    meter: (measures) => quietly(() => meter(measures)),
  };
}

/** A Lambda handler: the given step, with failures logged before they reach Lambda. */
export const lambda = <E, R>(name: string, { log }: Surroundings, step: (event: E) => Promise<R>) =>
  middy<E, R>().use(failuresLogged(name, log)).handler(step);

const failuresLogged = (name: string, log: Log): MiddlewareObj => ({
  onError: ({ error, event }) =>
    log.error(`${name} failed`, { error: error?.name, reason: error?.message, ...causeOf(event) }),
});

/** A scheduled event has an id; whoever invokes a function by hand may give none. */
export const causeOf = (event: unknown): Cause =>
  isFields(event) && isText(event.id) ? { correlationId: event.id } : {};

/** Says what a run did, to people in logs and to alarms in figures. */
export function tell({ log, meter }: Surroundings, what: string, report: Report, more: readonly Measure[] = []): void {
  logRun(log, what, report);
  meter([...measuresOf(report), ...more]);
}

/** One log line for one run, in the words of the plan. */
function logRun(log: Log, what: string, { run, plan, outcomes, events, degraded, unsent }: Report): void {
  const counted = Map.groupBy(outcomes, ({ action, status }) => `${action.kind} ${status}`);
  const by = { runId: run.id, correlationId: run.correlationId };
  log.info(what, {
    ...by,
    images: plan.verdicts.length,
    held: plan.held.length,
    events: events.length,
    outcomes: [...counted].map(([kind, list]) => `${kind}: ${list.length}`),
    degraded: Object.keys(degraded),
  });
  for (const reason of unsent) log.warn('notification not sent', { ...by, reason });
  for (const { action, status, detail } of outcomes)
    if (status === 'failed' || status === 'blocked')
      log.warn(`${action.kind} ${status}`, {
        ...by,
        image: action.image,
        policy: action.policy,
        why: String(detail.why),
      });
}
