import type { ActionKind } from '../../shared/model/plan.ts';
import { day, formatDuration, hour, type Instant, isoTime } from '../../shared/model/time.ts';
import type { Header } from '../survey.ts';

/** `2026-11-23 10:02 UTC`. */
export const clockTime = (at: Instant): string => `${isoTime(at).slice(0, 16).replace('T', ' ')} UTC`;

export const date = (at: Instant): string => isoTime(at).slice(0, 10);

/** Whole days between, or hours when it is less than one. */
export const span = (duration: number): string =>
  duration >= day
    ? formatDuration(Math.floor(duration / day) * day)
    : formatDuration(Math.floor(duration / hour) * hour);

export const counted = (count: number, one: string, many = `${one}s`): string => `${count} ${count === 1 ? one : many}`;

/** Each step in one word, as it stands in every plan line. */
export const stepWords: Readonly<Record<ActionKind, string>> = {
  'mark-image': 'mark',
  'clean-up-copy': 'clean-up',
  'copy-image': 'copy',
  'grant-key': 'grant-key',
  'share-snapshots': 'share-snaps',
  'share-image': 'share',
  'publish-image': 'publish',
  'deprecate-image': 'deprecate',
  'give-notice': 'notice',
  'request-usage-report': 'ask-usage',
  'disable-image': 'disable',
  'approve-removal': 'approve',
  'deregister-image': 'deregister',
  'enable-image': 'enable',
  'cancel-deprecation': 'undeprecate',
  'return-shares': 'reshare',
  'recover-image': 'recover',
};

const worlds = { aws: 'AWS', local: 'embedded AWS', inventory: 'saved inventory' };

/** `AMI Steward plan   AWS 111122223333   4 Regions   policy 9f3c1e2 policy.yml   2026-11-23 10:02 UTC`. */
export const headLine = (command: string, header: Header): string =>
  [
    `AMI Steward ${command}`,
    `${worlds[header.world]} ${header.account}`,
    counted(header.regions.length, 'Region'),
    `policy ${header.policyHash.slice(0, 7)} ${header.policyFile}`,
    clockTime(header.time),
  ].join('   ');

export const degradedLines = ({ degraded }: Header): string[] =>
  Object.entries(degraded).map(([region, why]) => `Degraded: ${region} could not be read in whole: ${why}`);
