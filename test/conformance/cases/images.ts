import { type Case, owner, type Seen, stranger } from '../case.ts';

const image = (seen: Seen) => ({ ImageId: seen.of('image', 'ImageId') });
const team = [{ Key: 'Team', Value: 'größe & <co>' }];

/** From a base image of Amazon's to an image of the owner's, and its copy. */
export const making: readonly Case[] = [
  {
    id: 'Regions',
    call: 'ec2.DescribeRegions',
    input: { RegionNames: ['eu-west-1'] },
    has: { Regions: [{ RegionName: 'eu-west-1', OptInStatus: 'opt-in-not-required' }] },
  },
  {
    id: 'base image',
    call: 'ec2.DescribeImages',
    input: { Owners: ['amazon'], Filters: [{ Name: 'virtualization-type', Values: ['hvm'] }] },
  },
  {
    id: 'host',
    call: 'ec2.RunInstances',
    input: (seen) => ({
      ImageId: seen.of('base image', 'Images.0.ImageId'),
      InstanceType: 't3.micro',
      MinCount: 1,
      MaxCount: 1,
      ClientToken: seen.named('host'),
    }),
    has: (seen) => ({
      OwnerId: owner,
      Instances: [
        {
          ImageId: seen.of('base image', 'Images.0.ImageId'),
          InstanceType: 't3.micro',
          State: { Name: 'pending', Code: 0 },
        },
      ],
    }),
  },
  {
    id: 'host runs',
    call: 'ec2.DescribeInstances',
    input: (seen) => ({ InstanceIds: [seen.of('host', 'Instances.0.InstanceId')] }),
    has: { Reservations: [{ Instances: [{ State: { Name: 'running', Code: 16 } }] }] },
    eventually: true,
  },
  {
    id: 'image',
    call: 'ec2.CreateImage',
    input: (seen) => ({
      InstanceId: seen.of('host', 'Instances.0.InstanceId'),
      Name: seen.named('golden'),
      Description: 'one "image" <made> & tagged',
      NoReboot: true,
      TagSpecifications: [{ ResourceType: 'image', Tags: team }],
    }),
    has: { ImageId: /^ami-[0-9a-f]{17}$/ },
  },
  {
    id: 'image is there',
    call: 'ec2.DescribeImages',
    input: (seen) => ({ ImageIds: [seen.of('image', 'ImageId')] }),
    has: (seen) => ({
      Images: [
        {
          State: 'available',
          OwnerId: owner,
          Name: seen.named('golden'),
          Description: 'one "image" <made> & tagged',
          Public: false,
          SourceInstanceId: seen.of('host', 'Instances.0.InstanceId'),
          RootDeviceType: 'ebs',
          ImageType: 'machine',
          Tags: team,
          CreationDate: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/,
        },
      ],
    }),
    eventually: true,
  },
  {
    id: 'copy',
    call: 'ec2.CopyImage',
    at: 'away',
    input: (seen) => ({
      SourceImageId: seen.of('image', 'ImageId'),
      SourceRegion: 'us-east-1',
      Name: seen.named('golden-copy'),
      CopyImageTags: true,
      ClientToken: seen.named('copy'),
    }),
    has: { ImageId: /^ami-/ },
  },
  {
    id: 'copy is there',
    call: 'ec2.DescribeImages',
    at: 'away',
    input: (seen) => ({
      Owners: ['self'],
      Filters: [
        { Name: 'source-image-id', Values: [seen.of('image', 'ImageId')] },
        { Name: 'tag:Team', Values: ['gr*'] },
      ],
    }),
    has: (seen) => ({
      Images: [{ ImageId: seen.of('copy', 'ImageId'), State: 'available', SourceImageRegion: 'us-east-1', Tags: team }],
    }),
    eventually: true,
  },
  {
    id: 'encrypted copy',
    call: 'ec2.CopyImage',
    input: (seen) => ({
      SourceImageId: seen.of('image', 'ImageId'),
      SourceRegion: 'us-east-1',
      Name: seen.named('golden-locked'),
      TagSpecifications: [
        { ResourceType: 'image', Tags: team },
        { ResourceType: 'snapshot', Tags: team },
      ],
      Encrypted: true,
      ClientToken: seen.named('locked'),
    }),
    has: { ImageId: /^ami-/ },
  },
  {
    id: 'registered',
    call: 'ec2.RegisterImage',
    input: (seen) => ({
      Name: seen.named('registered'),
      Architecture: 'x86_64',
      RootDeviceName: '/dev/xvda',
      VirtualizationType: 'hvm',
      EnaSupport: true,
      BlockDeviceMappings: [
        {
          DeviceName: '/dev/xvda',
          Ebs: {
            SnapshotId: seen.of('image is there', 'Images.0.BlockDeviceMappings.0.Ebs.SnapshotId'),
            DeleteOnTermination: true,
          },
        },
      ],
    }),
    has: { ImageId: /^ami-/ },
  },
  {
    id: 'ancestry',
    call: 'ec2.GetImageAncestry',
    at: 'away',
    input: (seen) => ({ ImageId: seen.of('copy', 'ImageId') }),
  },
  {
    id: 'findings',
    call: 'ec2.GetImageFindings',
    input: (seen) => ({ ...image(seen), MaxResults: 10 }),
    has: { ImageFindings: [] },
  },
];

/** Attributes and launch permissions. */
export const sharing: readonly Case[] = [
  {
    id: 'share',
    call: 'ec2.ModifyImageAttribute',
    input: (seen) => ({ ...image(seen), LaunchPermission: { Add: [{ UserId: stranger }] } }),
  },
  {
    id: 'shared',
    call: 'ec2.DescribeImageAttribute',
    input: (seen) => ({ ...image(seen), Attribute: 'launchPermission' }),
    has: (seen) => ({ ...image(seen), LaunchPermissions: [{ UserId: stranger }] }),
  },
  {
    id: 'stranger sees it',
    call: 'ec2.DescribeImages',
    by: 'stranger',
    input: (seen) => ({ ExecutableUsers: ['self'], ImageIds: [seen.of('image', 'ImageId')] }),
    has: (seen) => ({ Images: [{ ...image(seen), OwnerId: owner, Tags: [] }] }),
  },
  {
    id: 'stranger lets go',
    call: 'ec2.CancelImageLaunchPermission',
    by: 'stranger',
    input: image,
    has: { Return: true },
  },
  {
    id: 'stranger sees nothing',
    call: 'ec2.DescribeImages',
    by: 'stranger',
    input: (seen) => ({ ImageIds: [seen.of('image', 'ImageId')] }),
    fails: { code: 'InvalidAMIID.NotFound', message: /ami-/ },
  },
  {
    id: 'share flat',
    call: 'ec2.ModifyImageAttribute',
    input: (seen) => ({ ...image(seen), Attribute: 'launchPermission', OperationType: 'add', UserIds: [stranger] }),
  },
  {
    id: 'reset',
    call: 'ec2.ResetImageAttribute',
    input: (seen) => ({ ...image(seen), Attribute: 'launchPermission' }),
  },
  {
    id: 'private again',
    call: 'ec2.DescribeImageAttribute',
    input: (seen) => ({ ...image(seen), Attribute: 'launchPermission' }),
    has: { LaunchPermissions: [] },
  },
  {
    id: 'describe anew',
    call: 'ec2.ModifyImageAttribute',
    input: (seen) => ({ ...image(seen), Description: { Value: 'new words' } }),
  },
  {
    id: 'described',
    call: 'ec2.DescribeImageAttribute',
    input: (seen) => ({ ...image(seen), Attribute: 'description' }),
    has: { Description: { Value: 'new words' } },
  },
  {
    id: 'no bad account',
    call: 'ec2.ModifyImageAttribute',
    input: (seen) => ({ ...image(seen), LaunchPermission: { Add: [{ UserId: '12' }] } }),
    fails: { code: 'InvalidAMIAttributeItemValue' },
  },
];

/** What stands in the way of publishing. */
export const guarding: readonly Case[] = [
  {
    id: 'block images',
    call: 'ec2.EnableImageBlockPublicAccess',
    input: { ImageBlockPublicAccessState: 'block-new-sharing' },
    has: { ImageBlockPublicAccessState: 'block-new-sharing' },
  },
  {
    id: 'images blocked',
    call: 'ec2.GetImageBlockPublicAccessState',
    has: { ImageBlockPublicAccessState: 'block-new-sharing' },
    eventually: true,
  },
  {
    id: 'not public',
    call: 'ec2.ModifyImageAttribute',
    input: (seen) => ({ ...image(seen), LaunchPermission: { Add: [{ Group: 'all' }] } }),
    fails: { code: 'OperationNotPermitted', message: /DisableImageBlockPublicAccess/ },
  },
  {
    id: 'unblock images',
    call: 'ec2.DisableImageBlockPublicAccess',
    has: { ImageBlockPublicAccessState: 'unblocked' },
  },
  {
    id: 'block snapshots',
    call: 'ec2.EnableSnapshotBlockPublicAccess',
    input: { State: 'block-all-sharing' },
    has: { State: 'block-all-sharing' },
  },
  { id: 'snapshots blocked', call: 'ec2.GetSnapshotBlockPublicAccessState', has: { State: 'block-all-sharing' } },
  { id: 'unblock snapshots', call: 'ec2.DisableSnapshotBlockPublicAccess', has: { State: 'unblocked' } },
];

/** The way down, which can be walked back to the last step. */
export const ladder: readonly Case[] = [
  {
    id: 'deprecate',
    call: 'ec2.EnableImageDeprecation',
    input: (seen) => ({ ...image(seen), DeprecateAt: seen.inMinutes(10_000) }),
    has: { Return: true },
  },
  {
    id: 'deprecated later',
    call: 'ec2.DescribeImages',
    input: (seen) => ({ ImageIds: [seen.of('image', 'ImageId')] }),
    has: { Images: [{ DeprecationTime: /^\d{4}-\d\d-\d\dT\d\d:\d\d:00\.000Z$/ }] },
  },
  { id: 'not deprecated', call: 'ec2.DisableImageDeprecation', input: image, has: { Return: true } },
  {
    id: 'protect',
    call: 'ec2.EnableImageDeregistrationProtection',
    input: (seen) => ({ ...image(seen), WithCooldown: false }),
    has: { Return: 'true' },
  },
  { id: 'protected', call: 'ec2.DeregisterImage', input: image, fails: { code: 'OperationNotPermitted' } },
  { id: 'unprotect', call: 'ec2.DisableImageDeregistrationProtection', input: image, has: { Return: 'true' } },
  { id: 'disable', call: 'ec2.DisableImage', input: image, has: { Return: true } },
  {
    id: 'disabled is hidden',
    call: 'ec2.DescribeImages',
    input: (seen) => ({ ImageIds: [seen.of('image', 'ImageId')] }),
    has: { Images: [] },
  },
  {
    id: 'disabled is shown',
    call: 'ec2.DescribeImages',
    input: (seen) => ({ ImageIds: [seen.of('image', 'ImageId')], IncludeDisabled: true }),
    has: { Images: [{ State: 'disabled' }] },
  },
  {
    id: 'no launch',
    call: 'ec2.RunInstances',
    input: (seen) => ({ ...image(seen), MinCount: 1, MaxCount: 1, InstanceType: 't3.micro' }),
    fails: { code: 'InvalidAMIID.Unavailable' },
  },
  { id: 'enable', call: 'ec2.EnableImage', input: image, has: { Return: true } },
];
