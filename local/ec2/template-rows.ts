import { AwsError, type Call } from '../kernel/service.ts';
import { type TemplateRow, type TemplateVersionRow, tableOf } from './rows.ts';

type Data = TemplateVersionRow['data'];

/** Plain JSON, so that it can be saved. */
export const plainData = (data: object): Data => JSON.parse(JSON.stringify(data)) as Data;

/** Numbers are padded in keys, so that versions sort by number. */
export const versionKey = (row: TemplateVersionRow): string =>
  `${row.templateId}/${String(row.number).padStart(6, '0')}`;

export const newVersion = (
  call: Call,
  template: TemplateRow,
  version: { number: number; data: object; description?: string | undefined },
): TemplateVersionRow => ({
  account: template.account,
  region: template.region,
  id: `${template.id}/${version.number}`,
  templateId: template.id,
  number: version.number,
  description: version.description,
  createdAt: call.world.timeline.now(),
  data: plainData(version.data),
});

const versionAt = (call: Call, template: TemplateRow, number: number): TemplateVersionRow | undefined =>
  tableOf(call.world, 'launch-template-versions').get(
    `${template.account}/${template.region}/${template.id}/${number}`,
  );

/** All versions that exist, by number. */
export function versionsOf(call: Call, template: TemplateRow): TemplateVersionRow[] {
  const numbers = Array.from({ length: template.latestVersion }, (_, index) => index + 1);
  return numbers.flatMap((number) => versionAt(call, template, number) ?? []);
}

/** `$Latest`, `$Default` or a number. */
export function findVersion(call: Call, template: TemplateRow, wanted: string): TemplateVersionRow {
  const named = { $Latest: template.latestVersion, $Default: template.defaultVersion };
  const number = wanted in named ? named[wanted as keyof typeof named] : Number(wanted);
  if (!Number.isInteger(number) || number < 1)
    throw new AwsError('InvalidLaunchTemplateId.VersionMalformed', `Invalid launch template version ${wanted}`);
  const row = versionAt(call, template, number);
  if (!row)
    throw new AwsError(
      'InvalidLaunchTemplateId.VersionNotFound',
      `Could not find the specified version ${wanted} for the launch template with ID ${template.id}.`,
    );
  return row;
}
