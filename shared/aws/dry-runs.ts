import {
  CopyImageCommand,
  CreateImageUsageReportCommand,
  CreateLaunchTemplateVersionCommand,
  CreateTagsCommand,
  DeleteSnapshotCommand,
  DeleteTagsCommand,
  DeregisterImageCommand,
  DisableImageCommand,
  DisableImageDeprecationCommand,
  type EC2Client,
  EnableImageCommand,
  EnableImageDeprecationCommand,
  ModifyImageAttributeCommand,
  ModifyLaunchTemplateCommand,
  ModifySnapshotAttributeCommand,
  RestoreImageFromRecycleBinCommand,
  RestoreSnapshotFromRecycleBinCommand,
} from '@aws-sdk/client-ec2';
import { mark } from '../model/marks.ts';
import type { Subject } from '../ports/permissions.ts';

/** Every request below carries it: EC2 then checks the permission and does nothing. */
const dry = { DryRun: true } as const;

const noTemplate = { ...dry, LaunchTemplateName: 'ami-steward-dry-run' };
const tags = [{ Key: mark.managed, Value: 'true' }];
const long = new Date('2099-01-01T00:00:00Z');

/** One request per IAM action that a verb of the product may need. */
export const dryRuns: Readonly<Record<string, (client: EC2Client, about: Subject) => Promise<unknown>>> = {
  'ec2:CopyImage': (ec2, { image, region }) =>
    ec2.send(new CopyImageCommand({ ...dry, Name: 'ami-steward-dry-run', SourceImageId: image, SourceRegion: region })),
  'ec2:CreateImageUsageReport': (ec2, { image }) =>
    ec2.send(
      new CreateImageUsageReportCommand({ ...dry, ImageId: image, ResourceTypes: [{ ResourceType: 'ec2:Instance' }] }),
    ),
  'ec2:CreateLaunchTemplateVersion': (ec2, { image }) =>
    ec2.send(new CreateLaunchTemplateVersionCommand({ ...noTemplate, LaunchTemplateData: { ImageId: image } })),
  'ec2:CreateTags': (ec2, { image }) => ec2.send(new CreateTagsCommand({ ...dry, Resources: [image], Tags: tags })),
  'ec2:DeleteSnapshot': (ec2, { snapshot }) => ec2.send(new DeleteSnapshotCommand({ ...dry, SnapshotId: snapshot })),
  'ec2:DeleteTags': (ec2, { image }) => ec2.send(new DeleteTagsCommand({ ...dry, Resources: [image], Tags: tags })),
  'ec2:DeregisterImage': (ec2, { image }) => ec2.send(new DeregisterImageCommand({ ...dry, ImageId: image })),
  'ec2:DisableImage': (ec2, { image }) => ec2.send(new DisableImageCommand({ ...dry, ImageId: image })),
  'ec2:DisableImageDeprecation': (ec2, { image }) =>
    ec2.send(new DisableImageDeprecationCommand({ ...dry, ImageId: image })),
  'ec2:EnableImage': (ec2, { image }) => ec2.send(new EnableImageCommand({ ...dry, ImageId: image })),
  'ec2:EnableImageDeprecation': (ec2, { image }) =>
    ec2.send(new EnableImageDeprecationCommand({ ...dry, ImageId: image, DeprecateAt: long })),
  'ec2:ModifyImageAttribute': (ec2, { image }) =>
    ec2.send(new ModifyImageAttributeCommand({ ...dry, ImageId: image, Description: { Value: '' } })),
  'ec2:ModifyLaunchTemplate': (ec2) =>
    ec2.send(new ModifyLaunchTemplateCommand({ ...noTemplate, DefaultVersion: '1' })),
  'ec2:ModifySnapshotAttribute': (ec2, { snapshot }) =>
    ec2.send(
      new ModifySnapshotAttributeCommand({
        ...dry,
        SnapshotId: snapshot,
        Attribute: 'createVolumePermission',
        OperationType: 'remove',
        UserIds: ['000000000000'],
      }),
    ),
  'ec2:RestoreImageFromRecycleBin': (ec2, { image }) =>
    ec2.send(new RestoreImageFromRecycleBinCommand({ ...dry, ImageId: image })),
  'ec2:RestoreSnapshotFromRecycleBin': (ec2, { snapshot }) =>
    ec2.send(new RestoreSnapshotFromRecycleBinCommand({ ...dry, SnapshotId: snapshot })),
};
