import { beforeAll, describe, expect, test } from 'vitest';
import { Coverage, often } from './coverage.ts';
import { Simulation } from './simulation.ts';

/** Most seeds are a day, in which images are built, copied and shared; every fifteenth has time for the whole ladder. */
const daysOf = (seed: number): number => (seed % 15 === 0 ? 5 : 1);
const count = 300;
const repeated = 20;

interface Played {
  readonly seed: number;
  readonly hash: string;
  readonly found: readonly string[];
}

const coverage = new Coverage();
const played: Played[] = [];

async function play(seed: number): Promise<Played> {
  const result = await Simulation.run(seed, { days: daysOf(seed) });
  coverage.add(result.coverage);
  const replay = `npm run sim -- --seed ${seed} --days ${daysOf(seed)}`;
  const found = result.violations.map(({ invariant, what }) => `${replay}: ${invariant}: ${what}`);
  return { seed, hash: result.hash, found };
}

describe(`${count} seeds`, () => {
  beforeAll(async () => {
    // Thousands of injected errors: nobody reads where they were made.
    Error.stackTraceLimit = 2;
    for (let seed = 1; seed <= count; seed++) played.push(await play(seed));
  }, 600_000);

  test('violate no invariant', () => {
    expect(played.flatMap(({ found }) => found)).toEqual([]);
  });

  test('meet every situation that they are meant to meet', () => {
    expect(coverage.missing(often)).toEqual([]);
  });

  test(`give the same trace again, the first ${repeated} of them`, async () => {
    for (const { seed, hash } of played.slice(0, repeated))
      expect([seed, (await play(seed)).hash]).toEqual([seed, hash]);
  }, 120_000);
});
