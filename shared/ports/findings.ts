import type { ImageRef } from '../model/ids.ts';
import type { Severity } from '../model/image.ts';
import type { Instant } from '../model/time.ts';

/** One vulnerability that Amazon Inspector found in an image. */
export interface Finding {
  readonly title: string;
  /** Absent where EC2 names none, or one that is new to us. */
  readonly severity?: Severity;
  readonly fixAvailable: boolean;
  readonly firstSeenAt?: Instant;
}

/** @returns all findings of an image, the worst first; none where it was never scanned. May fail with a `PortError`. */
export type Findings = (image: ImageRef) => Promise<Finding[]>;
