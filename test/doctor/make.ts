import type { Finding } from '../../cli/doctor/finding.ts';
import type { Seen, SeenIn } from '../../cli/doctor/seen.ts';
import type { Region } from '../../shared/model/ids.ts';
import { compiled } from '../policy/files.ts';

export const seen = <T>(value: T): Seen<T> => ({ seen: true, value });
export const denied: Seen<never> = { seen: false, because: 'denied', why: 'UnauthorizedOperation' };
export const silent: Seen<never> = { seen: false, because: 'unreadable', why: 'no answer' };

/** The same in each Region. */
export const everywhere = <T>(what: Seen<T>, ...regions: Region[]): SeenIn<T>[] =>
  regions.map((region) => ({ region, what }));

export const statuses = (findings: readonly Finding[]): string[] => findings.map(({ status }) => status);

/** A policy of one rule set, as a person would write it. */
export const policyOf = (...lines: string[]) =>
  compiled(
    [
      'version: 1',
      'policies:',
      '  - name: golden',
      '    mode: apply',
      '    select: { name: "golden-*", regions: [us-east-1] }',
      '    family: { key: "{nameBase}/{architecture}" }',
      ...lines.map((line) => `    ${line}`),
    ].join('\n'),
  );
