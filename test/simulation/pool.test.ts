import { expect, test } from 'vitest';
import { type Played, playSeed, type SeedJob } from './jobs.ts';
import { inWorkers } from './pool.ts';
import { cellReport, figures, metBy, violationReport } from './report.ts';

test('another process plays the same seeds to the same end, and tells of them in their order', async () => {
  const jobs = [3, 1, 2].map((seed): SeedJob => ({ kind: 'seed', seed, days: 0.5 }));
  const told: number[] = [];
  const played = await inWorkers(jobs, { workers: 1, tell: ({ seed }) => told.push(seed) });
  expect(told).toEqual([3, 1, 2]);
  const here = [];
  for (const { seed, days } of jobs) here.push((await playSeed({ seed, days })).hash);
  expect(played.map(({ hash }) => hash)).toEqual(here);
}, 120_000);

test('a job that a worker cannot do ends the batch', async () => {
  const job = { kind: 'mutant' as const, name: 'M00', from: 1, most: 1, lengths: [1] };
  await expect(inWorkers([job], { workers: 1 })).rejects.toThrow('M00');
}, 120_000);

const seedPlayed = (seed: number, more: Partial<Played> = {}): Played => ({
  seed,
  days: 2,
  hash: '',
  calls: 10,
  cpu: 500,
  violations: [],
  met: [['storm', 1]],
  ...more,
});

test('a batch is told with what it met, its pace, and how to replay what is wrong', () => {
  const wrong = seedPlayed(2, { violations: [{ invariant: 'INV-1 single copy', at: 0, what: 'two copies' }] });
  const played = [seedPlayed(1), wrong];
  expect([...metBy(played)]).toEqual([['storm', 2]]);
  expect(figures(played, 2, 1)).toBe(
    '2 seeds, 4 days, 20 calls in 2.0 s with 1 workers (1.0 s of a core: 2.0 seeds/s, 4.0 days/s)',
  );
  expect(violationReport([wrong], ({ seed }) => `replay ${seed}`)).toEqual([
    '1 seeds with violations',
    '  replay 2',
    '    INV-1 single copy: two copies',
  ]);
});

test('crash cells are counted by operation and moment, and bad ones named', () => {
  const cell = { golden: 'g', call: 7, operation: 'CopyImage', bad: [] };
  const lines = cellReport([
    { ...cell, moment: 'before' },
    { ...cell, moment: 'lost', bad: ['two copies'] },
  ]);
  expect(lines).toContain('      1       0       1  CopyImage');
  expect(lines).toContain('2 runs, 1 of them bad');
  expect(lines.at(-1)).toBe('  g, call 7 (CopyImage lost): two copies');
});
