import type { GetImageFindingsRequest, GetImageFindingsResult, ImageFinding, ScanResults } from '@aws-sdk/client-ec2';
import type { Instant } from '../../shared/model/time.ts';
import type { Call } from '../kernel/service.ts';
import { page } from './paging.ts';
import type { FindingRow, ScanRow } from './scan-row.ts';
import { seenImage } from './visibility.ts';

/** Whatever Inspector found in an image that the caller may use. One that was never scanned has none. */
export function getImageFindings(input: GetImageFindingsRequest, call: Call): GetImageFindingsResult {
  const { scan } = seenImage(call, input.ImageId);
  const numbered = (scan?.findings ?? []).map((finding, number) => ({
    finding,
    place: String(number).padStart(8, '0'),
  }));
  const { rows, NextToken } = page(numbered, input, { min: 1, max: 1_000, usual: 1_000 }, ({ place }) => place);
  return { ImageFindings: rows.map(({ finding }) => toFinding(finding)), ...(NextToken && { NextToken }) };
}

const toFinding = ({ title, severity, firstSeenAt, fixAvailableSince }: FindingRow): ImageFinding => ({
  Title: title,
  SeverityLabel: severity as 'high',
  FixAvailable: fixAvailableSince !== undefined,
  FirstObservedAt: new Date(firstSeenAt),
});

/** The summary that DescribeImages shows: the worst label, and since when each severity could be mended. */
export function toScanResults({ severity, at, findings = [] }: ScanRow): ScanResults {
  const since = (label: string): Instant | undefined => {
    const dates = findings.flatMap((one) =>
      one.severity === label && one.fixAvailableSince !== undefined ? [one.fixAvailableSince] : [],
    );
    return dates.length === 0 ? undefined : Math.min(...dates);
  };
  const fixes = ['Critical', 'High', 'Medium', 'Low', 'Informational'].flatMap((label) => {
    const date = since(label.toLowerCase());
    return date === undefined ? [] : [[`${label}FixAvailableSince`, new Date(date)] as const];
  });
  return {
    HighestFindingSeverityLabel: severity as 'high',
    FindingScanDate: new Date(at),
    ...Object.fromEntries(fixes),
  };
}
