import { z } from 'zod';
import { isImageId } from '../../shared/model/ids.ts';

/** What the AWS CLI prints, as far as it is read. Fields that are not named here may be there and are not looked at. */

const text = z.string();
const imageId = text.refine(isImageId, 'expected an image id such as ami-0123456789abcdef0');
const tag = z.looseObject({ Key: text, Value: text });
const volume = z.looseObject({
  SnapshotId: text.optional(),
  VolumeSize: z.number().optional(),
  Encrypted: z.boolean().optional(),
  KmsKeyId: text.optional(),
});

/** describe-images */
export const imageShape = z.looseObject({
  ImageId: imageId,
  Name: text.optional(),
  OwnerId: text.optional(),
  ImageOwnerAlias: text.optional(),
  State: text.optional(),
  StateReason: z.looseObject({ Code: text.optional(), Message: text.optional() }).optional(),
  CreationDate: text.optional(),
  DeprecationTime: text.optional(),
  LastLaunchedTime: text.optional(),
  Architecture: text.optional(),
  Platform: text.optional(),
  RootDeviceType: text.optional(),
  Public: z.boolean().optional(),
  BlockDeviceMappings: z.array(z.looseObject({ Ebs: volume.optional() })).optional(),
  ProductCodes: z.array(z.looseObject({ ProductCodeId: text.optional() })).optional(),
  Tags: z.array(tag).optional(),
  DeregistrationProtection: text.optional(),
  ScanResults: z.looseObject({ HighestFindingSeverityLabel: text.optional() }).optional(),
  SourceImageId: text.optional(),
  SourceImageRegion: text.optional(),
  SourceInstanceId: text.optional(),
});

const instance = z.looseObject({
  InstanceId: text.min(1),
  ImageId: text.optional(),
  State: z.looseObject({ Name: text.optional() }).optional(),
});

/** describe-instances */
export const reservationShape = z.looseObject({ Instances: z.array(instance) });

/** describe-launch-templates */
export const templateShape = z.looseObject({
  LaunchTemplateId: text.min(1),
  LaunchTemplateName: text.optional(),
  DefaultVersionNumber: z.number(),
  LatestVersionNumber: z.number(),
});

/** describe-launch-template-versions */
export const versionShape = z.looseObject({
  LaunchTemplateId: text.min(1),
  LaunchTemplateName: text.optional(),
  VersionNumber: z.number(),
  DefaultVersion: z.boolean().optional(),
  LaunchTemplateData: z.looseObject({ ImageId: text.optional() }),
});

/** describe-image-attribute --attribute launchPermission */
export const permissionsShape = z.looseObject({
  ImageId: imageId,
  LaunchPermissions: z.array(
    z.looseObject({
      UserId: text.optional(),
      Group: text.optional(),
      OrganizationArn: text.optional(),
      OrganizationalUnitArn: text.optional(),
    }),
  ),
});

/** ssm get-parameters, and describe-parameters, which has no values */
export const parameterShape = z.looseObject({ Name: text.min(1), Value: text.optional() });

/** describe-image-references */
export const referenceShape = z.looseObject({ ImageId: imageId, ResourceType: text.optional(), Arn: text.min(1) });

const resourceType = z.looseObject({
  ResourceType: text.optional(),
  ResourceTypeOptions: z
    .array(z.looseObject({ OptionName: text.optional(), OptionValues: z.array(text).optional() }))
    .optional(),
});

/** describe-image-usage-reports */
export const reportShape = z.looseObject({
  ReportId: text.min(1),
  ImageId: imageId,
  State: text.optional(),
  StateReason: text.optional(),
  CreationTime: z.iso.datetime({ offset: true }),
  AccountIds: z.array(text).optional(),
  ResourceTypes: z.array(resourceType).optional(),
});

/** describe-image-usage-report-entries */
export const entryShape = z.looseObject({
  ReportId: text.min(1),
  AccountId: text.min(1),
  ResourceType: text.optional(),
  UsageCount: z.number().optional(),
});

/** rbin list-rules */
export const ruleNameShape = z.looseObject({ Identifier: text.min(1) });

const resourceTags = z.array(z.looseObject({ ResourceTagKey: text, ResourceTagValue: text.optional() })).optional();

/** rbin get-rule */
export const ruleShape = z.looseObject({
  Identifier: text.min(1),
  ResourceType: text,
  RetentionPeriod: z.looseObject({ RetentionPeriodValue: z.number(), RetentionPeriodUnit: text }),
  ResourceTags: resourceTags,
  ExcludeResourceTags: resourceTags,
  Status: text.optional(),
});

/** sts get-caller-identity */
export const identityShape = z.looseObject({
  Account: z.string().regex(/^\d{12}$/, 'expected twelve digits'),
  Arn: text,
});

export type SavedImage = z.infer<typeof imageShape>;
export type SavedInstance = z.infer<typeof instance>;
export type SavedTemplate = z.infer<typeof templateShape>;
export type SavedVersion = z.infer<typeof versionShape>;
export type SavedRuleName = z.infer<typeof ruleNameShape>;
export type SavedRule = z.infer<typeof ruleShape>;
export type SavedPermissions = z.infer<typeof permissionsShape>;
export type SavedParameter = z.infer<typeof parameterShape>;
export type SavedReference = z.infer<typeof referenceShape>;
export type SavedReport = z.infer<typeof reportShape>;
export type SavedEntry = z.infer<typeof entryShape>;
