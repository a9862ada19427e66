import { setTimeout } from 'node:timers/promises';
import type { Clock } from '../shared/ports/clock.ts';

/** Real time. */
export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: (duration) => setTimeout(duration),
};
