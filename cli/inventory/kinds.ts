import type { Kind } from './listings.ts';
import {
  entryShape,
  imageShape,
  parameterShape,
  permissionsShape,
  referenceShape,
  reportShape,
  reservationShape,
  ruleNameShape,
  ruleShape,
  type SavedEntry,
  type SavedImage,
  type SavedInstance,
  type SavedParameter,
  type SavedPermissions,
  type SavedReference,
  type SavedReport,
  type SavedRule,
  type SavedRuleName,
  type SavedTemplate,
  type SavedVersion,
  templateShape,
  versionShape,
} from './shapes.ts';

const itself = <T>(entry: T): [[], T][] => [[[], entry]];

export const imagesKind: Kind<SavedImage, SavedImage> = {
  key: 'Images',
  shape: imageShape,
  parts: itself,
  idOf: ({ ImageId }) => ImageId,
};

export const instancesKind: Kind<{ Instances: SavedInstance[] }, SavedInstance> = {
  key: 'Reservations',
  shape: reservationShape,
  parts: ({ Instances }) => Instances.map((instance, nth) => [['Instances', nth], instance] as const),
  idOf: ({ InstanceId }) => InstanceId,
};

export const templatesKind: Kind<SavedTemplate, SavedTemplate> = {
  key: 'LaunchTemplates',
  shape: templateShape,
  parts: itself,
  idOf: ({ LaunchTemplateId }) => LaunchTemplateId,
};

export const versionsKind: Kind<SavedVersion, SavedVersion> = {
  key: 'LaunchTemplateVersions',
  shape: versionShape,
  parts: itself,
  idOf: ({ LaunchTemplateId, VersionNumber }) => `${LaunchTemplateId} v${VersionNumber}`,
};

/** The image that the permissions are about stands beside the list. */
export const permissionsKind: Kind<SavedPermissions, SavedPermissions> = {
  key: 'LaunchPermissions',
  shape: permissionsShape,
  entries: ({ data }) => [[[], data]],
  parts: itself,
  idOf: ({ ImageId }) => `launch permissions of ${ImageId}`,
};

/** What lists parameters has no values: such an entry says only that there is one. */
export const parametersKind: Kind<SavedParameter, SavedParameter> = {
  key: 'Parameters',
  shape: parameterShape,
  parts: itself,
  idOf: ({ Name, Value }) => (Value === undefined ? `${Name} without its value` : Name),
};

export const referencesKind: Kind<SavedReference, SavedReference> = {
  key: 'ImageReferences',
  shape: referenceShape,
  parts: itself,
  idOf: ({ ImageId, Arn }) => `${ImageId} ${Arn}`,
};

export const reportsKind: Kind<SavedReport, SavedReport> = {
  key: 'ImageUsageReports',
  shape: reportShape,
  parts: itself,
  idOf: ({ ReportId }) => ReportId,
};

export const entriesKind: Kind<SavedEntry, SavedEntry> = {
  key: 'ImageUsageReportEntries',
  shape: entryShape,
  parts: itself,
  idOf: ({ ReportId, AccountId, ResourceType }) => `${ReportId} ${AccountId} ${ResourceType}`,
};

export const ruleListsKind: Kind<SavedRuleName, SavedRuleName> = {
  key: 'Rules',
  shape: ruleNameShape,
  parts: itself,
  idOf: ({ Identifier }) => `rule ${Identifier}`,
};

/** The answer is the rule itself; this key it has in any case. */
export const rulesKind: Kind<SavedRule, SavedRule> = {
  key: 'RetentionPeriod',
  shape: ruleShape,
  entries: ({ data }) => [[[], data]],
  parts: itself,
  idOf: ({ Identifier }) => `rule ${Identifier}`,
};
