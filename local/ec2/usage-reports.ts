import type {
  CreateImageUsageReportRequest,
  CreateImageUsageReportResult,
  DeleteImageUsageReportRequest,
  DeleteImageUsageReportResult,
  DescribeImageUsageReportEntriesRequest,
  DescribeImageUsageReportEntriesResult,
  DescribeImageUsageReportsRequest,
  DescribeImageUsageReportsResult,
  ImageUsageReportEntry,
} from '@aws-sdk/client-ec2';
import { isoTime, minute } from '../../shared/model/time.ts';
import { AwsError, type Call, type World } from '../kernel/service.ts';
import { invalidValue, required } from './errors.ts';
import { filterBy } from './filters.ts';
import { takeInjected } from './injected.ts';
import { page } from './paging.ts';
import { specifiedTags } from './tag-rules.ts';
import { once } from './tokens.ts';
import { type Count, countUse } from './usage-counts.ts';
import {
  keyOf,
  ownReports,
  type ReportRow,
  reportTable,
  requestedTypes,
  saveReport,
  toEntries,
  toReport,
  usualDepth,
} from './usage-report-rows.ts';
import { ownImage } from './visibility.ts';

const timerKind = 'ec2.usage-report';
/** How long EC2 takes is nowhere written. */
const takes = 20 * minute;
const mostPending = 2_000;
const mostIds = 200;
const pages = { min: 5, max: 1000, usual: 100 };

function startReport(call: Call, input: CreateImageUsageReportRequest): string {
  const image = ownImage(call, input.ImageId);
  const pending = ownReports(call).filter(({ state }) => state === 'pending');
  if (pending.some(({ imageId }) => imageId === image.id))
    throw new AwsError('ResourceLimitExceeded', `A report on ${image.id} is being created already`);
  if (pending.length >= mostPending)
    throw new AwsError('ResourceLimitExceeded', `At most ${mostPending} reports can be pending`);
  const accounts = input.AccountIds ?? [];
  if (accounts.length > mostIds) throw invalidValue('AccountId', accounts.length, `exceeds ${mostIds} accounts`);
  const row: ReportRow = {
    account: call.account,
    region: call.region,
    id: call.world.random.id('amiur'),
    imageId: image.id,
    state: 'pending',
    createdAt: call.world.timeline.now(),
    requested: requestedTypes(input.ResourceTypes),
    accounts,
    tags: specifiedTags(input.TagSpecifications, ['image-usage-report'])('image-usage-report'),
    counts: [],
  };
  saveReport(call.world, row);
  call.world.timeline.schedule(row.createdAt + takes, timerKind, { report: keyOf(row) });
  return row.id;
}

/** Owner only. Pending at first; one at a time of an image. */
export const createImageUsageReport = (
  input: CreateImageUsageReportRequest,
  call: Call,
): CreateImageUsageReportResult => ({
  ReportId: once(call, 'CreateImageUsageReport', input, 'day', () => startReport(call, input)),
});

/** A row `fail-usage-report/<region>` in `injected` makes the next reports there end badly. */
export function attachReportTimers(world: World): void {
  world.timeline.on(timerKind, ({ report }: { report: string }) => {
    const row = reportTable(world).get(report);
    if (row?.state !== 'pending') return;
    const failure = takeInjected(world, `fail-usage-report/${row.region}`);
    if (failure === undefined) saveReport(world, { ...row, state: 'available', counts: counted(world, row) });
    else saveReport(world, { ...row, state: 'error', stateReason: failure });
    world.stir?.();
  });
}

const counted = (world: World, { account, region, imageId, requested, accounts, createdAt }: ReportRow): Count[] =>
  countUse(world, {
    image: { account, region, id: imageId },
    types: requested.map(({ type }) => type),
    depth: requested.find(({ depth }) => depth !== undefined)?.depth ?? usualDepth,
    accounts,
    at: createdAt,
  });

export function deleteImageUsageReport(
  { ReportId }: DeleteImageUsageReportRequest,
  call: Call,
): DeleteImageUsageReportResult {
  const id = required(ReportId, 'ReportId');
  const row = ownReports(call).find((report) => report.id === id);
  if (!row) throw new AwsError('InvalidImageUsageReportId.NotFound', `The report '${id}' does not exist`);
  reportTable(call.world).delete(keyOf(row));
  return { Return: true };
}

interface Named {
  readonly ImageIds?: readonly string[] | undefined;
  readonly ReportIds?: readonly string[] | undefined;
}

function namedReports({ ImageIds: images = [], ReportIds: reports = [] }: Named, call: Call): ReportRow[] {
  for (const ids of [images, reports]) if (ids.length > mostIds) throw invalidValue('Ids', ids.length);
  return ownReports(call).filter(
    ({ id, imageId }) =>
      (images.length === 0 || images.includes(imageId)) && (reports.length === 0 || reports.includes(id)),
  );
}

export function describeImageUsageReports(
  input: DescribeImageUsageReportsRequest,
  call: Call,
): DescribeImageUsageReportsResult {
  const matches = filterBy<ReportRow>(
    input.Filters,
    { state: ({ state }) => [state], 'creation-time': ({ createdAt }) => [isoTime(createdAt)] },
    ({ tags }) => tags,
  );
  const { rows, ...token } = page(namedReports(input, call).filter(matches), input, pages, ({ id }) => id);
  return { ImageUsageReports: rows.map(toReport), ...token };
}

export function describeImageUsageReportEntries(
  input: DescribeImageUsageReportEntriesRequest,
  call: Call,
): DescribeImageUsageReportEntriesResult {
  const entries = namedReports(input, call).flatMap(toEntries);
  const matches = filterBy<ImageUsageReportEntry>(
    input.Filters,
    { 'account-id': ({ AccountId }) => [AccountId], 'resource-type': ({ ResourceType }) => [ResourceType] },
    () => ({}),
  );
  const keyed = (entry: ImageUsageReportEntry) => `${entry.ReportId} ${entry.AccountId} ${entry.ResourceType}`;
  const sorted = entries.filter(matches).sort((a, b) => (keyed(a) < keyed(b) ? -1 : 1));
  const { rows, ...token } = page(sorted, input, pages, keyed);
  return { ImageUsageReportEntries: rows, ...token };
}
