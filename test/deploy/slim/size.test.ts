import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { slim } from '../../../scripts/build.mjs';
import { table } from '../../../scripts/markdown-table.ts';
import { root } from '../packaged.ts';
import { bare, bundleOf, sizeOf, Workshop } from './bundles.ts';
import { importTimes } from './import-time.ts';
import { bareModule, sdkUses } from './sdk-use.ts';

/**
 * The rule is 1.25 times the size and 1.6 times the import time of the bare slim clients: what a function uses of the SDK, built
 * as the functions are, with the SDK's own chain of credentials, and no code of ours.
 */
const mostSize = 1.25;
/** The floor has our credentials in place of that chain, as the functions have them: 100 KB less, and quicker to import. */
const mostOfFloor = 1.42;
/** Held against the floor, which asks for more than the rule does. */
const mostTime = 1.6;

interface Measured {
  readonly name: string;
  /** What is built for comparison. */
  readonly module: string;
  readonly bundle: string;
  readonly bare: string;
  readonly floor: string;
}

const workshop = new Workshop();
const measured: Measured[] = [];

beforeAll(async () => {
  for (const [name, use] of await sdkUses()) {
    const module = bareModule(use);
    const same = measured.find((one) => one.module === module);
    measured.push({
      name,
      module,
      bundle: bundleOf(name),
      bare: same?.bare ?? (await workshop.build(`${name}-bare`, module, bare)),
      floor: same?.floor ?? (await workshop.build(`${name}-floor`, module, slim(root))),
    });
  }
});
afterAll(() => workshop.clear());

const head = ['function', 'bundle', 'bare clients', 'floor', 'to bare (at most)', 'to floor (at most)'];
const timeOf = (best: ReadonlyMap<string, number>, file: string): number => best.get(file) ?? Number.NaN;
const ratio = (of: number, to: number): string => (of / to).toFixed(2);
const kilobytes = (file: string): string => `${Math.round(sizeOf(file) / 1000)} KB`;

describe('the bundle of a function', () => {
  it('is not much larger than what it uses of the SDK', () => {
    const rows = measured.map(({ name, ...files }) => {
      const [bundle, clients, floor] = [files.bundle, files.bare, files.floor].map(sizeOf) as [number, number, number];
      const ratios = [`${ratio(bundle, clients)} (${mostSize})`, `${ratio(bundle, floor)} (${mostOfFloor})`];
      return [name, kilobytes(files.bundle), kilobytes(files.bare), kilobytes(files.floor), ...ratios];
    });
    console.log(table(head, rows));
    for (const { name, bundle, bare: clients, floor } of measured) {
      expect(sizeOf(bundle) / sizeOf(clients), name).toBeLessThanOrEqual(mostSize);
      expect(sizeOf(bundle) / sizeOf(floor), name).toBeLessThanOrEqual(mostOfFloor);
    }
  });

  it('takes not much longer to import', () => {
    const files = [...new Set(measured.flatMap((one) => [one.bundle, one.bare, one.floor]))];
    const slow = (best: ReadonlyMap<string, number>) =>
      measured.filter((one) => timeOf(best, one.bundle) > mostTime * timeOf(best, one.floor)).map(({ name }) => name);
    const best = importTimes(files, { least: 5, most: 30, good: (times) => slow(times).length === 0 });
    const rows = measured.map(({ name, ...one }) => {
      const times = [one.bundle, one.bare, one.floor].map((file) => timeOf(best, file)) as [number, number, number];
      const ratios = [ratio(times[0], times[1]), `${ratio(times[0], times[2])} (${mostTime})`];
      return [name, ...times.map((time) => `${time.toFixed(0)} ms`), ...ratios];
    });
    console.log(table(head, rows));
    expect(slow(best)).toEqual([]);
  });
});
