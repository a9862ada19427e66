import type { Mutant } from './mutants.ts';
import { drawScenario } from './scenario.ts';
import { Simulation } from './simulation.ts';

export interface Kill {
  readonly seed: number;
  readonly invariant: string;
}

interface Ground {
  readonly from: number;
  readonly most: number;
  readonly days: number;
}

/** The first seed at which one of the invariants that should notice the mutant does so. */
export async function firstKill(mutant: Mutant, { from, most, days }: Ground): Promise<Kill | undefined> {
  for (let seed = from; seed < from + most; seed++) {
    if (mutant.needs?.(drawScenario(seed, days)) === false) continue;
    const { violations } = await Simulation.run(seed, { days, mutate: mutant.mutate });
    const kill = violations.find(({ invariant }) => mutant.killedBy.includes(invariant));
    if (kill) return { seed, invariant: kill.invariant };
  }
  return undefined;
}
