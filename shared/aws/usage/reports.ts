import {
  CreateImageUsageReportCommand,
  type EC2Client,
  type ImageUsageReport,
  type ImageUsageReportEntry,
  type ImageUsageResourceType,
  paginateDescribeImageUsageReportEntries,
  paginateDescribeImageUsageReports,
} from '@aws-sdk/client-ec2';
import { PortError } from '../../model/errors.ts';
import type { ImageId, ImageRef, Region } from '../../model/ids.ts';
import type { Tags } from '../../model/image.ts';
import { fullDepth, type ReportedUse, reportedTypes, type UsageReport } from '../../model/references.ts';
import { chunks } from '../batches.ts';
import { tagList } from '../copy-input.ts';

/** Both describes filter by at most 200 ids. */
const idsPerCall = 200;

const depthOption = 'version-depth';

/** Everything that a report can count, in all accounts. */
const wanted: readonly ImageUsageResourceType[] = reportedTypes.map((ResourceType) => ({
  ResourceType,
  ...(ResourceType === 'ec2:LaunchTemplate' && {
    ResourceTypeOptions: [{ OptionName: depthOption, OptionValues: [String(fullDepth)] }],
  }),
}));

export async function requestReport(
  client: EC2Client,
  image: ImageRef,
  tags: Tags,
  clientToken: string,
): Promise<string> {
  const { ReportId } = await client.send(
    new CreateImageUsageReportCommand({
      ImageId: image.id,
      ResourceTypes: [...wanted],
      ClientToken: clientToken,
      TagSpecifications: [{ ResourceType: 'image-usage-report', Tags: tagList(tags) }],
    }),
  );
  if (ReportId === undefined) throw odd('CreateImageUsageReport', image.region, 'an answer without ReportId');
  return ReportId;
}

export async function reportsOf(
  client: EC2Client,
  region: Region,
  images: readonly ImageId[],
): Promise<Map<ImageId, UsageReport[]>> {
  const reports: ImageUsageReport[] = [];
  for (const some of chunks(images, idsPerCall))
    for await (const page of paginateDescribeImageUsageReports({ client }, { ImageIds: some }))
      reports.push(...(page.ImageUsageReports ?? []));
  const counted = reports.flatMap(({ State, ReportId }) => (State === 'available' && ReportId ? [ReportId] : []));
  const entries = await entriesOf(client, counted);
  return joinReports(region, reports, entries);
}

async function entriesOf(client: EC2Client, reports: readonly string[]): Promise<ImageUsageReportEntry[]> {
  const entries: ImageUsageReportEntry[] = [];
  for (const some of chunks(reports, idsPerCall))
    for await (const page of paginateDescribeImageUsageReportEntries({ client }, { ReportIds: some }))
      entries.push(...(page.ImageUsageReportEntries ?? []));
  return entries;
}

/** Reports with their entries, by image. */
export function joinReports(
  region: Region,
  reports: readonly ImageUsageReport[],
  entries: readonly ImageUsageReportEntry[],
): Map<ImageId, UsageReport[]> {
  if (entries.some(({ ReportId }) => ReportId === undefined))
    throw odd('DescribeImageUsageReportEntries', region, 'an entry that does not name its report');
  const read = reports.map((report) => ({ image: report.ImageId ?? '', report: reportFrom(region, report, entries) }));
  const byImage = Map.groupBy(read, ({ image }) => image);
  return new Map([...byImage].map(([image, list]) => [image, list.map(({ report }) => report)]));
}

function reportFrom(region: Region, report: ImageUsageReport, entries: readonly ImageUsageReportEntry[]): UsageReport {
  const { ReportId: id, ImageId: image, State: state, StateReason: reason, CreationTime: createdAt } = report;
  const at = new Date(createdAt ?? '').getTime();
  if (id === undefined || image === undefined || Number.isNaN(at))
    throw odd('DescribeImageUsageReports', region, 'a report without id, image or time');
  const isKnown = state === 'available' || state === 'pending';
  return {
    id,
    state: isKnown ? state : 'error',
    createdAt: at,
    full: isFull(report),
    ...(reason !== undefined && reason !== '' && { reason }),
    uses: entries.filter(({ ReportId }) => ReportId === id).map((entry) => useIn(region, entry)),
  };
}

/** A report that somebody asked for with less in it shows what it shows, and nothing by its silence. */
function isFull({ AccountIds: accounts = [], ResourceTypes: types = [] }: ImageUsageReport): boolean {
  const depth = types
    .filter(({ ResourceType }) => ResourceType === 'ec2:LaunchTemplate')
    .flatMap(({ ResourceTypeOptions: options = [] }) => options)
    .filter(({ OptionName }) => OptionName === depthOption)
    .flatMap(({ OptionValues = [] }) => OptionValues);
  const has = (type: string) => types.some(({ ResourceType }) => ResourceType === type);
  return accounts.length === 0 && reportedTypes.every(has) && depth.some((value) => Number(value) >= fullDepth);
}

/** An entry is there because something was counted: without a figure it is one use at least. */
function useIn(region: Region, { AccountId: account, ResourceType, UsageCount }: ImageUsageReportEntry): ReportedUse {
  if (account === undefined) throw odd('DescribeImageUsageReportEntries', region, 'an entry without an account');
  return { account, type: ResourceType ?? 'unknown type', count: UsageCount ?? 1 };
}

const odd = (operation: string, region: Region, message: string): PortError =>
  new PortError('unexpected', { operation, region, code: 'UnexpectedAnswer' }, message);
