import type { Region } from '../../shared/model/ids.ts';
import type { Instant } from '../../shared/model/time.ts';
import { isIdentity } from './account.ts';
import type { Document } from './document.ts';
import {
  entriesKind,
  imagesKind,
  instancesKind,
  parametersKind,
  permissionsKind,
  referencesKind,
  reportsKind,
  ruleListsKind,
  rulesKind,
  templatesKind,
  versionsKind,
} from './kinds.ts';
import { type Launchers, launcherCommands, launcherListings, readLaunchers } from './launchers.ts';
import { isChain, type Listings, listingsOf, tokenOf } from './listings.ts';
import type { Problem } from './problem.ts';
import type {
  SavedEntry,
  SavedImage,
  SavedInstance,
  SavedParameter,
  SavedPermissions,
  SavedReference,
  SavedReport,
  SavedRule,
  SavedRuleName,
  SavedTemplate,
  SavedVersion,
} from './shapes.ts';

/** Everything that was saved, joined by kind and Region. */
export interface Answers {
  readonly images: Listings<SavedImage>;
  readonly instances: Listings<SavedInstance>;
  readonly templates: Listings<SavedTemplate>;
  readonly versions: Listings<SavedVersion>;
  readonly permissions: Listings<SavedPermissions>;
  readonly launchers: Launchers;
  readonly parameters: Listings<SavedParameter>;
  readonly references: Listings<SavedReference>;
  readonly reports: Listings<SavedReport>;
  readonly entries: Listings<SavedEntry>;
  /** Of the Recycle Bin: which rules there are, and what each says. */
  readonly ruleLists: Listings<SavedRuleName>;
  readonly rules: Listings<SavedRule>;
  /** When the last of the files was saved. */
  readonly newest: Instant;
}

/** How to save each kind of answer, by the key that tells it. */
const commands = {
  Images: 'ec2 describe-images --owners self --include-deprecated --include-disabled',
  Reservations: 'ec2 describe-instances',
  LaunchTemplates: 'ec2 describe-launch-templates',
  LaunchTemplateVersions: 'ec2 describe-launch-template-versions --resolve-alias',
  LaunchPermissions: 'ec2 describe-image-attribute --attribute launchPermission',
  ...launcherCommands,
  Parameters: 'ssm get-parameters --names NAMES',
  ImageReferences: 'ec2 describe-image-references --include-all-resource-types --image-ids IDS',
  ImageUsageReports: 'ec2 describe-image-usage-reports',
  ImageUsageReportEntries: 'ec2 describe-image-usage-report-entries',
  Rules: 'rbin list-rules --resource-type EC2_IMAGE',
  RetentionPeriod: 'rbin get-rule',
} as const;

export type KindName = keyof typeof commands;

export const toSave = (kind: KindName, region: Region): string => `aws ${commands[kind]} --region ${region}`;

/** Why there is nothing of a kind, and what to run. */
export const absent = (kind: KindName, region: Region): string =>
  `no file there holds ${kind}: ${toSave(kind, region)}`;

/** Everything of the documents that is known; the rest is named in notes. */
export function readAnswers(documents: readonly Document[]): {
  answers: Answers;
  problems: Problem[];
  notes: string[];
} {
  const read = {
    images: listingsOf(documents, imagesKind),
    instances: listingsOf(documents, instancesKind),
    templates: listingsOf(documents, templatesKind),
    versions: listingsOf(documents, versionsKind),
    permissions: listingsOf(documents, permissionsKind),
    launchers: readLaunchers(documents),
    parameters: listingsOf(documents, parametersKind),
    references: listingsOf(documents, referencesKind),
    reports: listingsOf(documents, reportsKind),
    entries: listingsOf(documents, entriesKind),
    ruleLists: listingsOf(documents, ruleListsKind),
    rules: listingsOf(documents, rulesKind),
  };
  const answers: Answers = {
    images: read.images.value,
    instances: read.instances.value,
    templates: read.templates.value,
    versions: read.versions.value,
    permissions: read.permissions.value,
    launchers: read.launchers.value,
    parameters: read.parameters.value,
    references: read.references.value,
    reports: read.reports.value,
    entries: read.entries.value,
    ruleLists: read.ruleLists.value,
    rules: read.rules.value,
    newest: documents.reduce((latest, { savedAt }) => Math.max(latest, savedAt), 0),
  };
  return {
    answers,
    problems: Object.values(read).flatMap(({ problems }) => problems),
    notes: [...documents.flatMap(notesOn), ...notesOnPages(answers)],
  };
}

/** What stands beside a kind in an answer and is no answer of its own. */
const besides: Readonly<Record<string, readonly string[]>> = {
  LaunchPermissions: ['ImageId'],
  Parameters: ['InvalidParameters'],
};

function notesOn(document: Document): string[] {
  const { data, path, region } = document;
  if (isIdentity(document)) return [];
  const keys = Object.keys(data).filter((key) => data[key] !== undefined && key !== tokenOf(document));
  const kinds = keys.filter((key) => Object.hasOwn(commands, key));
  if (kinds.length > 0 && region === undefined)
    return [`${path} lies in no Region's folder: its ${kinds.join(', ')} were not read`];
  const beside = kinds.flatMap((kind) => besides[kind] ?? []);
  // The answer about a rule is the rule itself.
  const others = kinds.includes('RetentionPeriod')
    ? []
    : keys.filter((key) => !kinds.includes(key) && !beside.includes(key));
  return others.map((key) =>
    key === 'Snapshots'
      ? `${path}: Snapshots are not needed: not read`
      : `${path}: ${key} is no key that is known here: not read`,
  );
}

/** The pages were joined on trust: none of them says which it follows. */
const notesOnPages = (answers: Answers): string[] => {
  const { images, instances, templates, versions, launchers, reports, entries: counts, ruleLists } = answers;
  return Object.entries({
    Images: images,
    Reservations: instances,
    LaunchTemplates: templates,
    LaunchTemplateVersions: versions,
    ...launcherListings(launchers),
    ImageUsageReports: reports,
    ImageUsageReportEntries: counts,
    Rules: ruleLists,
  })
    .flatMap(([kind, listings]) => [...listings].map(([region, { pages }]) => ({ kind, region, pages })))
    .filter(({ pages }) => isChain(pages))
    .map(
      ({ kind, region, pages }) =>
        `${region}: ${pages.length} files of ${kind} joined; that no page is missing between them cannot be seen`,
    );
};
