import { notCovered } from './coverage.ts';
import type { CellResult } from './crash-cells.ts';
import type { Played } from './jobs.ts';

const mostShown = 10;

/** What a batch met, situation by situation. */
export function metBy(played: readonly Played[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { met } of played)
    for (const [situation, times] of met) counts.set(situation, (counts.get(situation) ?? 0) + times);
  return new Map([...counts].sort(([a], [b]) => (a < b ? -1 : 1)));
}

export function coverageReport(met: ReadonlyMap<string, number>, missing: readonly string[]): string[] {
  return [
    'met:',
    ...[...met].map(([situation, times]) => `  ${String(times).padStart(7)}  ${situation}`),
    missing.length === 0 ? 'every situation that the batch should meet was met' : `never met: ${missing.join(', ')}`,
    '',
    'not covered:',
    ...notCovered.map((line) => `  ${line}`),
  ];
}

export const violationReport = (bad: readonly Played[], replay: (played: Played) => string): string[] => [
  `${bad.length} seeds with violations`,
  ...bad.slice(0, mostShown).flatMap((played) => [`  ${replay(played)}`, ...played.violations.slice(0, 1).map(told)]),
];

const told = ({ invariant, what }: Played['violations'][number]): string => `    ${invariant}: ${what}`;

/** How much was played, and how fast. */
export function figures(played: readonly Played[], seconds: number, workers: number): string {
  const sum = (read: (one: Played) => number) => played.reduce((total, one) => total + read(one), 0);
  const cpu = sum((one) => one.cpu) / 1000;
  return [
    `${played.length} seeds, ${sum((one) => one.days)} days, ${sum((one) => one.calls)} calls`,
    `in ${seconds.toFixed(1)} s with ${workers} workers (${cpu.toFixed(1)} s of a core:`,
    `${(played.length / cpu).toFixed(1)} seeds/s, ${(sum((one) => one.days) / cpu).toFixed(1)} days/s)`,
  ].join(' ');
}

/** How often each operation was struck before its effect, after it, and with its answer lost. */
export function cellReport(results: readonly CellResult[]): string[] {
  const byOperation = Map.groupBy(results, ({ operation }) => operation);
  const times = (all: readonly CellResult[], wanted: string) =>
    String(all.filter(({ moment }) => moment === wanted).length).padStart(7);
  const bad = results.filter((result) => result.bad.length > 0);
  return [
    ' before   after    lost  operation',
    ...[...byOperation]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([operation, all]) => `${times(all, 'before')} ${times(all, 'after')} ${times(all, 'lost')}  ${operation}`),
    `${results.length} runs, ${bad.length} of them bad`,
    ...bad
      .slice(0, mostShown)
      .map(
        ({ golden, call, operation, moment, bad: [first] }) =>
          `  ${golden}, call ${call} (${operation} ${moment}): ${first}`,
      ),
  ];
}
