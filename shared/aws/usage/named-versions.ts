import type { EC2Client, LaunchTemplateVersion } from '@aws-sdk/client-ec2';
import { isPortError } from '../../model/errors.ts';
import type { Region } from '../../model/ids.ts';
import { chunks, mapFew } from '../batches.ts';
import { type TemplateBook, words } from './template-book.ts';
import { templatePageSize, versionsOf } from './template-versions.ts';
import { unclear } from './unclear.ts';

/** A launch template as something that launches names it: by id or by name, and without a version by its default one. */
export interface NamedTemplate {
  readonly LaunchTemplateId?: string | undefined;
  readonly LaunchTemplateName?: string | undefined;
  readonly Version?: string | undefined;
}

/** @returns the version that is named; `undefined` when EC2 says that there is no such version or template */
export type FindVersion = (template: NamedTemplate) => LaunchTemplateVersion | undefined;

type Answer = LaunchTemplateVersion | 'gone';

const templatesAtOnce = 8;

export const versionIn = ({ Version }: NamedTemplate): string => Version || '$Default';

/** The id, or else the name, which groups give beside it. */
export const templateIn = ({ LaunchTemplateId, LaunchTemplateName }: NamedTemplate): string =>
  LaunchTemplateId ?? LaunchTemplateName ?? 'without a name';

const keyOf = (template: NamedTemplate): string => `${templateIn(template)} v${versionIn(template)}`;

/**
 * Reads every version that is named: one listing gives `$Default` and `$Latest` of all templates. A template that is named
 * with numbers which nobody has read yet, or that the listing lacks, costs one call, however many name it.
 */
export async function namedVersions(
  client: EC2Client,
  region: Region,
  templates: readonly NamedTemplate[],
  book: TemplateBook,
): Promise<FindVersion> {
  const distinct = [...new Map(templates.map((template) => [keyOf(template), template])).values()];
  const isByWord = (template: NamedTemplate) => words.includes(versionIn(template));
  const listed = distinct.some(isByWord) ? await book.byWord(client) : [];
  const read = distinct.every(isByWord) ? [] : await book.byNumber();
  const answers = new Map<string, Answer>(
    distinct.flatMap((template) => {
      const version = pickVersion(template, isByWord(template) ? listed : read);
      return version ? [[keyOf(template), version] as const] : [];
    }),
  );
  const open = Map.groupBy(
    distinct.filter((template) => !answers.has(keyOf(template))),
    templateIn,
  );
  const asked = await mapFew([...open.values()], templatesAtOnce, (named) => askFor(client, named));
  for (const [key, answer] of asked.flat()) answers.set(key, answer);
  return finder(region, answers);
}

/** The version that is meant, among those of any templates. The highest number shown is the latest, once it was asked for. */
export function pickVersion(
  template: NamedTemplate,
  versions: readonly LaunchTemplateVersion[],
): LaunchTemplateVersion | undefined {
  const { LaunchTemplateId: id, LaunchTemplateName: name } = template;
  const own = versions.filter((one) =>
    id === undefined ? one.LaunchTemplateName === name : one.LaunchTemplateId === id,
  );
  const wanted = versionIn(template);
  if (wanted === '$Latest') return own.sort((a, b) => (b.VersionNumber ?? 0) - (a.VersionNumber ?? 0))[0];
  return own.find((one) =>
    wanted === '$Default' ? one.DefaultVersion === true : String(one.VersionNumber) === wanted,
  );
}

/** Versions of one template. Where one of them is gone EC2 tells nothing of the others, so each is asked for alone. */
async function askFor(client: EC2Client, named: readonly NamedTemplate[]): Promise<[string, Answer][]> {
  try {
    const versions = await mapFew(chunks(named, templatePageSize), 1, (few) => readVersions(client, few));
    return named.flatMap((template): [string, Answer][] => {
      const version = pickVersion(template, versions.flat());
      return version ? [[keyOf(template), version]] : [];
    });
  } catch (error) {
    const gone = whatIsGone(error);
    if (!gone) throw error;
    if (gone === 'template' || named.length === 1) return named.map((template) => [keyOf(template), 'gone']);
    return (await mapFew(named, templatesAtOnce, (template) => askFor(client, [template]))).flat();
  }
}

function readVersions(client: EC2Client, named: readonly NamedTemplate[]): Promise<LaunchTemplateVersion[]> {
  const { LaunchTemplateId, LaunchTemplateName } = named[0] ?? {};
  const template = LaunchTemplateId === undefined ? { LaunchTemplateName } : { LaunchTemplateId };
  return versionsOf(client, { ...template, Versions: named.map(versionIn) });
}

const goneCodes: Readonly<Record<string, 'template' | 'version'>> = {
  'InvalidLaunchTemplateId.NotFound': 'template',
  'InvalidLaunchTemplateName.NotFoundException': 'template',
  'InvalidLaunchTemplateId.VersionNotFound': 'version',
};

/** Not every `not-found`: a parameter behind an alias may be missing, which says nothing of the template. */
const whatIsGone = (error: unknown): 'template' | 'version' | undefined =>
  isPortError(error) ? goneCodes[error.code] : undefined;

const finder =
  (region: Region, answers: ReadonlyMap<string, Answer>): FindVersion =>
  (template) => {
    const answer = answers.get(keyOf(template));
    if (answer !== undefined) return answer === 'gone' ? undefined : answer;
    const at = { operation: 'DescribeLaunchTemplateVersions', region, code: 'VersionLeftOut' };
    throw unclear(at, `EC2 did not say what is in template ${templateIn(template)} version ${versionIn(template)}`);
  };
