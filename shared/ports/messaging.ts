import type { ImageKey } from '../model/ids.ts';
import type { LifecycleEvent } from '../model/lifecycle-event.ts';
import type { Duration } from '../model/time.ts';

/** "Look at this lineage now", from the sweep to `on-image-event`. */
export interface WorkItem {
  readonly root: ImageKey;
  readonly correlationId: string;
  /** The sweep that asks. */
  readonly causationId?: string;
  /** Launch permissions are to be taken back: decided with the whole account in view, since that is taking. */
  readonly unshare?: true;
}

/** At least once, in any order. */
export interface Queue {
  /** @param after they are handed out no sooner; at most 15 minutes */
  send(items: readonly WorkItem[], after?: Duration): Promise<void>;
}

export interface Bus {
  emit(events: readonly LifecycleEvent[]): Promise<void>;
}
