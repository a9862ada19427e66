import type {
  CreateLaunchTemplateRequest,
  CreateLaunchTemplateResult,
  DeleteLaunchTemplateRequest,
  DeleteLaunchTemplateResult,
  DescribeLaunchTemplatesRequest,
  DescribeLaunchTemplatesResult,
  LaunchTemplate,
  ModifyLaunchTemplateRequest,
  ModifyLaunchTemplateResult,
} from '@aws-sdk/client-ec2';
import { isoTime } from '../../shared/model/time.ts';
import { AwsError, type Call } from '../kernel/service.ts';
import { checkId, invalidCombination, invalidValue, notFound, required } from './errors.ts';
import { type FilterFields, filterBy, tagList } from './filters.ts';
import { page } from './paging.ts';
import { findRow, remove, rowsIn, save, type TemplateRow, tableOf } from './rows.ts';
import { specifiedTags } from './tag-rules.ts';
import { findVersion, newVersion, versionsOf } from './template-rows.ts';
import { once } from './tokens.ts';

/** Without MaxResults an answer holds as much as the largest page. */
export const templatePages = { min: 1, max: 200, usual: 200 };

const fields: FilterFields<TemplateRow> = {
  'create-time': (row) => [isoTime(row.createdAt)],
  'launch-template-name': (row) => [row.name],
};

export const userArn = (account: string): string => `arn:aws:iam::${account}:root`;

const toTemplate = (row: TemplateRow): LaunchTemplate => ({
  LaunchTemplateId: row.id,
  LaunchTemplateName: row.name,
  CreateTime: new Date(row.createdAt),
  CreatedBy: userArn(row.account),
  DefaultVersionNumber: row.defaultVersion,
  LatestVersionNumber: row.latestVersion,
  Tags: tagList(row.tags),
});

const ownTemplates = (call: Call): TemplateRow[] =>
  rowsIn(call.world, 'launch-templates', call.region).filter((row) => row.account === call.account);

interface TemplateName {
  readonly LaunchTemplateId?: string | undefined;
  readonly LaunchTemplateName?: string | undefined;
}

/** The template named by id or by name, one of which is needed. */
export function ownTemplate(call: Call, given: TemplateName): TemplateRow {
  const { LaunchTemplateId: id, LaunchTemplateName: name } = given;
  if (id !== undefined && name !== undefined)
    throw invalidCombination('Name the launch template by its id or by its name, not by both');
  if (id !== undefined) {
    checkId('lt', id);
    const row = findRow(call.world, 'launch-templates', call, id);
    if (row?.account !== call.account) throw notFound(id);
    return row;
  }
  const wanted = required(name, 'LaunchTemplateId');
  const row = ownTemplates(call).find((template) => template.name === wanted);
  if (!row)
    throw new AwsError(
      'InvalidLaunchTemplateName.NotFoundException',
      `The specified launch template, with template name ${wanted}, does not exist.`,
    );
  return row;
}

function checkTemplateName(call: Call, given: string | undefined): string {
  const name = required(given, 'LaunchTemplateName');
  if (!/^[a-zA-Z0-9().\-/_]{3,128}$/.test(name))
    throw new AwsError('InvalidLaunchTemplateName.MalformedException', `Invalid launch template name ${name}`);
  if (ownTemplates(call).some((row) => row.name === name))
    throw new AwsError(
      'InvalidLaunchTemplateName.AlreadyExistsException',
      `Launch template name ${name} already in use.`,
    );
  return name;
}

function startTemplate(call: Call, input: CreateLaunchTemplateRequest): string {
  const row: TemplateRow = {
    account: call.account,
    region: call.region,
    name: checkTemplateName(call, input.LaunchTemplateName),
    id: call.world.random.id('lt'),
    createdAt: call.world.timeline.now(),
    defaultVersion: 1,
    latestVersion: 1,
    tags: specifiedTags(input.TagSpecifications, ['launch-template'])('launch-template'),
  };
  const data = required(input.LaunchTemplateData, 'LaunchTemplateData');
  save(
    call.world,
    'launch-template-versions',
    newVersion(call, row, { number: 1, data, description: input.VersionDescription }),
  );
  save(call.world, 'launch-templates', row);
  return row.id;
}

export function createLaunchTemplate(input: CreateLaunchTemplateRequest, call: Call): CreateLaunchTemplateResult {
  const id = once(call, 'CreateLaunchTemplate', input, 'day', () => startTemplate(call, input));
  return { LaunchTemplate: toTemplate(ownTemplate(call, { LaunchTemplateId: id })) };
}

/** Moves the default version. */
export function modifyLaunchTemplate(input: ModifyLaunchTemplateRequest, call: Call): ModifyLaunchTemplateResult {
  const row = ownTemplate(call, input);
  const version = findVersion(call, row, required(input.DefaultVersion, 'SetDefaultVersion'));
  const changed: TemplateRow = { ...row, defaultVersion: version.number };
  save(call.world, 'launch-templates', changed);
  return { LaunchTemplate: toTemplate(changed) };
}

export function deleteLaunchTemplate(input: DeleteLaunchTemplateRequest, call: Call): DeleteLaunchTemplateResult {
  const row = ownTemplate(call, input);
  for (const version of versionsOf(call, row)) remove(call.world, 'launch-template-versions', version);
  tableOf(call.world, 'launch-templates').delete(`${row.account}/${row.region}/${row.id}`);
  return { LaunchTemplate: toTemplate(row) };
}

export function describeLaunchTemplates(
  input: DescribeLaunchTemplatesRequest,
  call: Call,
): DescribeLaunchTemplatesResult {
  const { LaunchTemplateIds: ids = [], LaunchTemplateNames: names = [] } = input;
  if (ids.length + names.length > templatePages.max)
    throw invalidValue('LaunchTemplateIds', ids.length + names.length, `exceeds ${templatePages.max} templates`);
  const named = new Set([
    ...ids.map((id) => ownTemplate(call, { LaunchTemplateId: id }).id),
    ...names.map((name) => ownTemplate(call, { LaunchTemplateName: name }).id),
  ]);
  const matches = filterBy(input.Filters, fields, (row) => row.tags);
  const found = ownTemplates(call).filter((row) => (named.size === 0 || named.has(row.id)) && matches(row));
  const { rows, ...token } = page(found, input, templatePages, (row) => row.id);
  return { LaunchTemplates: rows.map(toTemplate), ...token };
}
