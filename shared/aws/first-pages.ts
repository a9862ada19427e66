import {
  type AutoScalingClient,
  paginateDescribeAutoScalingGroups,
  paginateDescribeLaunchConfigurations,
} from '@aws-sdk/client-auto-scaling';
import {
  DescribeLockedSnapshotsCommand,
  type EC2Client,
  paginateDescribeFleets,
  paginateDescribeImages,
  paginateDescribeImageUsageReports,
  paginateDescribeInstances,
  paginateDescribeLaunchTemplates,
  paginateDescribeLaunchTemplateVersions,
  paginateDescribeSnapshots,
  paginateDescribeSpotFleetRequests,
  paginateDescribeSpotInstanceRequests,
  paginateListImagesInRecycleBin,
} from '@aws-sdk/client-ec2';
import { paginateDescribeParameters, type SSMClient } from '@aws-sdk/client-ssm';
import { paginateListRules, type RecycleBinClient } from './recycle-bin-client.ts';

export interface ReadingClients {
  readonly ec2: EC2Client;
  readonly ssm: SSMClient;
  readonly autoScaling: AutoScalingClient;
  readonly rbin: RecycleBinClient;
}

/** The first page says whether the rest may be read. */
const first = async (pages: AsyncIterator<unknown>): Promise<void> => {
  await pages.next();
};

const own = ['self'];

/** One call, as small as its service allows, per IAM action with which plans are made. */
export const firstPages: Readonly<Record<string, (clients: ReadingClients) => Promise<void>>> = {
  'autoscaling:DescribeAutoScalingGroups': ({ autoScaling: client }) =>
    first(paginateDescribeAutoScalingGroups({ client, pageSize: 1 }, {})),
  'autoscaling:DescribeLaunchConfigurations': ({ autoScaling: client }) =>
    first(paginateDescribeLaunchConfigurations({ client, pageSize: 1 }, {})),
  'ec2:DescribeFleets': ({ ec2: client }) => first(paginateDescribeFleets({ client, pageSize: 1 }, {})),
  'ec2:DescribeImages': ({ ec2: client }) => first(paginateDescribeImages({ client, pageSize: 5 }, { Owners: own })),
  'ec2:DescribeImageUsageReports': ({ ec2: client }) =>
    first(paginateDescribeImageUsageReports({ client, pageSize: 5 }, {})),
  'ec2:DescribeInstances': ({ ec2: client }) => first(paginateDescribeInstances({ client, pageSize: 5 }, {})),
  'ec2:DescribeLaunchTemplates': ({ ec2: client }) =>
    first(paginateDescribeLaunchTemplates({ client, pageSize: 1 }, {})),
  'ec2:DescribeLaunchTemplateVersions': ({ ec2: client }) =>
    first(paginateDescribeLaunchTemplateVersions({ client, pageSize: 1 }, { Versions: ['$Default'] })),
  'ec2:DescribeLockedSnapshots': async ({ ec2: client }) => {
    await client.send(new DescribeLockedSnapshotsCommand({ MaxResults: 5 }));
  },
  'ec2:DescribeSnapshots': ({ ec2: client }) =>
    first(paginateDescribeSnapshots({ client, pageSize: 5 }, { OwnerIds: own })),
  'ec2:DescribeSpotFleetRequests': ({ ec2: client }) =>
    first(paginateDescribeSpotFleetRequests({ client, pageSize: 1 }, {})),
  'ec2:DescribeSpotInstanceRequests': ({ ec2: client }) =>
    first(paginateDescribeSpotInstanceRequests({ client, pageSize: 5 }, {})),
  'ec2:ListImagesInRecycleBin': ({ ec2: client }) => first(paginateListImagesInRecycleBin({ client, pageSize: 1 }, {})),
  'rbin:ListRules': ({ rbin: client }) =>
    first(paginateListRules({ client }, { ResourceType: 'EC2_IMAGE', MaxResults: 1 })),
  'ssm:DescribeParameters': ({ ssm: client }) => first(paginateDescribeParameters({ client, pageSize: 1 }, {})),
};
