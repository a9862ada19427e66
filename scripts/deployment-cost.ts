import { snapshotPrice } from '../cli/render/estimate.ts';
import { table } from './markdown-table.ts';

/** List prices in USD, us-east-1, as gathered in November 2026 (storage 0.05: AWS's archive pricing page, undated). */
export const prices = {
  lambdaRequest: 0.2 / 1e6,
  lambdaGbSecondArm: 0.0000133334,
  dynamoWrite: 0.625 / 1e6,
  dynamoRead: 0.125 / 1e6,
  customEvent: 1 / 1e6,
  snapshotGibMonth: snapshotPrice.usd,
  metricMonth: 0.3,
  alarmMonth: 0.1,
  dashboardMonth: 3,
  logGib: 0.5,
} as const;

/** A month of 20 families with 4 builds each in 4 Regions, 10 GiB an image. */
export const assumed = {
  families: 20,
  buildsAMonth: 4,
  regions: 4,
  gibPerImage: 10,
  invocations: 5_000 + 2_900 + 2 * 730,
  gbSeconds: 33_000,
  writes: 15_000,
  reads: 1_000_000,
  events: 3_000,
  metrics: 10,
  alarms: 8,
  logGib: 1,
  /** Images of a family that `keepLast: 3` and the waits of 14, 30 and 30 days leave: 3, and those on their way out. */
  keptGenerations: 3 + (4 * (14 + 30 + 30)) / 30,
} as const;

export function costRows(): [what: string, usd: number][] {
  const a = assumed;
  const p = prices;
  const perGeneration = a.families * a.regions * a.gibPerImage * p.snapshotGibMonth;
  const copied = a.families * a.buildsAMonth * (a.regions - 1) * a.gibPerImage;
  return [
    ['Lambda on arm64, before its free tier', a.invocations * p.lambdaRequest + a.gbSeconds * p.lambdaGbSecondArm],
    ['DynamoDB, on demand', a.writes * p.dynamoWrite + a.reads * p.dynamoRead],
    ['EventBridge, events of ours', a.events * p.customEvent],
    [
      'CloudWatch: 10 metrics, 8 alarms, a dashboard, 1 GB of logs, before its free tier',
      a.metrics * p.metricMonth + a.alarms * p.alarmMonth + p.dashboardMonth + a.logGib * p.logGib,
    ],
    ['transfer of copies to three Regions, at 0.02 a GiB', copied * 0.02],
    ['snapshots after a year without clean-up', 12 * a.buildsAMonth * perGeneration],
    ['snapshots with `keepLast: 3` and waits of 14, 30 and 30 days', a.keptGenerations * perGeneration],
  ];
}

export const costTable = (): string =>
  table(
    ['a month', 'USD'],
    costRows().map(([what, usd]) => [what, usd < 0.01 ? 'under 0.01' : usd < 100 ? usd.toFixed(2) : usd.toFixed(0)]),
  );
