import { isPortError } from '../model/errors.ts';
import type { Duration } from '../model/time.ts';
import type { Clock } from '../ports/clock.ts';

/** How often and how long one call is tried; durations in milliseconds. */
export interface RetryBudget {
  readonly attempts: number;
  /** No wait begins that would end later than this after the first attempt. */
  readonly within: Duration;
  /** Upper bound of the first wait; it doubles with each attempt, up to `longest`. */
  readonly first: Duration;
  readonly longest: Duration;
}

export const defaultBudget: RetryBudget = { attempts: 6, within: 30_000, first: 200, longest: 8_000 };

export interface Retry {
  readonly clock: Clock;
  /** In [0, 1). */
  readonly random: () => number;
  readonly budget?: RetryBudget;
}

/** Full jitter: anything between nothing and the doubled bound, so that callers do not come back together. */
const wait = (budget: RetryBudget, attempt: number, random: () => number): Duration =>
  Math.floor(random() * Math.min(budget.longest, budget.first * 2 ** attempt));

/** Tries until `again` is content or the budget is spent. @returns the last result either way */
export async function repeat<T>(attempt: () => Promise<T>, again: (result: T) => boolean, retry: Retry): Promise<T> {
  const budget = retry.budget ?? defaultBudget;
  const end = retry.clock.now() + budget.within;
  for (let tried = 1; ; tried++) {
    const result = await attempt();
    if (!again(result) || tried >= budget.attempts) return result;
    const pause = wait(budget, tried - 1, retry.random);
    if (retry.clock.now() + pause > end) return result;
    await retry.clock.sleep(pause);
  }
}

/**
 * One call of a service. A throttled call had no effect and is always tried again; one that is `unavailable` may have
 * had its effect, so only a `repeatable` one is.
 */
export async function withRetry<T>(call: () => Promise<T>, repeatable: boolean, retry: Retry): Promise<T> {
  const worthIt = (error: unknown) =>
    isPortError(error, 'throttled') || (repeatable && isPortError(error, 'unavailable'));
  const settle = (): Promise<Settled<T>> =>
    call().then(
      (value) => ({ ok: true, value }),
      (error: unknown) => ({ ok: false, error }),
    );
  const last = await repeat(settle, (settled) => !settled.ok && worthIt(settled.error), retry);
  if (last.ok) return last.value;
  throw last.error;
}

type Settled<T> = { ok: true; value: T } | { ok: false; error: unknown };

const reads = /^(Describe|Get|List|Query|BatchGet|Simulate)/;
const writesThatMayRepeat = [
  'ModifyImageAttribute',
  'ModifySnapshotAttribute',
  'CreateGrant',
  'RevokeGrant',
  'CreateTags',
  'EnableImageDeprecation',
  'DisableImage',
  'DeleteSnapshot',
  'PutParameter',
  'ModifyLaunchTemplate',
  'SendMessageBatch',
  'PutEvents',
  'PutItem',
];

/** Whether a second call does no more than the first one: a read, one with a client token, or a known write. */
export const isRepeatable = (operation: string, input: object): boolean =>
  reads.test(operation) ||
  writesThatMayRepeat.includes(operation) ||
  ('ClientToken' in input && typeof input.ClientToken === 'string');
