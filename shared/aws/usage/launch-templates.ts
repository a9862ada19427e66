import {
  type EC2Client,
  type LaunchTemplate,
  type LaunchTemplateVersion,
  paginateDescribeLaunchTemplates,
} from '@aws-sdk/client-ec2';
import type { Region } from '../../model/ids.ts';
import type { Use } from '../../model/inventory.ts';
import type { UsageLook, UsageSource } from '../../ports/usage.ts';
import { mapFew } from '../batches.ts';
import type { ClientOf } from '../clients.ts';
import { bookOf, type TemplateBook } from './template-book.ts';
import { imageOfVersion, templatePageSize, versionName, versionsOf } from './template-versions.ts';
import { unclear } from './unclear.ts';

const templatesAtOnce = 8;

/** `$Default` and `$Latest` of every template in the account, and of each template its newest versions. */
export class LaunchTemplateUsage implements UsageSource {
  readonly name = 'launch-templates';
  readonly #in: ClientOf<EC2Client>;

  constructor(clients: ClientOf<EC2Client>) {
    this.#in = clients;
  }

  async read(region: Region, { templateDepth, look }: UsageLook): Promise<Use[]> {
    const book = bookOf(look, region);
    const reading = readTemplates(this.#in(region), book, templateDepth);
    book.writeDown(reading.then(({ versions }) => versions));
    const { templates, versions } = await reading;
    const latest = new Map(templates.map((template) => [template.LaunchTemplateId, template.LatestVersionNumber]));
    checkDefaults(region, templates, versions);
    return versions.flatMap((version) => versionUse(region, version, latest.get(version.LaunchTemplateId)));
  }
}

async function readTemplates(client: EC2Client, book: TemplateBook, depth: number) {
  const templates = await allTemplates(client);
  const named = await book.byWord(client);
  const deep = await mapFew(templates, templatesAtOnce, (template) => newestVersions(client, template, depth));
  const distinct = new Map([...named, ...deep.flat()].map((version) => [versionKey(version), version]));
  return { templates, versions: [...distinct.values()] };
}

/** Every template has a default version, which cannot be deleted: one that shows none was not told in whole. */
function checkDefaults(
  region: Region,
  templates: readonly LaunchTemplate[],
  versions: readonly LaunchTemplateVersion[],
): void {
  const told = new Set(versions.flatMap((one) => (one.DefaultVersion === true ? [one.LaunchTemplateId] : [])));
  const silent = templates.find(({ LaunchTemplateId: id }) => id === undefined || !told.has(id));
  if (silent === undefined) return;
  const at = { operation: 'DescribeLaunchTemplateVersions', region, code: 'VersionLeftOut' };
  throw unclear(at, `EC2 did not say what is in the default version of template ${silent.LaunchTemplateName}`);
}

async function allTemplates(client: EC2Client): Promise<LaunchTemplate[]> {
  const templates: LaunchTemplate[] = [];
  const request = { IncludeManagedResources: true, MaxResults: templatePageSize };
  for await (const page of paginateDescribeLaunchTemplates({ client }, request))
    templates.push(...(page.LaunchTemplates ?? []));
  return templates;
}

/**
 * The newest `depth` versions that exist. Numbers of deleted versions are never used again, so the window of numbers
 * grows until it holds enough. It reaches one below: EC2 describes `MinVersion` as the number *after* which it reads.
 */
async function newestVersions(
  client: EC2Client,
  template: LaunchTemplate,
  depth: number,
): Promise<LaunchTemplateVersion[]> {
  if (depth <= 0) return [];
  const id = { LaunchTemplateId: template.LaunchTemplateId };
  for (let span = depth; ; span *= 2) {
    const after = (template.LatestVersionNumber ?? 0) - span;
    const versions = await versionsOf(client, after >= 1 ? { ...id, MinVersion: String(after) } : id);
    if (after < 1 || versions.length >= depth) return versions.sort(newestFirst).slice(0, depth);
  }
}

const newestFirst = (a: LaunchTemplateVersion, b: LaunchTemplateVersion): number =>
  (b.VersionNumber ?? 0) - (a.VersionNumber ?? 0);

const versionKey = (version: LaunchTemplateVersion): string => `${version.LaunchTemplateId} v${version.VersionNumber}`;

export function versionUse(region: Region, version: LaunchTemplateVersion, latest: number | undefined): Use[] {
  const image = imageOfVersion(region, version);
  return image === undefined ? [] : [{ image, by: describeVersion(version, latest) }];
}

/** For example `template web-fleet v7 ($Default)`. */
function describeVersion(version: LaunchTemplateVersion, latest: number | undefined): string {
  const roles = [
    ...(version.DefaultVersion === true ? ['$Default'] : []),
    ...(version.VersionNumber === latest ? ['$Latest'] : []),
  ];
  const name = versionName(version);
  return roles.length === 0 ? name : `${name} (${roles.join(', ')})`;
}
