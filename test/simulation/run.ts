import { parseArgs } from 'node:util';
import { sometimes } from './coverage.ts';
import { callsOf, cellsOf } from './crash-cells.ts';
import { goldens } from './golden.ts';
import { daysOf } from './hunt.ts';
import type { Hunted, MutantJob, Played, SeedJob } from './jobs.ts';
import { mutants } from './mutants.ts';
import { cores, inWorkers } from './pool.ts';
import { asArguments, has, parts, type Reduction } from './reduction.ts';
import { cellReport, coverageReport, figures, metBy, violationReport } from './report.ts';
import { drawScenario } from './scenario.ts';
import { shrink } from './shrink.ts';
import { Simulation, type Violation } from './simulation.ts';
import { story } from './story.ts';

/** Thousands of injected errors: nobody reads where they were made. */
Error.stackTraceLimit = 2;

const usage = `npm run sim -- --seed K [--days D]            replays one seed and tells its story
  --shrink                                     looks for the smallest part of it that still fails
  --without A,B  --until TIME                  leaves parts out, as a shrunk seed says
npm run sim -- --seeds N [--from K] [--days D] runs N seeds from K (default 1), the first failure shrunk
  --days 1,1,10                                lengths that take turns
  --repeat N                                   plays the first N twice: the traces must be byte-equal
npm run sim -- --mutants [--seeds N] [--days D] looks for the first of N seeds that kills each wrong version
  --only M01,M02                               of these alone
npm run sim -- --crash-cells [--every N]       strikes every call (of reads every so many) of each golden scenario
  --changes N                                  of the calls that change something every so many, too
  --workers N                                  processes to play in (default: one for each core)`;

const usualDays = 20;

const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    seeds: { type: 'string' },
    from: { type: 'string', default: '1' },
    days: { type: 'string', default: String(usualDays) },
    shrink: { type: 'boolean', default: false },
    without: { type: 'string', default: '' },
    until: { type: 'string' },
    repeat: { type: 'string', default: '0' },
    mutants: { type: 'boolean', default: false },
    only: { type: 'string', default: '' },
    'crash-cells': { type: 'boolean', default: false },
    every: { type: 'string', default: '1' },
    changes: { type: 'string', default: '1' },
    workers: { type: 'string', default: String(cores()) },
    help: { type: 'boolean', default: false },
  },
});

const lengths = values.days.split(',').map(Number);
const workers = Number(values.workers);

const asked: Reduction = {
  without: values.without.split(',').filter((part) => part !== ''),
  ...(values.until !== undefined && { until: Date.parse(values.until) }),
};

type Which = Pick<Played, 'seed' | 'days'>;

const replay = ({ seed, days }: Which, reduction: Reduction = { without: [] }): string =>
  ['npm run sim -- --seed', seed, days === usualDays ? '' : `--days ${days}`, asArguments(reduction)]
    .filter((part) => part !== '')
    .join(' ');

const say = (lines: readonly string[]): void => console.log(lines.join('\n'));

async function one(seed: number, reduction: Reduction): Promise<boolean> {
  const days = daysOf(seed, lengths);
  const result = await Simulation.run(seed, { days, reduction });
  console.log(story(result));
  if (result.violations.length > 0 && values.shrink) await smallest({ seed, days }, result.violations[0]?.invariant);
  return result.violations.length === 0;
}

/** Prints the story of the smallest part of a seed that breaks the same invariant, and how to replay it. */
async function smallest({ seed, days }: Which, invariant: string | undefined): Promise<void> {
  const scenario = drawScenario(seed, days);
  const play = (reduction: Reduction) => Simulation.run(seed, { days, reduction });
  const isIt = (found: readonly Violation[]) => found.some((one) => one.invariant === invariant);
  const found = await shrink({
    parts: parts.filter((part) => has(scenario, part)),
    from: scenario.start,
    until: scenario.faultsUntil,
    fails: async (reduction) => isIt((await Simulation.run(seed, { days, reduction, enough: isIt })).violations),
  });
  console.log(
    `\nthe smallest part of it that breaks ${invariant}:\n${story(await play(found))}\n${replay({ seed, days }, found)}`,
  );
}

async function many(from: number, count: number): Promise<boolean> {
  const begun = performance.now();
  const jobs = Array.from({ length: count }, (_none, index): SeedJob => {
    const seed = from + index;
    return { kind: 'seed', seed, days: daysOf(seed, lengths) };
  });
  const again = jobs.slice(0, Number(values.repeat));
  const all = await inWorkers([...jobs, ...again], { workers });
  const [played, repeated] = [all.slice(0, count), all.slice(count)];
  const met = metBy(played);
  const missing = sometimes.filter((situation) => !met.has(situation));
  const bad = played.filter(({ violations }) => violations.length > 0);
  const differing = repeated.filter(({ hash }, index) => hash !== played[index]?.hash);
  say([
    figures(all, (performance.now() - begun) / 1000, workers),
    ...violationReport(bad, replay),
    ...(again.length > 0 ? [repeats(repeated, differing)] : []),
    '',
    ...coverageReport(met, missing),
  ]);
  const [first] = bad;
  if (first) await smallest(first, first.violations[0]?.invariant);
  return bad.length + missing.length + differing.length === 0;
}

const repeats = (repeated: readonly Played[], differing: readonly Played[]): string =>
  differing.length === 0
    ? `${repeated.length} seeds played twice: the same trace each time`
    : `seeds with another trace the second time: ${differing.map(({ seed }) => seed).join(', ')}`;

/** Which invariant notices each wrong version, and at which seed. */
async function hunt(from: number, most: number): Promise<boolean> {
  const wanted = mutants.filter(({ name }) => values.only.split(',').some((part) => name.startsWith(part)));
  const jobs = wanted.map(({ name }): MutantJob => ({ kind: 'mutant', name, from, most, lengths }));
  const verdict = ({ kill }: Hunted) =>
    kill ? `${kill.invariant}, seed ${kill.seed} of ${kill.days} days` : `ALIVE after ${most} seeds`;
  const tell = (hunted: Hunted) => console.log(`${hunted.name.padEnd(56)} ${verdict(hunted)}`);
  const hunted = await inWorkers(jobs, { workers, tell });
  const killed = hunted.filter(({ kill }) => kill);
  console.log(`${killed.length} of ${hunted.length} mutants killed`);
  return killed.length === hunted.length;
}

async function crashCells(every: number, changes: number): Promise<boolean> {
  const cells = [];
  for (const golden of goldens) {
    const operations = await callsOf(golden);
    console.log(`${golden.name}: ${operations.length} calls`);
    cells.push(...cellsOf(golden, operations, every, changes));
  }
  const results = await inWorkers(cells, { workers });
  say(cellReport(results));
  return results.every(({ bad }) => bad.length === 0);
}

async function main(): Promise<boolean | undefined> {
  const from = Number(values.from);
  if (values['crash-cells']) return crashCells(Number(values.every), Number(values.changes));
  if (values.mutants) return hunt(from, Number(values.seeds ?? 100));
  if (values.seed !== undefined) return one(Number(values.seed), asked);
  if (values.seeds !== undefined) return many(from, Number(values.seeds));
  console.log(usage);
  return undefined;
}

if ((await main()) === false) process.exitCode = 1;
