import { parseArgs } from 'node:util';
import { Coverage, notCovered, sometimes } from './coverage.ts';
import { firstKill } from './hunt.ts';
import { mutants } from './mutants.ts';
import { type Result, Simulation } from './simulation.ts';
import { story } from './story.ts';

/** Thousands of injected errors: nobody reads where they were made. */
Error.stackTraceLimit = 2;

const usage = `npm run sim -- --seed K [--days D]            replays one seed and tells its story
npm run sim -- --seeds N [--from K] [--days D] runs N seeds from K (default 1)
npm run sim -- --mutants [--seeds N] [--days D] looks for the first of N seeds that kills each wrong version`;

const usualDays = 20;

const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    seeds: { type: 'string' },
    from: { type: 'string', default: '1' },
    days: { type: 'string', default: String(usualDays) },
    mutants: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

const days = Number(values.days);

const replay = ({ scenario }: Result): string =>
  `npm run sim -- --seed ${scenario.seed}${days === usualDays ? '' : ` --days ${days}`}`;

async function one(seed: number): Promise<number> {
  const result = await Simulation.run(seed, { days });
  console.log(story(result));
  return result.violations.length === 0 ? 0 : 1;
}

async function many(from: number, count: number): Promise<number> {
  const coverage = new Coverage();
  const bad: Result[] = [];
  let calls = 0;
  const begun = performance.now();
  const before = process.cpuUsage();
  for (let seed = from; seed < from + count; seed++) {
    const result = await Simulation.run(seed, { days });
    coverage.add(result.coverage);
    calls += result.calls;
    if (result.violations.length > 0) bad.push(result);
  }
  const seconds = (performance.now() - begun) / 1000;
  const { user, system } = process.cpuUsage(before);
  const cpu = (user + system) / 1_000_000;
  const missing = coverage.missing(sometimes);
  console.log(
    `${count} seeds of ${days} days in ${seconds.toFixed(1)} s (${cpu.toFixed(1)} s of CPU): ${(count / seconds).toFixed(1)} seeds/s, ${calls} calls`,
  );
  console.log(`${bad.length} seeds with violations`);
  for (const result of bad.slice(0, 10)) {
    const first = result.violations[0];
    console.log(`  ${replay(result)}\n    ${first?.invariant}: ${first?.what}`);
  }
  console.log('\nmet:');
  for (const [situation, times] of [...coverage.counts].sort())
    console.log(`  ${String(times).padStart(7)}  ${situation}`);
  if (missing.length > 0) console.log(`\nnever met: ${missing.join(', ')}`);
  console.log(`\nnot covered:\n${notCovered.map((line) => `  ${line}`).join('\n')}`);
  return bad.length > 0 || missing.length > 0 ? 1 : 0;
}

/** Which invariant notices each wrong version, and at which seed. */
async function hunt(from: number, most: number): Promise<number> {
  let alive = 0;
  for (const mutant of mutants) {
    const killed = await firstKill(mutant, from, most, days);
    alive += killed ? 0 : 1;
    const verdict = killed ? `seed ${killed.seed}: ${killed.invariant}` : `ALIVE after ${most} seeds`;
    console.log(`${mutant.name.padEnd(56)} ${verdict}`);
  }
  console.log(`${mutants.length - alive} of ${mutants.length} mutants killed`);
  return alive === 0 ? 0 : 1;
}

if (values.mutants) process.exitCode = await hunt(Number(values.from), Number(values.seeds ?? 100));
else if (values.seed !== undefined) process.exitCode = await one(Number(values.seed));
else if (values.seeds !== undefined) process.exitCode = await many(Number(values.from), Number(values.seeds));
else console.log(usage);
