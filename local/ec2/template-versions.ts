import type {
  CreateLaunchTemplateVersionRequest,
  CreateLaunchTemplateVersionResult,
  DescribeLaunchTemplateVersionsRequest,
  DescribeLaunchTemplateVersionsResult,
  LaunchTemplateSpecification,
  LaunchTemplateVersion,
  ResponseLaunchTemplateData,
} from '@aws-sdk/client-ec2';
import { isoTime } from '../../shared/model/time.ts';
import type { Call } from '../kernel/service.ts';
import { invalidCombination, invalidValue, required } from './errors.ts';
import { type FilterFields, filterBy } from './filters.ts';
import { isImageAlias, resolveAlias } from './image-alias.ts';
import { ownTemplate, templatePages, userArn } from './launch-templates.ts';
import { page } from './paging.ts';
import { rowsIn, save, type TemplateRow, type TemplateVersionRow } from './rows.ts';
import { findVersion, newVersion, versionKey, versionsOf } from './template-rows.ts';
import { once } from './tokens.ts';

/** A version with its template and, when asked for, its image alias resolved. */
interface Shown {
  readonly template: TemplateRow;
  readonly version: TemplateVersionRow;
  readonly data: ResponseLaunchTemplateData;
}

const fields: FilterFields<Shown> = {
  'create-time': ({ version }) => [isoTime(version.createdAt)],
  'ebs-optimized': ({ data }) => [data.EbsOptimized],
  'image-id': ({ data }) => [data.ImageId],
  'instance-type': ({ data }) => [data.InstanceType],
  'is-default-version': ({ template, version }) => [version.number === template.defaultVersion],
  'kernel-id': ({ data }) => [data.KernelId],
  'ram-disk-id': ({ data }) => [data.RamDiskId],
};

const toVersion = ({ template, version, data }: Shown): LaunchTemplateVersion => ({
  LaunchTemplateId: template.id,
  LaunchTemplateName: template.name,
  VersionNumber: version.number,
  ...(version.description !== undefined && { VersionDescription: version.description }),
  CreateTime: new Date(version.createdAt),
  CreatedBy: userArn(version.account),
  DefaultVersion: version.number === template.defaultVersion,
  LaunchTemplateData: data,
});

/** JSON keeps no dates; the only one in the data is when a Spot request ends. */
function revive(data: ResponseLaunchTemplateData): ResponseLaunchTemplateData {
  const market = data.InstanceMarketOptions;
  const end = market?.SpotOptions?.ValidUntil;
  if (!end) return data;
  const SpotOptions = { ...market.SpotOptions, ValidUntil: new Date(end) };
  return { ...data, InstanceMarketOptions: { ...market, SpotOptions } };
}

/** An alias that leads nowhere stays as it is written. */
function show(call: Call, template: TemplateRow, version: TemplateVersionRow, resolve: boolean): Shown {
  const data = revive(version.data as ResponseLaunchTemplateData);
  const id = resolve && isImageAlias(data.ImageId) ? resolveAlias(call, data.ImageId) : undefined;
  return { template, version, data: id === undefined ? data : { ...data, ImageId: id } };
}

type Bounds = Pick<DescribeLaunchTemplateVersionsRequest, 'Versions' | 'MinVersion' | 'MaxVersion'>;

function versionsOfOne(call: Call, template: TemplateRow, wanted: Bounds): TemplateVersionRow[] {
  const { Versions: names = [], MinVersion: min, MaxVersion: max } = wanted;
  if (names.length > 0 && (min !== undefined || max !== undefined))
    throw invalidCombination('Versions cannot be used with MinVersion or MaxVersion');
  if (names.length > 0) {
    return [...new Set(names.map((name) => findVersion(call, template, name)))];
  }
  return versionsOf(call, template).filter(
    ({ number }) => number >= Number(min ?? 1) && number <= Number(max ?? template.latestVersion),
  );
}

/** Without a template: the latest, the default or both versions of every template in the account. */
function versionsOfAll(call: Call, wanted: Bounds): [TemplateRow, TemplateVersionRow][] {
  const names = wanted.Versions ?? [];
  if (names.length === 0) throw invalidCombination('Name a launch template, or the versions $Latest or $Default');
  if (wanted.MinVersion !== undefined || wanted.MaxVersion !== undefined)
    throw invalidCombination('MinVersion and MaxVersion need a launch template');
  for (const name of names)
    if (name !== '$Latest' && name !== '$Default')
      throw invalidValue('LaunchTemplateVersion', name, 'needs a template');
  return rowsIn(call.world, 'launch-templates', call.region)
    .filter((row) => row.account === call.account)
    .flatMap((row) =>
      versionsOfOne(call, row, { Versions: names }).map((version): [TemplateRow, TemplateVersionRow] => [row, version]),
    );
}

function wantedVersions(call: Call, input: DescribeLaunchTemplateVersionsRequest): [TemplateRow, TemplateVersionRow][] {
  if (input.LaunchTemplateId === undefined && input.LaunchTemplateName === undefined) return versionsOfAll(call, input);
  const template = ownTemplate(call, input);
  return versionsOfOne(call, template, input).map((version) => [template, version]);
}

export function describeLaunchTemplateVersions(
  input: DescribeLaunchTemplateVersionsRequest,
  call: Call,
): DescribeLaunchTemplateVersionsResult {
  const matches = filterBy<Shown>(input.Filters, fields, () => ({}));
  const found = wantedVersions(call, input)
    .map(([template, version]) => show(call, template, version, input.ResolveAlias ?? false))
    .filter(matches)
    .sort((a, b) => (versionKey(a.version) < versionKey(b.version) ? -1 : 1));
  const { rows, ...token } = page(found, input, templatePages, ({ version }) => versionKey(version));
  return { LaunchTemplateVersions: rows.map(toVersion), ...token };
}

function addVersion(call: Call, input: CreateLaunchTemplateVersionRequest): string {
  const template = ownTemplate(call, input);
  const base = input.SourceVersion ? findVersion(call, template, input.SourceVersion).data : {};
  const data = { ...base, ...required(input.LaunchTemplateData, 'LaunchTemplateData') };
  const number = template.latestVersion + 1;
  const version = newVersion(call, template, { number, data, description: input.VersionDescription });
  save(call.world, 'launch-template-versions', version);
  save(call.world, 'launch-templates', { ...template, latestVersion: number });
  return String(number);
}

/** The new version is the latest; the default stays. */
export function createLaunchTemplateVersion(
  input: CreateLaunchTemplateVersionRequest,
  call: Call,
): CreateLaunchTemplateVersionResult {
  const number = once(call, 'CreateLaunchTemplateVersion', input, 'day', () => addVersion(call, input));
  const template = ownTemplate(call, input);
  const version = findVersion(call, template, number);
  return { LaunchTemplateVersion: toVersion(show(call, template, version, input.ResolveAlias ?? false)) };
}

/** The version that RunInstances means; without a number the default one. */
export const versionForLaunch = (call: Call, given: LaunchTemplateSpecification): TemplateVersionRow =>
  findVersion(call, ownTemplate(call, given), given.Version ?? '$Default');
