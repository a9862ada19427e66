import { eventSource, type LifecycleEvent, type LifecycleType } from '../../shared/model/lifecycle-event.ts';

/** A lifecycle event as it arrives at a rule's target; the bus adds `id`, `time`, `account` and `region`. */
export interface LifecycleEntry {
  readonly source: typeof eventSource;
  readonly 'detail-type': LifecycleType;
  readonly resources: readonly string[];
  readonly detail: Pick<LifecycleEvent, 'metadata' | 'data'>;
}

export const toEntry = (event: LifecycleEvent): LifecycleEntry => ({
  source: eventSource,
  'detail-type': event.type,
  resources: event.resources,
  detail: { metadata: event.metadata, data: event.data },
});
