import type { ImageUsageReport, ImageUsageReportEntry, ImageUsageResourceTypeRequest } from '@aws-sdk/client-ec2';
import type { AccountId, ImageId, Region } from '../../shared/model/ids.ts';
import { day, type Instant } from '../../shared/model/time.ts';
import { AwsError, type Call, type World } from '../kernel/service.ts';
import { invalidValue } from './errors.ts';
import { tagList } from './filters.ts';
import type { TagMap } from './rows.ts';
import type { Count } from './usage-counts.ts';

const life = 30 * day;
/** Newest versions of a launch template that are looked at unless the caller says otherwise. */
export const usualDepth = 20;
const mostVersions = 10_000;
const depthOption = 'version-depth';
const types = ['ec2:Instance', 'ec2:LaunchTemplate', 'imagebuilder:ImageRecipe', 'imagebuilder:ContainerRecipe'];

export interface ReportRow {
  readonly account: AccountId;
  readonly region: Region;
  readonly id: string;
  readonly imageId: ImageId;
  readonly state: 'pending' | 'available' | 'error';
  readonly stateReason?: string;
  readonly createdAt: Instant;
  readonly requested: readonly { readonly type: string; readonly depth?: number }[];
  readonly accounts: readonly AccountId[];
  readonly tags: TagMap;
  readonly counts: readonly Count[];
}

export const reportTable = (world: World) => world.state.table<ReportRow>('image-usage-reports');

/** The caller's own that have not expired, by id. */
export const ownReports = ({ world, account, region }: Call): ReportRow[] =>
  [...reportTable(world).values()]
    .filter((row) => row.account === account && row.region === region)
    .filter(({ createdAt }) => world.timeline.now() < createdAt + life)
    .sort((a, b) => (a.id < b.id ? -1 : 1));

export function requestedTypes(given: readonly ImageUsageResourceTypeRequest[] | undefined): ReportRow['requested'] {
  if (!given?.length) throw new AwsError('MissingParameter', 'The request must contain the parameter ResourceType');
  return given.map(({ ResourceType: type = '', ResourceTypeOptions: options = [] }) => {
    if (!types.includes(type)) throw invalidValue('ResourceType', type);
    if (type !== 'ec2:LaunchTemplate' && options.length > 0) throw invalidValue('ResourceTypeOptions', type);
    if (type !== 'ec2:LaunchTemplate') return { type };
    const [option, ...more] = options;
    if (more.length > 0 || (option && option.OptionName !== depthOption))
      throw invalidValue('OptionName', option?.OptionName);
    const depth = Number(option?.OptionValues?.[0] ?? usualDepth);
    if (!(depth >= 1 && depth <= mostVersions)) throw invalidValue('OptionValues', depth);
    return { type, depth };
  });
}

export const keyOf = ({ account, region, id }: Pick<ReportRow, 'account' | 'region' | 'id'>): string =>
  `${account}/${region}/${id}`;

export const saveReport = (world: World, row: ReportRow): void => reportTable(world).set(keyOf(row), row);

export const toReport = (row: ReportRow): ImageUsageReport => ({
  ImageId: row.imageId,
  ReportId: row.id,
  ResourceTypes: row.requested.map(({ type, depth }) => ({
    ResourceType: type,
    ...(depth !== undefined && {
      ResourceTypeOptions: [{ OptionName: depthOption, OptionValues: [String(depth)] }],
    }),
  })),
  AccountIds: [...row.accounts],
  State: row.state,
  ...(row.stateReason !== undefined && { StateReason: row.stateReason }),
  CreationTime: new Date(row.createdAt),
  ExpirationTime: new Date(row.createdAt + life),
  Tags: tagList(row.tags),
});

export const toEntries = ({ id, imageId, createdAt, counts }: ReportRow): ImageUsageReportEntry[] =>
  counts.map((count) => ({
    ...count,
    ReportId: id,
    ImageId: imageId,
    ReportCreationTime: new Date(createdAt),
  }));
