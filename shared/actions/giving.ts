import { isPortError, isRetryable } from '../model/errors.ts';
import type { Action } from '../model/plan.ts';
import { accountPrincipal, type Principal } from '../model/policy.ts';
import type { StorageGrant } from '../model/storage.ts';
import { blocked, done, historyOf, type Result, type Workbench, waiting } from './action.ts';

/** Something given to a principal, on the image itself or on a snapshot or key under it. */
export interface Given {
  readonly principal: Principal;
  readonly on?: string;
}

export interface Change {
  readonly add: readonly Given[];
  readonly remove: readonly Given[];
}

export const launching = (principals: readonly Principal[]): Given[] => principals.map((principal) => ({ principal }));

export const onStorage = (grants: readonly StorageGrant[]): Given[] =>
  grants.map(({ on, account }) => ({ principal: accountPrincipal(account), on }));

/**
 * What we give is written down first: only what we are known to have given may ever be taken back. A refusal is
 * written down too, so that the same is not asked for again at once.
 */
export async function give(
  action: Action & { readonly add: readonly unknown[]; readonly remove: readonly unknown[] },
  change: Change,
  bench: Workbench,
  call: () => Promise<void>,
): Promise<Result> {
  await note(action, change.add, true, bench);
  try {
    await call();
  } catch (error) {
    if (!isPortError(error)) throw error;
    if (isRetryable(error) || error.kind === 'not-found') return waiting(error.message, error);
    await note(action, [...change.add, ...change.remove], true, bench, error.message);
    return blocked(error.message, error);
  }
  await note(action, change.remove, false, bench);
  await historyOf(action, bench, 'after', { added: action.add, removed: action.remove });
  return done({ added: action.add, removed: action.remove });
}

async function note(
  { image, policy }: Action,
  all: readonly Given[],
  given: boolean,
  { ledger, clock }: Workbench,
  refused?: string,
): Promise<void> {
  for (const one of all)
    await ledger.saveGrant(image, {
      ...one,
      given,
      at: clock.now(),
      policy,
      ...(refused !== undefined && { refused }),
    });
}
