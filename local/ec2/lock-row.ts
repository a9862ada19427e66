import type { Instant } from '../../shared/model/time.ts';

/** What keeps a snapshot from being deleted. */
export interface LockRow {
  readonly mode: 'governance' | 'compliance';
  readonly createdAt: Instant;
  readonly coolOffUntil?: Instant | undefined;
  readonly expiresAt: Instant;
}
