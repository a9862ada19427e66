import { AwsError, type Operation, type Service, type World } from '../kernel/service.ts';
import { getImageAncestry } from './ancestry.ts';
import { attachBinTimers } from './bin.ts';
import {
  disableImageBlockPublicAccess,
  enableImageBlockPublicAccess,
  getImageBlockPublicAccessState,
} from './block-public-access.ts';
import { copyImage } from './copy-image.ts';
import { deregisterImage } from './deregister.ts';
import {
  disableEbsEncryptionByDefault,
  enableEbsEncryptionByDefault,
  getEbsDefaultKmsKeyId,
  getEbsEncryptionByDefault,
  modifyEbsDefaultKmsKeyId,
  resetEbsDefaultKmsKeyId,
} from './ebs-encryption.ts';
import { getImageFindings } from './findings.ts';
import { createFleet, deleteFleets, describeFleets } from './fleets.ts';
import {
  cancelImageLaunchPermission,
  describeImageAttribute,
  modifyImageAttribute,
  resetImageAttribute,
} from './image-attributes.ts';
import { describeImageReferences } from './image-references.ts';
import { attachImageTimers } from './image-timers.ts';
import { createImage, registerImage } from './images-create.ts';
import { describeImages } from './images-describe.ts';
import {
  attachInstanceTimers,
  describeInstances,
  startInstances,
  stopInstances,
  terminateInstances,
} from './instances.ts';
import {
  disableImage,
  disableImageDeprecation,
  disableImageDeregistrationProtection,
  enableImage,
  enableImageDeprecation,
  enableImageDeregistrationProtection,
} from './ladder.ts';
import { attachLaunchRequestTimers } from './launch-requests.ts';
import {
  createLaunchTemplate,
  deleteLaunchTemplate,
  describeLaunchTemplates,
  modifyLaunchTemplate,
} from './launch-templates.ts';
import {
  listImagesInRecycleBin,
  listSnapshotsInRecycleBin,
  restoreImageFromRecycleBin,
  restoreSnapshotFromRecycleBin,
} from './recycle-bin.ts';
import { describeRegions } from './regions.ts';
import { runInstances } from './run-instances.ts';
import {
  disableSnapshotBlockPublicAccess,
  enableSnapshotBlockPublicAccess,
  getSnapshotBlockPublicAccessState,
} from './snapshot-block-public-access.ts';
import { describeLockedSnapshots, lockSnapshot, unlockSnapshot } from './snapshot-locks.ts';
import { describeSnapshotAttribute, modifySnapshotAttribute, resetSnapshotAttribute } from './snapshot-permissions.ts';
import { attachSnapshotTimers, createSnapshot, deleteSnapshot, describeSnapshots } from './snapshots.ts';
import { cancelSpotFleetRequests, describeSpotFleetRequests, requestSpotFleet } from './spot-fleets.ts';
import { cancelSpotInstanceRequests, describeSpotInstanceRequests, requestSpotInstances } from './spot-requests.ts';
import { createTags, deleteTags, describeTags } from './tags.ts';
import { createLaunchTemplateVersion, describeLaunchTemplateVersions } from './template-versions.ts';
import {
  attachReportTimers,
  createImageUsageReport,
  deleteImageUsageReport,
  describeImageUsageReportEntries,
  describeImageUsageReports,
} from './usage-reports.ts';

/** Each operation with the section of the facts about AWS that it follows. */
const built: Readonly<Record<string, readonly [section: string, operation: Operation]>> = {
  CreateImage: ['1.2', createImage],
  RegisterImage: ['1.3', registerImage],
  CopyImage: ['1.4', copyImage],
  DescribeImages: ['1.5', describeImages],
  DescribeImageAttribute: ['1.6', describeImageAttribute],
  ModifyImageAttribute: ['1.6', modifyImageAttribute],
  ResetImageAttribute: ['1.6', resetImageAttribute],
  CancelImageLaunchPermission: ['1.6', cancelImageLaunchPermission],
  EnableImageDeprecation: ['1.7', enableImageDeprecation],
  DisableImageDeprecation: ['1.7', disableImageDeprecation],
  EnableImage: ['1.8', enableImage],
  DisableImage: ['1.8', disableImage],
  EnableImageDeregistrationProtection: ['1.9', enableImageDeregistrationProtection],
  DisableImageDeregistrationProtection: ['1.9', disableImageDeregistrationProtection],
  DeregisterImage: ['1.10', deregisterImage],
  EnableImageBlockPublicAccess: ['1.12', enableImageBlockPublicAccess],
  DisableImageBlockPublicAccess: ['1.12', disableImageBlockPublicAccess],
  GetImageBlockPublicAccessState: ['1.12', getImageBlockPublicAccessState],
  EnableSnapshotBlockPublicAccess: ['1.12', enableSnapshotBlockPublicAccess],
  DisableSnapshotBlockPublicAccess: ['1.12', disableSnapshotBlockPublicAccess],
  GetSnapshotBlockPublicAccessState: ['1.12', getSnapshotBlockPublicAccessState],
  GetImageAncestry: ['1.13', getImageAncestry],
  GetImageFindings: ['1.15', getImageFindings],
  DescribeImageReferences: ['1.17', describeImageReferences],
  CreateImageUsageReport: ['1.17', createImageUsageReport],
  DeleteImageUsageReport: ['1.17', deleteImageUsageReport],
  DescribeImageUsageReports: ['1.17', describeImageUsageReports],
  DescribeImageUsageReportEntries: ['1.17', describeImageUsageReportEntries],
  CreateSnapshot: ['1.19', createSnapshot],
  DescribeSnapshots: ['1.19', describeSnapshots],
  DeleteSnapshot: ['1.19', deleteSnapshot],
  DescribeSnapshotAttribute: ['1.19', describeSnapshotAttribute],
  ModifySnapshotAttribute: ['1.19', modifySnapshotAttribute],
  ResetSnapshotAttribute: ['1.19', resetSnapshotAttribute],
  LockSnapshot: ['1.19', lockSnapshot],
  UnlockSnapshot: ['1.19', unlockSnapshot],
  DescribeLockedSnapshots: ['1.19', describeLockedSnapshots],
  CreateTags: ['1.20', createTags],
  DeleteTags: ['1.20', deleteTags],
  DescribeTags: ['1.20', describeTags],
  RunInstances: ['5', runInstances],
  TerminateInstances: ['5', terminateInstances],
  StopInstances: ['5', stopInstances],
  StartInstances: ['5', startInstances],
  DescribeInstances: ['5', describeInstances],
  CreateLaunchTemplate: ['5', createLaunchTemplate],
  CreateLaunchTemplateVersion: ['5', createLaunchTemplateVersion],
  ModifyLaunchTemplate: ['5', modifyLaunchTemplate],
  DeleteLaunchTemplate: ['5', deleteLaunchTemplate],
  DescribeLaunchTemplates: ['5', describeLaunchTemplates],
  DescribeLaunchTemplateVersions: ['5', describeLaunchTemplateVersions],
  CreateFleet: ['5', createFleet],
  DescribeFleets: ['5', describeFleets],
  DeleteFleets: ['5', deleteFleets],
  RequestSpotFleet: ['5', requestSpotFleet],
  DescribeSpotFleetRequests: ['5', describeSpotFleetRequests],
  CancelSpotFleetRequests: ['5', cancelSpotFleetRequests],
  RequestSpotInstances: ['5', requestSpotInstances],
  DescribeSpotInstanceRequests: ['5', describeSpotInstanceRequests],
  CancelSpotInstanceRequests: ['5', cancelSpotInstanceRequests],
  ListImagesInRecycleBin: ['1.11', listImagesInRecycleBin],
  RestoreImageFromRecycleBin: ['1.11', restoreImageFromRecycleBin],
  ListSnapshotsInRecycleBin: ['1.11', listSnapshotsInRecycleBin],
  RestoreSnapshotFromRecycleBin: ['1.11', restoreSnapshotFromRecycleBin],
  EnableEbsEncryptionByDefault: ['4', enableEbsEncryptionByDefault],
  DisableEbsEncryptionByDefault: ['4', disableEbsEncryptionByDefault],
  GetEbsEncryptionByDefault: ['4', getEbsEncryptionByDefault],
  GetEbsDefaultKmsKeyId: ['4', getEbsDefaultKmsKeyId],
  ModifyEbsDefaultKmsKeyId: ['4', modifyEbsDefaultKmsKeyId],
  ResetEbsDefaultKmsKeyId: ['4', resetEbsDefaultKmsKeyId],
  DescribeRegions: ['1.1', describeRegions],
};

const dryRunSucceeded = (): AwsError =>
  new AwsError('DryRunOperation', 'Request would have succeeded, but DryRun flag is set.', 412);

/** A dry run asks only for permission, which everyone has here. */
const honouringDryRun =
  (operation: Operation): Operation =>
  (input: { readonly DryRun?: boolean }, call) => {
    if (input.DryRun) throw dryRunSucceeded();
    return operation(input as never, call);
  };

const names = Object.keys(built);

const mapBuilt = <T>(read: (entry: readonly [string, Operation]) => T): Record<string, T> =>
  Object.fromEntries(names.map((name) => [name, read(built[name] as readonly [string, Operation])]));

/** EC2 in many Regions and for many accounts. All its memory is in `world.state`; needs {@link attachEc2Timers}. */
export const ec2Service: Service = {
  name: 'ec2',
  operations: mapBuilt(([, operation]) => honouringDryRun(operation)),
  sections: mapBuilt(([section]) => section),
};

/** Registers what happens when EC2's timers run out. Once per world, also after its state was loaded. */
export function attachEc2Timers(world: World): void {
  attachImageTimers(world);
  attachSnapshotTimers(world);
  attachInstanceTimers(world);
  attachLaunchRequestTimers(world);
  attachReportTimers(world);
  attachBinTimers(world);
}
