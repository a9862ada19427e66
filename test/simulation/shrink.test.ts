import { expect, test } from 'vitest';
import { hour } from '../../shared/model/time.ts';
import { mutants } from './mutants.ts';
import { asArguments, has, parts, type Reduction, reduced } from './reduction.ts';
import { drawScenario } from './scenario.ts';
import { shrink } from './shrink.ts';
import { Simulation } from './simulation.ts';

const days = 0.5;

test('what does not matter is left out, and the end is the earliest that still fails', async () => {
  const fails = async ({ without, until = Number.POSITIVE_INFINITY }: Reduction) =>
    !without.includes('crashes') && !without.includes('builder') && until >= 7 * hour;
  const found = await shrink({ parts, from: 0, until: 100 * hour, fails });
  expect(found.without).toEqual(parts.filter((part) => part !== 'crashes' && part !== 'builder'));
  expect(found.until).toBe(7 * hour);
});

test('where only the whole time fails, no end is named', async () => {
  const fails = async ({ until }: Reduction) => until === undefined;
  expect(await shrink({ parts: ['storms'], from: 0, until: 3 * hour, fails })).toEqual({ without: ['storms'] });
});

test('a seed without a part never meets it, and plays the same each time', async () => {
  const without = ['crashes', 'lost-answers', 'storms', 'errors', 'operator'];
  const scenario = drawScenario(1, days);
  const reduction = { without, until: scenario.start + 4 * hour };
  const [first, second] = [await Simulation.run(1, { days, reduction }), await Simulation.run(1, { days, reduction })];
  expect(second.hash).toBe(first.hash);
  const met = [...first.coverage.counts.keys()];
  expect(met.filter((situation) => /^(crash|answer|storm|call failed)/.test(situation))).toEqual([]);
  expect(met).toContain('copy started');
});

test('a part that is not there cannot be left out', () => {
  expect(() => reduced(drawScenario(1, days), { without: ['gremlins'] })).toThrow('gremlins');
});

test('a reduction is told as the arguments that give it back', () => {
  expect(asArguments({ without: ['storms', 'lag'], until: Date.UTC(2026, 0, 6) })).toBe(
    '--without storms,lag --until 2026-01-06T00:00:00.000Z',
  );
  expect(asArguments({ without: [] })).toBe('');
});

test('a failing seed of a wrong version shrinks to what makes it fail', async () => {
  const wrong = mutants.find(({ name }) => name.startsWith('M27'));
  if (!wrong) throw new Error('there is no such mutant');
  const scenario = drawScenario(2, days);
  const fails = async (reduction: Reduction) => {
    const { violations } = await Simulation.run(2, { days, mutate: wrong.mutate, reduction });
    return violations.some(({ invariant }) => wrong.killedBy.includes(invariant));
  };
  const there = parts.filter((part) => has(scenario, part));
  const found = await shrink({ parts: there, from: scenario.start, until: scenario.faultsUntil, fails });
  expect(await fails(found)).toBe(true);
  expect(found.without).toEqual(there);
  expect(found.until ?? scenario.faultsUntil).toBeLessThan(scenario.faultsUntil);
});
