import { countBy, type Diagnosis, type Examination } from '../doctor/examine.ts';
import type { Status } from '../doctor/finding.ts';
import type { Ward } from '../doctor/patient.ts';
import type { Line, Style } from '../output.ts';
import { padTo } from './table.ts';
import { counted } from './words.ts';

const words: Readonly<Record<Status, string>> = {
  ok: 'ok',
  warning: 'warning',
  failed: 'failed',
  unchecked: 'not checked',
  stays: 'stays',
};

const styles: Readonly<Record<Status, Style>> = {
  ok: 'add',
  warning: 'change',
  failed: 'remove',
  unchecked: 'quiet',
  stays: 'kept',
};

/** Which world was looked at, in the words of every other header. */
export function headOf(command: string, { kind, home }: Ward, { patient }: Examination): string {
  const world = kind === 'local' ? 'embedded AWS' : 'AWS';
  return [
    `AMI Steward ${command}`,
    patient ? `${world} ${patient.identity.account}` : world,
    ...(home ? [home.region] : []),
    ...(patient?.policy ? [`policy ${patient.policy.hash.slice(0, 7)}`] : []),
  ].join('   ');
}

export function renderDoctor(head: string, diagnoses: readonly Diagnosis[]): Line[] {
  const wide = Math.max(...diagnoses.map(({ check }) => check.length)) + 2;
  return [
    { text: head, style: 'head' },
    ...diagnoses.flatMap(({ check, finding: { status, says, next = [] } }): Line[] => [
      { text: `${padTo(words[status], 13)}${padTo(check, wide)}${says}`, style: styles[status] },
      ...next.map((step) => `${' '.repeat(13 + wide)}next: ${step}`),
    ]),
    countsLine(diagnoses),
  ];
}

function countsLine(diagnoses: readonly Diagnosis[]): string {
  const count = (status: Status) => countBy(diagnoses, status);
  const parts = [`${count('ok')} ok`, counted(count('warning'), 'warning'), `${count('failed')} failed`];
  const left = count('stays') > 0 ? [`${count('stays')} that stay`] : [];
  return `${[...parts, `${count('unchecked')} not checked`, ...left].join(', ')}. Nothing was changed.`;
}

export const doctorDocument = (command: string, { kind, home }: Ward, { patient, diagnoses }: Examination): object => ({
  schemaVersion: 1,
  command,
  world: kind,
  ...(patient && { account: patient.identity.account }),
  ...(home && { homeRegion: home.region }),
  ...(patient?.policy && { policyHash: patient.policy.hash }),
  findings: diagnoses.map(({ check, finding }) => ({ check, ...finding })),
});
