import { hour, type Instant } from '../../shared/model/time.ts';
import type { Reduction } from './reduction.ts';

export interface Shrinking {
  /** What may be left out. */
  readonly parts: readonly string[];
  readonly from: Instant;
  readonly until: Instant;
  /** Whether the reduced scenario still fails in the same way. */
  readonly fails: (reduction: Reduction) => Promise<boolean>;
}

/** Fineness of the end that is looked for. */
const step = hour;

/** Leaves out one part after the other while it still fails, then looks for the earliest end. */
export async function shrink({ parts, from, until, fails }: Shrinking): Promise<Reduction> {
  let without: readonly string[] = [];
  for (const part of parts) {
    const less = [...without, part];
    if (await fails({ without: less })) without = less;
  }
  const end = await earliestEnd(from, until, (at) => fails({ without, until: at }));
  return end === until ? { without } : { without, until: end };
}

/** By halves: failing need not be steady, so what is found is an end that fails, not always the first. */
async function earliestEnd(from: Instant, until: Instant, fails: (at: Instant) => Promise<boolean>): Promise<Instant> {
  let passes = 0;
  let failing = Math.ceil((until - from) / step);
  const at = (steps: number) => Math.min(until, from + steps * step);
  while (failing - passes > 1) {
    const middle = Math.floor((passes + failing) / 2);
    if (await fails(at(middle))) failing = middle;
    else passes = middle;
  }
  return at(failing);
}
