import type { ErrorKind } from './errors.ts';
import type { Action } from './plan.ts';

/** What became of one action. Outcomes, not exceptions, leave the engine. */
export interface Outcome {
  readonly action: Action;
  /**
   * `done`: the effect is there. `not-needed`: it already was. `waiting`: try again later, nothing lost.
   * `blocked`: a guard, permission or limit says no. `failed`: unexpected, with the error.
   */
  readonly status: 'done' | 'not-needed' | 'waiting' | 'blocked' | 'failed';
  readonly detail: Readonly<Record<string, unknown>>;
  readonly error?: { readonly kind: ErrorKind; readonly code: string; readonly message: string };
}
