import type { Ledger } from '../actions/ledger.ts';
import { shortDigest } from '../model/digest.ts';
import type { Evidence } from '../model/evidence.ts';
import type { AccountId, Region } from '../model/ids.ts';
import type { Inventory } from '../model/inventory.ts';
import type { LifecycleEvent } from '../model/lifecycle-event.ts';
import type { Outcome } from '../model/outcome.ts';
import type { Plan } from '../model/plan.ts';
import type { CompiledPolicy } from '../model/policy.ts';
import type { Duration, Instant } from '../model/time.ts';
import type { Clock } from '../ports/clock.ts';
import type { ImageUsage } from '../ports/image-usage.ts';
import type { Images } from '../ports/images.ts';
import type { Keys } from '../ports/keys.ts';
import type { Bus, Queue } from '../ports/messaging.ts';
import type { Notifier } from '../ports/notifier.ts';
import type { Pointers } from '../ports/pointers.ts';
import type { RecycleBin } from '../ports/recycle-bin.ts';
import type { UsageSource } from '../ports/usage.ts';

/** Everything that the engine works with. Composed once, at the edge. */
export interface Engine {
  readonly policy: CompiledPolicy;
  readonly account: AccountId;
  readonly homeRegion: Region;
  /** Every Region that the account may use. */
  readonly regions: () => Promise<Evidence<Region[]>>;
  readonly images: Images;
  readonly pointers: Pointers;
  readonly keys: Keys;
  readonly recycleBin: RecycleBin;
  readonly usage: readonly UsageSource[];
  readonly imageUsage: ImageUsage;
  readonly ledger: Ledger;
  readonly queue: Queue;
  readonly bus: Bus;
  readonly notifier: Notifier;
  readonly clock: Clock;
  /** How far the clocks of AWS are ahead of ours; `undefined`: none has said. Absent where time is our own. */
  readonly skew?: () => Duration | undefined;
}

/** One pass of the engine; everything it writes and emits carries these. */
export interface Run {
  readonly id: string;
  /** Equal on everything that one incoming event or one scheduled run caused. */
  readonly correlationId: string;
  /** What started this very pass: that event, or the pass that asked for it. */
  readonly causationId: string;
  readonly at: Instant;
}

/** Why a pass is made, where that is known: the id of the first cause, and of the last where it is another one. */
export type Cause = Partial<Pick<Run, 'correlationId' | 'causationId'>>;

export interface Report {
  readonly run: Run;
  readonly inventory: Inventory;
  readonly plan: Plan;
  readonly outcomes: readonly Outcome[];
  readonly events: readonly LifecycleEvent[];
  /** Regions that could not be read, with the reason. The others were finished. */
  readonly degraded: Readonly<Record<Region, string>>;
  /** Notifications that could not be sent, with the reason. Everything else was finished. */
  readonly unsent: readonly string[];
}

export const startRun = (engine: Engine, what: string, { correlationId, causationId }: Cause = {}): Run => {
  const at = engine.clock.now();
  const id = shortDigest([what, at, correlationId ?? ''], 16);
  const first = correlationId ?? id;
  return { id, correlationId: first, causationId: causationId ?? first, at };
};

/** What a line of history says of the pass that wrote it. */
export const writtenBy = ({ id, correlationId }: Run) => ({ run: id, correlationId });

export const degradedOf = (inventory: Inventory): Record<Region, string> =>
  Object.fromEntries(
    Object.entries(inventory.images).flatMap(([region, seen]) => (seen.complete ? [] : [[region, seen.why]])),
  );
