import type { Principal } from './policy.ts';
import { type Duration, day, type Instant } from './time.ts';

/** Something that AWS refused for good: asking again at once would be refused again. */
export interface Refusal {
  readonly principal: Principal;
  /** The snapshot or key; absent for a launch permission. */
  readonly on?: string;
  readonly at: Instant;
  readonly why: string;
}

/** The same of a step that takes: the name of the step, and what AWS said. */
export interface RefusedStep {
  readonly step: string;
  readonly at: Instant;
  readonly why: string;
}

/** What AWS refused is asked for again after this long, since somebody may have mended it. */
export const refusalRests: Duration = day;

export const rests = ({ at }: { readonly at: Instant }, now: Instant): boolean => now - at < refusalRests;

/** The purge of what an image left is a step, too, although no plan holds it. */
export const deleteSnapshots = 'delete-snapshots';
