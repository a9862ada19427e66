import type { PortError } from '../model/errors.ts';
import type { AccountId, ImageKey } from '../model/ids.ts';
import type { Image } from '../model/image.ts';
import type { Inventory } from '../model/inventory.ts';
import type { Outcome } from '../model/outcome.ts';
import type { Action, ActionKind, ActionOf } from '../model/plan.ts';
import type { HistoryEntry } from '../model/records.ts';
import type { Clock } from '../ports/clock.ts';
import type { ImageUsage } from '../ports/image-usage.ts';
import type { Images } from '../ports/images.ts';
import type { Keys } from '../ports/keys.ts';
import type { Pointers } from '../ports/pointers.ts';
import type { Ledger } from './ledger.ts';

/** Which function a plan is applied for; `restore`: a person. Each does only what its role may do. */
export type Role = 'on-image-event' | 'retire' | 'reap' | 'restore';

/** What an action may use. */
export interface Workbench {
  readonly images: Images;
  readonly pointers: Pointers;
  readonly keys: Keys;
  readonly imageUsage: ImageUsage;
  readonly ledger: Ledger;
  readonly clock: Clock;
  readonly account: AccountId;
  readonly role: Role;
  readonly run: string;
  readonly correlationId: string;
  readonly policyHash: string;
  /** Tags by which owners keep an image; absent: the usual one. */
  readonly keepTags?: readonly string[];
  /** Whether the policy that acts excludes an image with such tags. */
  readonly excludes?: (policy: string, image: Image) => boolean;
  /** Who may use images, as the run saw it when it decided. */
  readonly grants?: Inventory['grants'];
}

export type Result = Omit<Outcome, 'action'>;

/** A verb, complete in one place: what it needs, what it may destroy, and how it is done. */
export interface ActionDefinition<K extends ActionKind> {
  readonly kind: K;
  /** IAM actions that `apply` calls. */
  readonly permissions: readonly string[];
  /** Takes the image from its users, or lets it be taken: only on fresh evidence. */
  readonly destructive: boolean;
  /** Which function applies it, given how far it has come. */
  readonly role: (action: ActionOf<K>) => Role;
  readonly apply: (action: ActionOf<K>, bench: Workbench) => Promise<Result>;
}

export const done = (detail: Result['detail'] = {}): Result => ({ status: 'done', detail });
export const notNeeded = (why: string): Result => ({ status: 'not-needed', detail: { why } });
export const waiting = (why: string, error?: PortError): Result => ({
  status: 'waiting',
  detail: { why },
  ...cause(error),
});
export const blocked = (why: string, error?: PortError): Result => ({
  status: 'blocked',
  detail: { why },
  ...cause(error),
});

const cause = (error: PortError | undefined): Pick<Result, 'error'> =>
  error ? { error: { kind: error.kind, code: error.code, message: error.message } } : {};

/** One line of history for an action: written before what cannot be undone, and after what was done. */
export function historyOf(
  action: Action,
  bench: Workbench,
  phase: HistoryEntry['phase'],
  detail: HistoryEntry['detail'] = {},
  image: ImageKey = action.image,
): Promise<void> {
  return bench.ledger.append({
    at: bench.clock.now(),
    image,
    what: action.kind,
    phase,
    run: bench.run,
    correlationId: bench.correlationId,
    policy: action.policy,
    policyHash: bench.policyHash,
    detail: { ...detail, why: action.why },
  });
}
