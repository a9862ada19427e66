import type { Duration, Instant } from '../model/time.ts';

/** The only source of time. */
export interface Clock {
  now(): Instant;
  sleep(duration: Duration): Promise<void>;
}
