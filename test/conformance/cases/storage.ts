import { type Case, type Seen, stranger } from '../case.ts';

const snapshot = (seen: Seen) => ({ SnapshotId: seen.of('snapshot', 'SnapshotId') });
const imageSnapshot = (seen: Seen) => seen.of('image is there', 'Images.0.BlockDeviceMappings.0.Ebs.SnapshotId');

export const snapshots: readonly Case[] = [
  {
    id: 'of the image',
    call: 'ec2.DescribeSnapshots',
    input: (seen) => ({ SnapshotIds: [imageSnapshot(seen)] }),
    has: {
      Snapshots: [
        {
          State: 'completed',
          Progress: '100%',
          Encrypted: false,
          Description: /^Created by CreateImage\(i-\w+\) for ami-\w+$/,
        },
      ],
    },
  },
  {
    id: 'volume',
    call: 'ec2.DescribeInstances',
    input: (seen) => ({ Filters: [{ Name: 'instance-id', Values: [seen.of('host', 'Instances.0.InstanceId')] }] }),
  },
  {
    id: 'snapshot',
    call: 'ec2.CreateSnapshot',
    input: (seen) => ({
      VolumeId: seen.of('volume', 'Reservations.0.Instances.0.BlockDeviceMappings.0.Ebs.VolumeId'),
      Description: 'by hand',
    }),
    has: { State: 'pending', SnapshotId: /^snap-/, Encrypted: false },
  },
  {
    id: 'snapshot is done',
    call: 'ec2.DescribeSnapshots',
    input: (seen) => ({ SnapshotIds: [seen.of('snapshot', 'SnapshotId')] }),
    has: { Snapshots: [{ State: 'completed', Description: 'by hand', Tags: [] }] },
    eventually: true,
  },
  {
    id: 'let restore',
    call: 'ec2.ModifySnapshotAttribute',
    input: (seen) => ({
      ...snapshot(seen),
      Attribute: 'createVolumePermission',
      OperationType: 'add',
      UserIds: [stranger],
    }),
  },
  {
    id: 'may restore',
    call: 'ec2.DescribeSnapshotAttribute',
    input: (seen) => ({ ...snapshot(seen), Attribute: 'createVolumePermission' }),
    has: (seen) => ({ ...snapshot(seen), CreateVolumePermissions: [{ UserId: stranger }] }),
  },
  {
    id: 'stranger sees the snapshot',
    call: 'ec2.DescribeSnapshots',
    by: 'stranger',
    input: { RestorableByUserIds: ['self'] },
    has: (seen) => ({ Snapshots: [snapshot(seen)] }),
  },
  {
    id: 'in use',
    call: 'ec2.DeleteSnapshot',
    input: (seen) => ({ SnapshotId: imageSnapshot(seen) }),
    fails: { code: 'InvalidSnapshot.InUse' },
  },
  {
    id: 'lock',
    call: 'ec2.LockSnapshot',
    input: (seen) => ({ ...snapshot(seen), LockMode: 'governance', LockDuration: 1 }),
    has: { LockState: 'governance' },
  },
  {
    id: 'locks',
    call: 'ec2.DescribeLockedSnapshots',
    input: (seen) => ({ SnapshotIds: [seen.of('snapshot', 'SnapshotId')] }),
    has: (seen) => ({ Snapshots: [{ ...snapshot(seen), LockState: 'governance' }] }),
  },
];

/** What new snapshots are encrypted with in a Region where the rest of the table makes none. */
export const encryption: readonly Case[] = [
  { id: 'encrypt all', call: 'ec2.EnableEbsEncryptionByDefault', at: 'away', has: { EbsEncryptionByDefault: true } },
  { id: 'is all encrypted', call: 'ec2.GetEbsEncryptionByDefault', at: 'away', has: { EbsEncryptionByDefault: true } },
  {
    id: 'encrypt by choice',
    call: 'ec2.DisableEbsEncryptionByDefault',
    at: 'away',
    has: { EbsEncryptionByDefault: false },
  },
  {
    id: 'own default key',
    call: 'ec2.ModifyEbsDefaultKmsKeyId',
    at: 'away',
    input: { KmsKeyId: 'alias/conformance' },
    has: { KmsKeyId: /^arn:aws:kms:eu-west-1:/ },
  },
  {
    id: 'default key',
    call: 'ec2.GetEbsDefaultKmsKeyId',
    at: 'away',
    has: (seen) => ({ KmsKeyId: seen.of('own default key', 'KmsKeyId') }),
  },
  {
    id: 'usual default key',
    call: 'ec2.ResetEbsDefaultKmsKeyId',
    at: 'away',
    has: { KmsKeyId: /^arn:aws:kms:eu-west-1:/ },
  },
];

export const tags: readonly Case[] = [
  {
    id: 'tag',
    call: 'ec2.CreateTags',
    input: (seen) => ({
      Resources: [seen.of('image', 'ImageId'), imageSnapshot(seen)],
      Tags: [
        { Key: 'Stage', Value: 'prod' },
        { Key: 'empty', Value: '' },
      ],
    }),
  },
  {
    id: 'tags of the image',
    call: 'ec2.DescribeTags',
    input: (seen) => ({
      Filters: [
        { Name: 'resource-id', Values: [seen.of('image', 'ImageId')] },
        { Name: 'key', Values: ['Stage', 'empty'] },
      ],
    }),
    has: (seen) => ({
      Tags: [
        { ResourceId: seen.of('image', 'ImageId'), ResourceType: 'image', Key: 'Stage', Value: 'prod' },
        { Key: 'empty', Value: '' },
      ],
    }),
  },
  {
    id: 'untag',
    call: 'ec2.DeleteTags',
    input: (seen) => ({
      Resources: [seen.of('image', 'ImageId')],
      Tags: [{ Key: 'Stage', Value: 'prod' }, { Key: 'empty' }],
    }),
  },
  {
    id: 'untagged',
    call: 'ec2.DescribeTags',
    input: (seen) => ({
      Filters: [
        { Name: 'resource-id', Values: [seen.of('image', 'ImageId')] },
        { Name: 'key', Values: ['Stage', 'empty'] },
      ],
    }),
    has: { Tags: [] },
  },
];

const binTag = { Key: 'bin', Value: 'conformance' };

/** They hold only after a while, so they are made first. */
export const binRules: readonly Case[] = [
  {
    id: 'image rule',
    call: 'rbin.CreateRule',
    input: {
      ResourceType: 'EC2_IMAGE',
      RetentionPeriod: { RetentionPeriodValue: 7, RetentionPeriodUnit: 'DAYS' },
      Description: 'images',
      ResourceTags: [{ ResourceTagKey: 'bin', ResourceTagValue: 'conformance' }],
    },
    has: { Status: /available|pending/, ResourceType: 'EC2_IMAGE', RetentionPeriod: { RetentionPeriodValue: 7 } },
  },
  {
    id: 'snapshot rule',
    call: 'rbin.CreateRule',
    input: {
      ResourceType: 'EBS_SNAPSHOT',
      RetentionPeriod: { RetentionPeriodValue: 3, RetentionPeriodUnit: 'DAYS' },
      ResourceTags: [{ ResourceTagKey: 'bin', ResourceTagValue: 'conformance' }],
    },
  },
];

/** A rule keeps what is deregistered. */
export const recycleBin: readonly Case[] = [
  {
    id: 'see rule',
    call: 'rbin.GetRule',
    input: (seen) => ({ Identifier: seen.of('image rule', 'Identifier') }),
    has: { Description: 'images', Status: 'available' },
  },
  {
    id: 'rules',
    call: 'rbin.ListRules',
    input: { ResourceType: 'EC2_IMAGE', ResourceTags: [{ ResourceTagKey: 'bin' }], MaxResults: 100 },
  },
  {
    id: 'change rule',
    call: 'rbin.UpdateRule',
    input: (seen) => ({
      Identifier: seen.of('image rule', 'Identifier'),
      RetentionPeriod: { RetentionPeriodValue: 5, RetentionPeriodUnit: 'DAYS' },
    }),
    has: { RetentionPeriod: { RetentionPeriodValue: 5, RetentionPeriodUnit: 'DAYS' } },
  },
  {
    id: 'mark for the bin',
    call: 'ec2.CreateTags',
    input: (seen) => ({
      Resources: [
        seen.of('image', 'ImageId'),
        seen.of('image is there', 'Images.0.BlockDeviceMappings.0.Ebs.SnapshotId'),
        seen.of('registered', 'ImageId'),
      ],
      Tags: [binTag],
    }),
  },
  {
    id: 'registered is there',
    call: 'ec2.DescribeImages',
    input: (seen) => ({ ImageIds: [seen.of('registered', 'ImageId')] }),
    has: { Images: [{ State: 'available', Tags: [binTag] }] },
    eventually: true,
  },
  {
    id: 'deregister the other',
    call: 'ec2.DeregisterImage',
    input: (seen) => ({ ImageId: seen.of('registered', 'ImageId'), DeleteAssociatedSnapshots: true }),
    has: { Return: true, DeleteSnapshotResults: [{ ReturnCode: 'skipped' }] },
  },
  { id: 'rule holds', call: 'rbin.ListRules', input: { ResourceType: 'EBS_SNAPSHOT' } },
  {
    id: 'deregister',
    call: 'ec2.DeregisterImage',
    input: (seen) => ({ ImageId: seen.of('image', 'ImageId'), DeleteAssociatedSnapshots: true }),
    has: { Return: true, DeleteSnapshotResults: [{ ReturnCode: 'success' }] },
  },
  {
    id: 'binned image',
    call: 'ec2.ListImagesInRecycleBin',
    input: (seen) => ({ ImageIds: [seen.of('image', 'ImageId')] }),
    has: (seen) => ({ Images: [{ ImageId: seen.of('image', 'ImageId'), Name: seen.named('golden') }] }),
  },
  {
    id: 'binned snapshot',
    call: 'ec2.ListSnapshotsInRecycleBin',
    input: (seen) => ({ SnapshotIds: [imageSnapshot(seen)] }),
    has: (seen) => ({ Snapshots: [{ SnapshotId: imageSnapshot(seen) }] }),
  },
  {
    id: 'restore snapshot',
    call: 'ec2.RestoreSnapshotFromRecycleBin',
    input: (seen) => ({ SnapshotId: imageSnapshot(seen) }),
    has: { State: 'completed' },
  },
  {
    id: 'restore image',
    call: 'ec2.RestoreImageFromRecycleBin',
    input: (seen) => ({ ImageId: seen.of('image', 'ImageId') }),
    has: { Return: true },
  },
  {
    id: 'restored',
    call: 'ec2.DescribeImages',
    input: (seen) => ({ ImageIds: [seen.of('image', 'ImageId')] }),
    has: { Images: [{ State: 'available' }] },
  },
  {
    id: 'drop image rule',
    call: 'rbin.DeleteRule',
    input: (seen) => ({ Identifier: seen.of('image rule', 'Identifier') }),
  },
  {
    id: 'drop snapshot rule',
    call: 'rbin.DeleteRule',
    input: (seen) => ({ Identifier: seen.of('snapshot rule', 'Identifier') }),
  },
  {
    id: 'no rule',
    call: 'rbin.GetRule',
    input: (seen) => ({ Identifier: seen.of('image rule', 'Identifier') }),
    fails: { code: 'ResourceNotFoundException', status: 404 },
  },
];
