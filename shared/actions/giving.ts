import { isPortError, isRetryable } from '../model/errors.ts';
import type { Action } from '../model/plan.ts';
import { accountPrincipal, type Principal } from '../model/policy.ts';
import type { Grant } from '../model/records.ts';
import type { StorageGrant } from '../model/storage.ts';
import { changesPerCall } from '../ports/images.ts';
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

type Changing = Action & { readonly add: readonly unknown[]; readonly remove: readonly unknown[] };

/**
 * What we give is written down first: only what we are known to have given may ever be taken back. A refusal is
 * written down too, so that the same is not asked for again at once.
 */
export async function give(
  action: Changing,
  change: Change,
  bench: Workbench,
  call: () => Promise<void>,
): Promise<Result> {
  const before = await bench.ledger.grants(action.image);
  if ([...change.add, ...change.remove].some((one) => isNewer(one, before)))
    return blocked('a newer version wrote down what was given, so it is left to it');
  await note(action, change.add, () => true, bench);
  try {
    await call();
  } catch (error) {
    if (!isPortError(error)) throw error;
    if (isRetryable(error) || error.kind === 'not-found') return waiting(error.message, error);
    const wasGiven = givenIn(before);
    await note(action, change.add, (one) => wasGiven(one) || !isOneCall(action, change), bench, error.message);
    await note(action, change.remove, wasGiven, bench, error.message);
    return blocked(error.message, error);
  }
  await note(action, change.remove, () => false, bench);
  await historyOf(action, bench, 'after', { added: action.add, removed: action.remove });
  return done({ added: action.add, removed: action.remove });
}

const isNewer = ({ principal, on }: Given, rows: readonly Grant[]): boolean =>
  rows.some((row) => row.newer && row.principal === principal && row.on === on);

/** Given by one call, of which a refusal means that none of it was done; of several the first may have been heard. */
function isOneCall({ kind }: Changing, { add, remove }: Change): boolean {
  if (remove.length > 0 || add.length > changesPerCall) return false;
  return kind === 'grant-key' ? add.length === 1 : new Set(add.map(({ on }) => on)).size === 1;
}

/** What was ours before stays ours; what somebody else gave does not become ours by a refusal. */
const givenIn =
  (before: readonly Grant[]) =>
  ({ principal, on }: Given): boolean =>
    before.some((one) => one.principal === principal && one.on === on && one.given);

async function note(
  { image, policy }: Action,
  all: readonly Given[],
  given: (one: Given) => boolean,
  { ledger, clock }: Workbench,
  refused?: string,
): Promise<void> {
  for (const one of all)
    await ledger.saveGrant(image, {
      ...one,
      given: given(one),
      at: clock.now(),
      policy,
      ...(refused !== undefined && { refused }),
    });
}
