import type { Region } from '../../shared/model/ids.ts';
import type { Instant } from '../../shared/model/time.ts';
import { isIdentity } from './account.ts';
import type { Document } from './document.ts';
import { isChain, type Kind, type Listings, listingsOf, tokenOf } from './listings.ts';
import type { Problem } from './problem.ts';
import {
  imageShape,
  permissionsShape,
  reservationShape,
  ruleNameShape,
  ruleShape,
  type SavedImage,
  type SavedInstance,
  type SavedPermissions,
  type SavedRule,
  type SavedRuleName,
  type SavedTemplate,
  type SavedVersion,
  templateShape,
  versionShape,
} from './shapes.ts';

/** Everything that was saved, joined by kind and Region. */
export interface Answers {
  readonly images: Listings<SavedImage>;
  readonly instances: Listings<SavedInstance>;
  readonly templates: Listings<SavedTemplate>;
  readonly versions: Listings<SavedVersion>;
  readonly permissions: Listings<SavedPermissions>;
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
  Rules: 'rbin list-rules --resource-type EC2_IMAGE',
  RetentionPeriod: 'rbin get-rule',
} as const;

export type KindName = keyof typeof commands;

export const toSave = (kind: KindName, region: Region): string => `aws ${commands[kind]} --region ${region}`;

/** Why there is nothing of a kind, and what to run. */
export const absent = (kind: KindName, region: Region): string =>
  `no file there holds ${kind}: ${toSave(kind, region)}`;

const itself = <T>(entry: T): [[], T][] => [[[], entry]];

const images: Kind<SavedImage, SavedImage> = {
  key: 'Images',
  shape: imageShape,
  parts: itself,
  idOf: ({ ImageId }) => ImageId,
};

const instances: Kind<{ Instances: SavedInstance[] }, SavedInstance> = {
  key: 'Reservations',
  shape: reservationShape,
  parts: ({ Instances }) => Instances.map((instance, nth) => [['Instances', nth], instance] as const),
  idOf: ({ InstanceId }) => InstanceId,
};

const templates: Kind<SavedTemplate, SavedTemplate> = {
  key: 'LaunchTemplates',
  shape: templateShape,
  parts: itself,
  idOf: ({ LaunchTemplateId }) => LaunchTemplateId,
};

const versions: Kind<SavedVersion, SavedVersion> = {
  key: 'LaunchTemplateVersions',
  shape: versionShape,
  parts: itself,
  idOf: ({ LaunchTemplateId, VersionNumber }) => `${LaunchTemplateId} v${VersionNumber}`,
};

/** The image that the permissions are about stands beside the list. */
const permissions: Kind<SavedPermissions, SavedPermissions> = {
  key: 'LaunchPermissions',
  shape: permissionsShape,
  entries: ({ data }) => [[[], data]],
  parts: itself,
  idOf: ({ ImageId }) => `launch permissions of ${ImageId}`,
};

const ruleLists: Kind<SavedRuleName, SavedRuleName> = {
  key: 'Rules',
  shape: ruleNameShape,
  parts: itself,
  idOf: ({ Identifier }) => `rule ${Identifier}`,
};

/** The answer is the rule itself; this key it has in any case. */
const rules: Kind<SavedRule, SavedRule> = {
  key: 'RetentionPeriod',
  shape: ruleShape,
  entries: ({ data }) => [[[], data]],
  parts: itself,
  idOf: ({ Identifier }) => `rule ${Identifier}`,
};

/** Everything of the documents that is known; the rest is named in notes. */
export function readAnswers(documents: readonly Document[]): {
  answers: Answers;
  problems: Problem[];
  notes: string[];
} {
  const read = {
    images: listingsOf(documents, images),
    instances: listingsOf(documents, instances),
    templates: listingsOf(documents, templates),
    versions: listingsOf(documents, versions),
    permissions: listingsOf(documents, permissions),
    ruleLists: listingsOf(documents, ruleLists),
    rules: listingsOf(documents, rules),
  };
  const answers: Answers = {
    images: read.images.value,
    instances: read.instances.value,
    templates: read.templates.value,
    versions: read.versions.value,
    permissions: read.permissions.value,
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

function notesOn(document: Document): string[] {
  const { data, path, region } = document;
  if (isIdentity(document)) return [];
  const keys = Object.keys(data).filter((key) => data[key] !== undefined && key !== tokenOf(document));
  const kinds = keys.filter((key) => Object.hasOwn(commands, key));
  if (kinds.length > 0 && region === undefined)
    return [`${path} lies in no Region's folder: its ${kinds.join(', ')} were not read`];
  const others = kinds.includes('RetentionPeriod')
    ? []
    : keys.filter((key) => !kinds.includes(key) && !(key === 'ImageId' && kinds.includes('LaunchPermissions')));
  return others.map((key) =>
    key === 'Snapshots'
      ? `${path}: Snapshots are not needed: not read`
      : `${path}: ${key} is no key that is known here: not read`,
  );
}

/** The pages were joined on trust: none of them says which it follows. */
const notesOnPages = ({ images, instances, templates, versions, ruleLists }: Answers): string[] =>
  Object.entries({
    Images: images,
    Reservations: instances,
    LaunchTemplates: templates,
    LaunchTemplateVersions: versions,
    Rules: ruleLists,
  })
    .flatMap(([kind, listings]) => [...listings].map(([region, { pages }]) => ({ kind, region, pages })))
    .filter(({ pages }) => isChain(pages))
    .map(
      ({ kind, region, pages }) =>
        `${region}: ${pages.length} files of ${kind} joined; that no page is missing between them cannot be seen`,
    );
