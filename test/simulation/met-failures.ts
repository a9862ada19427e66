import { eventLog } from '../../local/services/events.ts';
import type { EmbeddedAws } from '../../local/world.ts';
import { imageRef } from '../../shared/model/ids.ts';
import { day, type Instant, isoTime } from '../../shared/model/time.ts';
import type { Coverage } from './coverage.ts';
import type { Effect } from './invariants.ts';
import type { Scenario } from './scenario.ts';
import { keyOfRow, type Truth } from './truth.ts';

const users: readonly (readonly [RegExp, string])[] = [
  [/^template /, 'held by a launch template'],
  [/^launch configuration /, 'held by a launch configuration'],
  [/^Auto Scaling group /, 'held by an Auto Scaling group'],
  [/^parameter /, 'held by a parameter'],
  [/\(stopped\)$/, 'held by a stopped instance'],
  [/^(?:fleet|s[if]r)-/, 'held by a fleet or a Spot request'],
  [/imagebuilder/, 'held by a recipe'],
];

interface Blocked {
  readonly status?: string;
  readonly error?: string;
  readonly step?: string;
  readonly reasons?: readonly { readonly code: string }[];
  readonly guards?: readonly { readonly code: string; readonly data?: { readonly by?: unknown } }[];
}

/** Situations of the catalogue of failures that the product's events, the calendar and the world at the end tell of. */
export function noteFailures(aws: EmbeddedAws, truth: Truth, scenario: Scenario, coverage: Coverage): void {
  for (const { event } of eventLog(aws)) {
    if (event.source !== 'ami-steward' || event['detail-type'] !== 'AMI Action Blocked') continue;
    const { status, error, guards = [], reasons = [] } = event.detail.data as Blocked;
    if (reasons.some(({ code }) => code === 'snapshot-locked')) coverage.count('kept by a guard: snapshot-locked');
    if (reasons.some(({ code }) => code === 'snapshot-shared')) coverage.count('snapshot stayed with another image');
    if (status === 'blocked' && error === 'UnauthorizedOperation') coverage.count('step refused by AWS');
    if (guards.some(({ code }) => code.startsWith('bin-'))) coverage.count('held for the Recycle Bin');
    for (const by of guards.filter(({ code }) => code === 'in-use').map(({ data }) => String(data?.by)))
      for (const [pattern, situation] of users) if (pattern.test(by)) coverage.count(situation);
  }
  for (const situation of datesIn(scenario.start, scenario.end)) coverage.count(situation);
  if (truth.images().some((row) => isWaitingForWhole(row, truth))) coverage.count('newer images were not whole');
}

const putForward = ['03-08', '03-29', '10-25', '11-01'];

function datesIn(start: Instant, end: Instant): string[] {
  const dates = Array.from({ length: Math.ceil((end - start) / day) }, (_none, n) =>
    isoTime(start + n * day).slice(5, 10),
  );
  return [
    ...(dates.some((date) => date.endsWith('-01')) ? ['a month ended'] : []),
    ...(dates.includes('02-29') ? ['a leap day passed'] : []),
    ...(dates.some((date) => putForward.includes(date)) ? ['clocks were put forward or back'] : []),
  ];
}

/** Two newer ones were made, and not both of them are to be had in its Region. */
function isWaitingForWhole(row: Parameters<typeof keyOfRow>[0], truth: Truth): boolean {
  const root = truth.rootOf(keyOfRow(row));
  const at = truth.birth(root)?.at ?? 0;
  const newer = truth
    .births()
    .filter((one) => one.root === one.key && one.at > at && truth.familyOf(one.key) === truth.familyOf(root));
  const there = newer.filter(({ key }) =>
    truth.members(key).some(({ region, state }) => region === imageRef(keyOfRow(row)).region && state === 'available'),
  );
  return newer.length >= 2 && there.length < 2;
}

/** What one change of the product tells. */
export function situationsOf({ operation, output, region, input }: Effect, truth: Truth): string[] {
  if (operation === 'DeleteSnapshot')
    return truth.wasBinned(region, String(input.SnapshotId)) ? ['snapshot purged after the bin'] : [];
  if (operation !== 'DeregisterImage') return [];
  truth.noteBinned(region, String(input.ImageId));
  const codes = ((output.DeleteSnapshotResults ?? []) as { ReturnCode?: string }[]).map(({ ReturnCode }) => ReturnCode);
  return [
    ...(codes.some((code) => code !== 'success' && code !== 'skipped') ? ['snapshot did not go with its image'] : []),
    ...(codes.includes('skipped') ? ['snapshot stayed with another image'] : []),
    ...(truth.policy.policies.some(({ retain }) => retain?.recycleBin === 'required')
      ? ['image deregistered where the bin is demanded']
      : []),
  ];
}
