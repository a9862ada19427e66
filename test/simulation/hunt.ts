import type { Mutant } from './mutants.ts';
import { drawScenario } from './scenario.ts';
import { Simulation, type Violation } from './simulation.ts';

export interface Kill {
  readonly seed: number;
  readonly days: number;
  readonly invariant: string;
}

interface Ground {
  readonly from: number;
  readonly most: number;
  readonly lengths: readonly number[];
}

/** Lengths take turns, so that a batch holds many short seeds and some that reach the end of every ladder. */
export const daysOf = (seed: number, lengths: readonly number[]): number => lengths[seed % lengths.length] ?? 1;

/** A seed at which one of the invariants that should notice the mutant does so: the one that did before, or the first. */
export async function firstKill(mutant: Mutant, { from, most, lengths }: Ground): Promise<Kill | undefined> {
  const seeds = Array.from({ length: most }, (_, number) => from + number);
  const { shownBy } = mutant;
  const first = shownBy !== undefined && seeds.includes(shownBy) ? [shownBy] : [];
  for (const seed of [...first, ...seeds.filter((one) => one !== first[0])]) {
    const days = daysOf(seed, lengths);
    if (mutant.needs?.(drawScenario(seed, days)) === false) continue;
    const killing = ({ invariant }: Violation) => mutant.killedBy.includes(invariant);
    const enough = (found: readonly Violation[]) => found.some(killing);
    const { violations } = await Simulation.run(seed, { days, mutate: mutant.mutate, enough });
    const kill = violations.find(killing);
    if (kill) return { seed, days, invariant: kill.invariant };
  }
  return undefined;
}
