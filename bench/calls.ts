import { parseArgs } from 'node:util';
import { worldOf } from './calls-world.ts';
import { type Counts, countRuns } from './counting.ts';
import { leastCalls, why } from './least.ts';

/** `npm run bench`: calls of one run each, by operation, beside the least that arithmetic allows. */
const options = {
  images: { type: 'string', default: '10000' },
  instances: { type: 'string', default: '3000' },
  templates: { type: 'string', default: '500' },
  versions: { type: 'string', default: '20' },
  groups: { type: 'string', default: '200' },
} as const;
const { values } = parseArgs({ options });
const size = {
  images: Number(values.images),
  instances: Number(values.instances),
  templates: Number(values.templates),
  versions: Number(values.versions),
  groups: Number(values.groups),
};

function print(run: string, calls: Counts, least: Counts): void {
  const sum = (counts: Counts) => Object.values(counts).reduce((total, count) => total + count, 0);
  console.log(`\n${run.padEnd(48)} calls  least`);
  for (const name of [...new Set([...Object.keys(calls), ...Object.keys(least)])].sort()) {
    const [made, needed] = [calls[name] ?? 0, least[name] ?? 0];
    const note = made > needed ? `  ${why[name] ?? 'nobody knows why'}` : '';
    console.log(`${name.padEnd(48)} ${String(made).padStart(5)} ${String(needed).padStart(6)}${note}`);
  }
  console.log(`${'all'.padEnd(48)} ${String(sum(calls)).padStart(5)} ${String(sum(least)).padStart(6)}`);
}

console.log(
  Object.entries(size)
    .map(([what, count]) => `${count} ${what}`)
    .join(', '),
);
const least = leastCalls(size);
const calls = await countRuns(await worldOf(size));
for (const run of ['sweep', 'retire', 'reap'] as const) print(run, calls[run], least[run]);
