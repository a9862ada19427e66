import { type CellJob, type CellResult, playCell } from './crash-cells.ts';
import { firstKill, type Kill } from './hunt.ts';
import { mutants } from './mutants.ts';
import type { Reduction } from './reduction.ts';
import { Simulation, type Violation } from './simulation.ts';

export interface SeedJob {
  readonly kind: 'seed';
  readonly seed: number;
  readonly days: number;
  readonly reduction?: Reduction;
}

export interface MutantJob {
  readonly kind: 'mutant';
  readonly name: string;
  readonly from: number;
  readonly most: number;
  readonly lengths: readonly number[];
}

export type Job = SeedJob | MutantJob | CellJob;

/** What is left of a seed once it has been played. */
export interface Played {
  readonly seed: number;
  readonly hash: string;
  readonly days: number;
  readonly calls: number;
  /** Milliseconds of a core. */
  readonly cpu: number;
  readonly violations: readonly Violation[];
  readonly met: readonly (readonly [situation: string, times: number])[];
}

export interface Hunted {
  readonly name: string;
  readonly kill?: Kill;
}

export type Answer<J extends Job> = J extends SeedJob ? Played : J extends MutantJob ? Hunted : CellResult;

export async function playSeed({ seed, days, reduction }: Omit<SeedJob, 'kind'>): Promise<Played> {
  const before = process.cpuUsage();
  const { hash, calls, violations, coverage } = await Simulation.run(seed, { days, ...(reduction && { reduction }) });
  const { user, system } = process.cpuUsage(before);
  return { seed, days, hash, calls, cpu: (user + system) / 1000, violations, met: [...coverage.counts] };
}

async function hunt({ name, from, most, lengths }: MutantJob): Promise<Hunted> {
  const mutant = mutants.find((one) => one.name === name);
  if (!mutant) throw new Error(`there is no mutant ${name}`);
  const kill = await firstKill(mutant, { from, most, lengths });
  return { name, ...(kill && { kill }) };
}

export const perform = (job: Job): Promise<unknown> =>
  job.kind === 'seed' ? playSeed(job) : job.kind === 'mutant' ? hunt(job) : playCell(job);
