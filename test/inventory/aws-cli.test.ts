import { describe, expect, test } from 'vitest';
import { known, unknown } from '../../shared/model/evidence.ts';
import type { Image } from '../../shared/model/image.ts';
import { type Use, usageSources } from '../../shared/model/inventory.ts';
import { keyOf, planned } from './planned.ts';
import { account, home, identity, images, now } from './saved.ts';

/** As AWS CLI v2 prints it today. */
const newer = `{
    "Images": [
        {
            "PlatformDetails": "Windows",
            "UsageOperation": "RunInstances:0002",
            "BlockDeviceMappings": [
                {
                    "Ebs": {
                        "DeleteOnTermination": true,
                        "Iops": 3000,
                        "SnapshotId": "snap-0aaaaaaaaaaaaaaa1",
                        "VolumeSize": 30,
                        "VolumeType": "gp3",
                        "KmsKeyId": "arn:aws:kms:us-east-1:111122223333:key/1234abcd",
                        "Throughput": 125,
                        "Encrypted": true
                    },
                    "DeviceName": "/dev/sda1"
                },
                {
                    "DeviceName": "xvdca",
                    "VirtualName": "ephemeral0"
                }
            ],
            "Description": "Hardened",
            "EnaSupport": true,
            "Hypervisor": "xen",
            "Name": "golden-1",
            "RootDeviceName": "/dev/sda1",
            "RootDeviceType": "ebs",
            "SriovNetSupport": "simple",
            "Tags": [
                {
                    "Key": "Team",
                    "Value": "platform"
                }
            ],
            "VirtualizationType": "hvm",
            "BootMode": "uefi",
            "DeprecationTime": "2028-10-28T22:58:00.000Z",
            "ImdsSupport": "v2.0",
            "SourceInstanceId": "i-0123456789abcdef0",
            "DeregistrationProtection": "enabled-with-cooldown",
            "LastLaunchedTime": "2026-10-20T07:07:19Z",
            "SourceImageId": "ami-0aaaaaaaaaaaaaaa9",
            "SourceImageRegion": "us-east-1",
            "FreeTierEligible": false,
            "ImageId": "ami-00000000000000001",
            "ImageLocation": "111122223333/golden-1",
            "State": "available",
            "OwnerId": "111122223333",
            "CreationDate": "2026-08-01T06:30:00.000Z",
            "Public": false,
            "Architecture": "x86_64",
            "ImageType": "machine"
        }
    ]
}
`;

/** As AWS CLI v1 of 2023 prints it: it knows neither sources nor protection. */
const older = `{
    "Images": [
        {
            "Architecture": "arm64",
            "CreationDate": "2023-02-01T06:30:00.000Z",
            "ImageId": "ami-0abc1234",
            "ImageLocation": "111122223333/old",
            "ImageType": "machine",
            "Public": false,
            "OwnerId": "111122223333",
            "PlatformDetails": "Linux/UNIX",
            "State": "available",
            "BlockDeviceMappings": [],
            "Name": "old",
            "RootDeviceType": "instance-store",
            "VirtualizationType": "hvm"
        }
    ]
}
`;

const instances = `{
    "Reservations": [
        {
            "Groups": [],
            "Instances": [
                {
                    "AmiLaunchIndex": 0,
                    "ImageId": "ami-00000000000000001",
                    "InstanceId": "i-0fedcba9876543210",
                    "InstanceType": "t3.micro",
                    "LaunchTime": "2026-11-01T08:00:00+00:00",
                    "Monitoring": { "State": "disabled" },
                    "Placement": { "AvailabilityZone": "us-east-1a", "GroupName": "", "Tenancy": "default" },
                    "State": { "Code": 80, "Name": "stopped" },
                    "StateTransitionReason": "User initiated"
                }
            ],
            "OwnerId": "111122223333",
            "ReservationId": "r-0123456789abcdef0"
        }
    ]
}
`;

const templates = `{
    "LaunchTemplates": [
        {
            "LaunchTemplateId": "lt-0123456789abcdef0",
            "LaunchTemplateName": "web-fleet",
            "CreateTime": "2026-01-01T00:00:00+00:00",
            "CreatedBy": "arn:aws:iam::111122223333:root",
            "DefaultVersionNumber": 1,
            "LatestVersionNumber": 2,
            "Tags": []
        }
    ]
}
`;

const versions = `{
    "LaunchTemplateVersions": [
        {
            "LaunchTemplateId": "lt-0123456789abcdef0",
            "LaunchTemplateName": "web-fleet",
            "VersionNumber": 2,
            "CreateTime": "2026-02-01T00:00:00+00:00",
            "CreatedBy": "arn:aws:iam::111122223333:root",
            "DefaultVersion": false,
            "LaunchTemplateData": { "EbsOptimized": false, "ImageId": "ami-00000000000000001" }
        },
        {
            "LaunchTemplateId": "lt-0123456789abcdef0",
            "LaunchTemplateName": "web-fleet",
            "VersionNumber": 1,
            "CreateTime": "2026-01-01T00:00:00+00:00",
            "CreatedBy": "arn:aws:iam::111122223333:root",
            "DefaultVersion": true,
            "LaunchTemplateData": {}
        }
    ]
}
`;

const permissions = `{
    "ImageId": "ami-00000000000000001",
    "LaunchPermissions": [
        { "UserId": "222233334444" },
        { "OrganizationArn": "arn:aws:organizations::111122223333:organization/o-a1b2c3d4e5" },
        { "Group": "all" }
    ]
}
`;

const configurations = `{
    "LaunchConfigurations": [
        {
            "LaunchConfigurationName": "old-web",
            "LaunchConfigurationARN": "arn:aws:autoscaling:us-east-1:111122223333:launchConfiguration:0f1e:launchConfigurationName/old-web",
            "ImageId": "ami-00000000000000001",
            "KeyName": "",
            "SecurityGroups": [],
            "InstanceType": "t3.micro",
            "BlockDeviceMappings": [],
            "CreatedTime": "2024-01-01T00:00:00+00:00"
        }
    ]
}
`;

const groups = `{
    "AutoScalingGroups": [
        {
            "AutoScalingGroupName": "web",
            "AutoScalingGroupARN": "arn:aws:autoscaling:us-east-1:111122223333:autoScalingGroup:0f1e:autoScalingGroupName/web",
            "MixedInstancesPolicy": {
                "LaunchTemplate": {
                    "LaunchTemplateSpecification": {
                        "LaunchTemplateId": "lt-0123456789abcdef0",
                        "LaunchTemplateName": "web-fleet",
                        "Version": "$Latest"
                    },
                    "Overrides": [
                        { "InstanceType": "t3.micro" },
                        { "InstanceType": "t4g.micro", "ImageId": "ami-00000000000000002" }
                    ]
                },
                "InstancesDistribution": { "OnDemandPercentageAboveBaseCapacity": 100 }
            },
            "MinSize": 0,
            "MaxSize": 2,
            "DesiredCapacity": 0,
            "DefaultCooldown": 300,
            "AvailabilityZones": ["us-east-1a"],
            "HealthCheckType": "EC2",
            "Instances": [],
            "CreatedTime": "2026-01-01T00:00:00.123000+00:00",
            "Tags": []
        }
    ]
}
`;

const spotRequests = `{
    "SpotInstanceRequests": [
        {
            "CreateTime": "2026-11-22T10:00:00+00:00",
            "LaunchSpecification": { "ImageId": "ami-00000000000000003", "InstanceType": "t3.micro" },
            "SpotInstanceRequestId": "sir-0a1b2c3d",
            "State": "open",
            "Status": { "Code": "pending-evaluation" },
            "Type": "persistent"
        }
    ]
}
`;

const spotFleets = `{
    "SpotFleetRequestConfigs": [
        {
            "ActivityStatus": "fulfilled",
            "CreateTime": "2026-11-22T10:00:00.000Z",
            "SpotFleetRequestConfig": {
                "IamFleetRole": "arn:aws:iam::111122223333:role/fleet",
                "LaunchSpecifications": [{ "ImageId": "ami-00000000000000004", "InstanceType": "t3.micro" }],
                "TargetCapacity": 1
            },
            "SpotFleetRequestId": "sfr-0a1b2c3d",
            "SpotFleetRequestState": "active"
        }
    ]
}
`;

const fleets = `{
    "Fleets": [
        {
            "ActivityStatus": "fulfilled",
            "FleetId": "fleet-0a1b2c3d",
            "FleetState": "active",
            "LaunchTemplateConfigs": [
                {
                    "LaunchTemplateSpecification": { "LaunchTemplateName": "web-fleet", "Version": "2" },
                    "Overrides": [{ "InstanceType": "t3.micro" }]
                }
            ],
            "Type": "maintain"
        }
    ]
}
`;

const parameters = `{
    "Parameters": [
        {
            "Name": "/ci/base",
            "Type": "String",
            "Value": "ami-00000000000000001",
            "Version": 3,
            "LastModifiedDate": "2026-11-20T10:00:00.123000+00:00",
            "ARN": "arn:aws:ssm:us-east-1:111122223333:parameter/ci/base",
            "DataType": "text"
        }
    ],
    "InvalidParameters": []
}
`;

const seenIn = async (text: string): Promise<Image | undefined> => {
  const { inventory } = await planned({ 'w.json': identity, [`${home}/a.json`]: text });
  const list = inventory.images[home];
  return list?.complete ? list.value[0] : undefined;
};

describe('what the AWS CLI prints', () => {
  test('an image, with all that is told of it', async () => {
    expect(await seenIn(newer)).toEqual({
      region: home,
      id: 'ami-00000000000000001',
      name: 'golden-1',
      ownerId: account,
      state: 'available',
      createdAt: Date.UTC(2026, 7, 1, 6, 30),
      architecture: 'x86_64',
      platform: 'linux',
      rootDeviceType: 'ebs',
      snapshots: ['snap-0aaaaaaaaaaaaaaa1'],
      sizeGiB: 30,
      encrypted: true,
      kmsKeyIds: ['arn:aws:kms:us-east-1:111122223333:key/1234abcd'],
      tags: known({ Team: 'platform' }),
      public: false,
      productCodes: [],
      sourceImageId: 'ami-0aaaaaaaaaaaaaaa9',
      sourceImageRegion: home,
      sourceInstanceId: 'i-0123456789abcdef0',
      deprecationAt: Date.UTC(2028, 9, 28, 22, 58),
      deregistrationProtection: known('enabled-with-cooldown'),
      lastLaunchedAt: known(Date.UTC(2026, 9, 20, 7, 7, 19)),
      severity: unknown('the file does not carry ScanResults'),
    });
  });

  test('with the line ends of Windows it is the same', async () => {
    expect(await seenIn(newer.replaceAll('\n', '\r\n'))).toEqual(await seenIn(newer));
  });

  test('an image with the platform and dates of older versions', async () => {
    const windows = newer
      .replace('"PlatformDetails"', '"Platform": "windows",\n"PlatformDetails"')
      .replace('2026-10-20T07:07:19Z', '2026-10-20T07:07:19+00:00');
    expect(await seenIn(windows)).toMatchObject({
      platform: 'windows',
      lastLaunchedAt: known(Date.UTC(2026, 9, 20, 7, 7, 19)),
    });
  });

  test('a list without any word on sources is no list of roots', async () => {
    const { header } = await planned({ 'w.json': identity, [`${home}/a.json`]: older });
    expect(header.degraded[home]).toContain('save them with a newer AWS CLI');
    const beside = await planned({ 'w.json': identity, [`${home}/a.json`]: newer, [`${home}/b.json`]: older });
    expect(beside.header.degraded[home]).toContain(`no image in ${home}/b.json carries SourceImageId`);
  });

  test('next to images that carry them, the fields of an older answer are unknown', async () => {
    const protecting = older.replace('"Public"', '"DeregistrationProtection": "disabled", "Public"');
    const { inventory } = await planned({
      'w.json': identity,
      [`${home}/a.json`]: newer,
      [`${home}/b.json`]: protecting,
    });
    const list = inventory.images[home];
    const old = list?.complete ? list.value.find(({ id }) => id === 'ami-0abc1234') : undefined;
    expect(old).toMatchObject({
      rootDeviceType: 'instance-store',
      snapshots: [],
      tags: unknown('the file does not carry tags'),
      lastLaunchedAt: unknown('the file does not carry LastLaunchedTime'),
    });
  });

  test('everything that uses images, and launch permissions', async () => {
    const { inventory, now: at } = await planned({
      'w.json': identity,
      [`${home}/a.json`]: newer,
      [`${home}/b.json`]: instances,
      [`${home}/c.json`]: templates,
      [`${home}/d.json`]: versions,
      [`${home}/e.json`]: permissions,
      [`${home}/f.json`]: configurations,
      [`${home}/g.json`]: groups,
      [`${home}/h.json`]: spotRequests,
      [`${home}/i.json`]: spotFleets,
      [`${home}/j.json`]: fleets,
      [`${home}/k.json`]: parameters,
    });
    expect(at).toBe(now);
    const uses: Readonly<Record<string, readonly Use[]>> = {
      instances: [{ image: keyOf(1), by: 'i-0fedcba9876543210 (stopped)' }],
      'launch-templates': [{ image: keyOf(1), by: 'template web-fleet v2 ($Latest)' }],
      'launch-configurations': [{ image: keyOf(1), by: 'launch configuration old-web' }],
      'auto-scaling': [
        { image: keyOf(2), by: 'Auto Scaling group web' },
        { image: keyOf(1), by: 'Auto Scaling group web by template web-fleet v2' },
      ],
      spot: [
        { image: keyOf(3), by: 'sir-0a1b2c3d (open)' },
        { image: keyOf(4), by: 'sfr-0a1b2c3d (active)' },
      ],
      fleets: [{ image: keyOf(1), by: 'fleet-0a1b2c3d (active) by template web-fleet v2' }],
      'ssm-parameters': [{ image: keyOf(1), by: 'parameter /ci/base' }],
    };
    expect(inventory.usage).toEqual(
      Object.entries(uses).map(([source, seen]) => ({ source, region: home, at: now, uses: known(seen) })),
    );
    expect(inventory.grants).toEqual({
      [keyOf(1)]: known([
        'account:222233334444',
        'organization:arn:aws:organizations::111122223333:organization/o-a1b2c3d4e5',
        'everyone',
      ]),
    });
  });

  test('nothing at all in a Region is complete and empty', async () => {
    const { inventory, header } = await planned({
      'w.json': identity,
      [`${home}/a.json`]: images(),
      [`${home}/b.json`]: { Reservations: [] },
      [`${home}/c.json`]: { LaunchTemplates: [] },
      [`${home}/d.json`]: { LaunchConfigurations: [] },
      [`${home}/e.json`]: { AutoScalingGroups: [] },
      [`${home}/f.json`]: { SpotInstanceRequests: [] },
      [`${home}/g.json`]: { SpotFleetRequestConfigs: [] },
      [`${home}/h.json`]: { Fleets: [] },
      [`${home}/i.json`]: { Parameters: [], InvalidParameters: [] },
    });
    expect(header.degraded).toEqual({});
    expect(inventory.images[home]).toEqual(known([]));
    expect(inventory.usage.map(({ source, uses }) => [source, uses])).toEqual(
      usageSources.map((source) => [source, known([])]),
    );
  });
});
