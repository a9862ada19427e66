import type { Instant } from '../../shared/model/time.ts';

/** What Amazon Inspector told EC2 of one image. */
export interface ScanRow {
  /** The worst label of all. */
  readonly severity: string;
  readonly at: Instant;
  readonly findings?: readonly FindingRow[];
}

export interface FindingRow {
  readonly title: string;
  readonly severity: string;
  readonly firstSeenAt: Instant;
  readonly fixAvailableSince?: Instant;
}
