import type { ImageKey } from '../model/ids.ts';
import type { LifecycleEvent } from '../model/lifecycle-event.ts';

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
  send(items: readonly WorkItem[]): Promise<void>;
}

export interface Bus {
  emit(events: readonly LifecycleEvent[]): Promise<void>;
}
