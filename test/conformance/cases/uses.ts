import { type Case, type Seen, stranger } from '../case.ts';

const base = (seen: Seen) => seen.of('base image', 'Images.0.ImageId');
const template = (seen: Seen) => ({ LaunchTemplateId: seen.of('template', 'LaunchTemplate.LaunchTemplateId') });
const role = 'arn:aws:iam::111122223333:role/aws-ec2-spot-fleet-tagging-role';

export const templates: readonly Case[] = [
  {
    id: 'template',
    call: 'ec2.CreateLaunchTemplate',
    input: (seen) => ({
      LaunchTemplateName: seen.named('web'),
      LaunchTemplateData: { ImageId: seen.of('image', 'ImageId'), InstanceType: 't3.micro' },
      ClientToken: seen.named('template'),
    }),
    has: { LaunchTemplate: { DefaultVersionNumber: 1, LatestVersionNumber: 1 } },
  },
  {
    id: 'version',
    call: 'ec2.CreateLaunchTemplateVersion',
    input: (seen) => ({
      ...template(seen),
      SourceVersion: '1',
      VersionDescription: 'second',
      LaunchTemplateData: { ImageId: base(seen) },
      ClientToken: seen.named('version'),
    }),
    has: (seen) => ({
      LaunchTemplateVersion: {
        VersionNumber: 2,
        DefaultVersion: false,
        LaunchTemplateData: { ImageId: base(seen), InstanceType: 't3.micro' },
      },
    }),
  },
  {
    id: 'default version',
    call: 'ec2.ModifyLaunchTemplate',
    input: (seen) => ({ ...template(seen), DefaultVersion: '2' }),
    has: { LaunchTemplate: { DefaultVersionNumber: 2 } },
  },
  {
    id: 'templates',
    call: 'ec2.DescribeLaunchTemplates',
    input: (seen) => ({ LaunchTemplateNames: [seen.named('web')] }),
    has: (seen) => ({ LaunchTemplates: [{ ...template(seen), LatestVersionNumber: 2 }] }),
  },
  {
    id: 'versions',
    call: 'ec2.DescribeLaunchTemplateVersions',
    input: (seen) => ({ ...template(seen), Versions: ['$Latest', '$Default', '1'] }),
    has: { LaunchTemplateVersions: [{ VersionNumber: 1 }, { VersionNumber: 2 }] },
  },
  {
    id: 'no template',
    call: 'ec2.DescribeLaunchTemplates',
    input: { LaunchTemplateNames: ['no-such-template'] },
    fails: { code: 'InvalidLaunchTemplateName.NotFoundException' },
  },
];

export const fleets: readonly Case[] = [
  {
    id: 'fleet',
    call: 'ec2.CreateFleet',
    input: (seen) => ({
      Type: 'maintain',
      TargetCapacitySpecification: { TotalTargetCapacity: 1, DefaultTargetCapacityType: 'spot' },
      LaunchTemplateConfigs: [{ LaunchTemplateSpecification: { ...template(seen), Version: '$Latest' } }],
      ClientToken: seen.named('fleet'),
    }),
    has: { FleetId: /^fleet-/ },
  },
  {
    id: 'fleets',
    call: 'ec2.DescribeFleets',
    input: (seen) => ({ FleetIds: [seen.of('fleet', 'FleetId')] }),
    has: (seen) => ({
      Fleets: [
        {
          Type: 'maintain',
          LaunchTemplateConfigs: [{ LaunchTemplateSpecification: { ...template(seen), Version: '$Latest' } }],
        },
      ],
    }),
  },
  {
    id: 'delete fleet',
    call: 'ec2.DeleteFleets',
    input: (seen) => ({ FleetIds: [seen.of('fleet', 'FleetId')], TerminateInstances: true }),
    has: (seen) => ({
      SuccessfulFleetDeletions: [{ FleetId: seen.of('fleet', 'FleetId') }],
      UnsuccessfulFleetDeletions: [],
    }),
  },
  {
    id: 'spot fleet',
    call: 'ec2.RequestSpotFleet',
    input: (seen) => ({
      SpotFleetRequestConfig: {
        IamFleetRole: role,
        TargetCapacity: 1,
        LaunchSpecifications: [{ ImageId: base(seen), InstanceType: 't3.micro' }],
      },
    }),
    has: { SpotFleetRequestId: /^sfr-/ },
  },
  {
    id: 'spot fleets',
    call: 'ec2.DescribeSpotFleetRequests',
    input: (seen) => ({ SpotFleetRequestIds: [seen.of('spot fleet', 'SpotFleetRequestId')] }),
    has: (seen) => ({
      SpotFleetRequestConfigs: [
        {
          SpotFleetRequestState: 'active',
          SpotFleetRequestConfig: { TargetCapacity: 1, LaunchSpecifications: [{ ImageId: base(seen) }] },
        },
      ],
    }),
  },
  {
    id: 'cancel spot fleet',
    call: 'ec2.CancelSpotFleetRequests',
    input: (seen) => ({ SpotFleetRequestIds: [seen.of('spot fleet', 'SpotFleetRequestId')], TerminateInstances: true }),
    has: { SuccessfulFleetRequests: [{ PreviousSpotFleetRequestState: 'active' }], UnsuccessfulFleetRequests: [] },
  },
  {
    id: 'spot request',
    call: 'ec2.RequestSpotInstances',
    input: (seen) => ({
      InstanceCount: 1,
      LaunchSpecification: { ImageId: base(seen), InstanceType: 't3.micro' },
      SpotPrice: '0.03',
      ClientToken: seen.named('spot'),
    }),
    has: { SpotInstanceRequests: [{ State: 'open', SpotPrice: '0.03' }] },
  },
  {
    id: 'spot requests',
    call: 'ec2.DescribeSpotInstanceRequests',
    input: (seen) => ({
      Filters: [
        { Name: 'launch.image-id', Values: [base(seen)] },
        {
          Name: 'spot-instance-request-id',
          Values: [seen.of('spot request', 'SpotInstanceRequests.0.SpotInstanceRequestId')],
        },
      ],
    }),
    has: { SpotInstanceRequests: [{ Type: 'one-time', State: 'open' }] },
  },
  {
    id: 'cancel spot request',
    call: 'ec2.CancelSpotInstanceRequests',
    input: (seen) => ({
      SpotInstanceRequestIds: [seen.of('spot request', 'SpotInstanceRequests.0.SpotInstanceRequestId')],
    }),
    has: { CancelledSpotInstanceRequests: [{ State: 'cancelled' }] },
  },
];

const group = (seen: Seen) => ({ AutoScalingGroupName: seen.named('group') });

export const scaling: readonly Case[] = [
  {
    id: 'configuration',
    call: 'autoscaling.CreateLaunchConfiguration',
    input: (seen) => ({ LaunchConfigurationName: seen.named('old'), ImageId: base(seen), InstanceType: 't3.micro' }),
  },
  {
    id: 'configurations',
    call: 'autoscaling.DescribeLaunchConfigurations',
    input: (seen) => ({ LaunchConfigurationNames: [seen.named('old')] }),
    has: (seen) => ({ LaunchConfigurations: [{ ImageId: base(seen), InstanceType: 't3.micro' }] }),
  },
  {
    id: 'group',
    call: 'autoscaling.CreateAutoScalingGroup',
    input: (seen) => ({
      ...group(seen),
      MinSize: 0,
      MaxSize: 1,
      AvailabilityZones: ['us-east-1a'],
      LaunchTemplate: { ...template(seen), Version: '$Default' },
    }),
  },
  {
    id: 'groups',
    call: 'autoscaling.DescribeAutoScalingGroups',
    input: (seen) => ({ AutoScalingGroupNames: [seen.named('group')] }),
    has: (seen) => ({
      AutoScalingGroups: [
        { ...group(seen), DesiredCapacity: 0, Instances: [], LaunchTemplate: { Version: '$Default' } },
      ],
    }),
  },
  {
    id: 'change group',
    call: 'autoscaling.UpdateAutoScalingGroup',
    input: (seen) => ({ ...group(seen), MaxSize: 2, LaunchConfigurationName: seen.named('old') }),
  },
  {
    id: 'configuration in use',
    call: 'autoscaling.DeleteLaunchConfiguration',
    input: (seen) => ({ LaunchConfigurationName: seen.named('old') }),
    fails: { code: 'ResourceInUse' },
  },
  { id: 'drop group', call: 'autoscaling.DeleteAutoScalingGroup', input: group },
  {
    id: 'drop configuration',
    call: 'autoscaling.DeleteLaunchConfiguration',
    input: (seen) => ({ LaunchConfigurationName: seen.named('old') }),
  },
  {
    id: 'no group',
    call: 'autoscaling.DeleteAutoScalingGroup',
    input: group,
    fails: { code: 'ValidationError', message: /not found/ },
  },
];

export const reports: readonly Case[] = [
  {
    id: 'references',
    call: 'ec2.DescribeImageReferences',
    input: (seen) => ({
      ImageIds: [seen.of('image', 'ImageId')],
      ResourceTypes: [
        {
          ResourceType: 'ec2:LaunchTemplate',
          ResourceTypeOptions: [{ OptionName: 'version-depth', OptionValues: ['20'] }],
        },
      ],
    }),
    has: (seen) => ({
      ImageReferences: [
        { ImageId: seen.of('image', 'ImageId'), ResourceType: 'ec2:LaunchTemplate', Arn: /:launch-template\/lt-/ },
      ],
    }),
  },
  {
    id: 'report',
    call: 'ec2.CreateImageUsageReport',
    input: (seen) => ({
      ImageId: seen.of('image', 'ImageId'),
      ResourceTypes: [{ ResourceType: 'ec2:Instance' }],
      AccountIds: [stranger],
      ClientToken: seen.named('report'),
    }),
    has: { ReportId: /^amiur-/ },
  },
  {
    id: 'report is done',
    call: 'ec2.DescribeImageUsageReports',
    input: (seen) => ({ ReportIds: [seen.of('report', 'ReportId')] }),
    has: (seen) => ({
      ImageUsageReports: [{ State: 'available', ImageId: seen.of('image', 'ImageId'), AccountIds: [stranger] }],
    }),
    eventually: true,
  },
  {
    id: 'entries',
    call: 'ec2.DescribeImageUsageReportEntries',
    input: (seen) => ({ ReportIds: [seen.of('report', 'ReportId')] }),
    has: { ImageUsageReportEntries: [] },
  },
  {
    id: 'drop report',
    call: 'ec2.DeleteImageUsageReport',
    input: (seen) => ({ ReportId: seen.of('report', 'ReportId') }),
    has: { Return: true },
  },
];

const host = (seen: Seen) => ({ InstanceIds: [seen.of('host', 'Instances.0.InstanceId')] });

export const endings: readonly Case[] = [
  {
    id: 'drop template',
    call: 'ec2.DeleteLaunchTemplate',
    input: template,
    has: (seen) => ({ LaunchTemplate: template(seen) }),
  },
  {
    id: 'stop',
    call: 'ec2.StopInstances',
    input: host,
    has: { StoppingInstances: [{ PreviousState: { Name: 'running' } }] },
  },
  {
    id: 'stopped',
    call: 'ec2.DescribeInstances',
    input: host,
    has: { Reservations: [{ Instances: [{ State: { Name: 'stopped' } }] }] },
    eventually: true,
  },
  {
    id: 'start',
    call: 'ec2.StartInstances',
    input: host,
    has: { StartingInstances: [{ CurrentState: { Name: 'pending' } }] },
  },
  {
    id: 'terminate',
    call: 'ec2.TerminateInstances',
    input: host,
    has: { TerminatingInstances: [{ CurrentState: { Name: 'shutting-down' } }] },
  },
  {
    id: 'no delete',
    call: 'ec2.DeleteSnapshot',
    input: (seen) => ({ SnapshotId: seen.of('snapshot', 'SnapshotId') }),
    fails: { code: 'OperationNotPermitted' },
  },
  {
    id: 'unlock',
    call: 'ec2.UnlockSnapshot',
    input: (seen) => ({ SnapshotId: seen.of('snapshot', 'SnapshotId') }),
    has: (seen) => ({ SnapshotId: seen.of('snapshot', 'SnapshotId') }),
  },
  {
    id: 'let nobody restore',
    call: 'ec2.ResetSnapshotAttribute',
    input: (seen) => ({ SnapshotId: seen.of('snapshot', 'SnapshotId'), Attribute: 'createVolumePermission' }),
  },
  {
    id: 'nobody restores',
    call: 'ec2.DescribeSnapshotAttribute',
    input: (seen) => ({ SnapshotId: seen.of('snapshot', 'SnapshotId'), Attribute: 'createVolumePermission' }),
    has: { CreateVolumePermissions: [] },
  },
  {
    id: 'drop copy',
    call: 'ec2.DeregisterImage',
    at: 'away',
    input: (seen) => ({ ImageId: seen.of('copy', 'ImageId') }),
    has: { Return: true },
  },
  {
    id: 'delete snapshot',
    call: 'ec2.DeleteSnapshot',
    at: 'away',
    input: (seen) => ({ SnapshotId: seen.of('copy is there', 'Images.0.BlockDeviceMappings.0.Ebs.SnapshotId') }),
  },
];
