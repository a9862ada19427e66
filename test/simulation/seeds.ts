import { beforeAll, describe, expect, test } from 'vitest';
import { Coverage } from './coverage.ts';
import { Simulation } from './simulation.ts';

const repeated = 10;

interface Played {
  readonly seed: number;
  readonly hash: string;
  readonly found: readonly string[];
}

async function play(seed: number, days: number, coverage: Coverage): Promise<Played> {
  const result = await Simulation.run(seed, { days });
  coverage.add(result.coverage);
  const replay = `npm run sim -- --seed ${seed} --days ${days}`;
  const found = result.violations.map(({ invariant, what }) => `${replay}: ${invariant}: ${what}`);
  return { seed, hash: result.hash, found };
}

interface Range {
  readonly from: number;
  readonly to: number;
  /** One is enough to build, copy and share; the whole ladder takes five. */
  readonly days: number;
  /** Situations that a range of this length surely meets. */
  readonly meets: Parameters<Coverage['missing']>[0];
}

/** A range of seeds, in a file of its own so that every core plays some. */
export function playSeeds({ from, to, days, meets }: Range): void {
  const coverage = new Coverage();
  const played: Played[] = [];

  describe(`seeds ${from} to ${to}, ${days} days each`, () => {
    beforeAll(async () => {
      // Thousands of injected errors: nobody reads where they were made.
      Error.stackTraceLimit = 2;
      for (let seed = from; seed <= to; seed++) played.push(await play(seed, days, coverage));
    }, 600_000);

    test('violate no invariant', () => {
      expect(played.flatMap(({ found }) => found)).toEqual([]);
    });

    test('meet every situation that they are meant to meet', () => {
      expect(coverage.missing(meets)).toEqual([]);
    });

    test(`give the same trace again, the first ${repeated} of them`, async () => {
      for (const { seed, hash } of played.slice(0, repeated))
        expect([seed, (await play(seed, days, coverage)).hash]).toEqual([seed, hash]);
    }, 120_000);
  });
}
