import { mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { marksFor } from '../../shared/model/marks.ts';
import { day, hour, type Instant, isoTime } from '../../shared/model/time.ts';

export const now: Instant = Date.UTC(2026, 10, 23, 10);
export const account = '111122223333';
export const home = 'us-east-1';
export const abroad = 'eu-west-1';

export const idOf = (number: number, kind = 'ami'): string => `${kind}-${number.toString(16).padStart(17, '0')}`;

export type Json = Readonly<Record<string, unknown>>;

/** An image as the AWS CLI prints it, `number * 50` days old. */
export const image = (number: number, more: Json = {}): Json => ({
  Architecture: 'x86_64',
  CreationDate: isoTime(now - number * 50 * day),
  ImageId: idOf(number),
  ImageLocation: `${account}/golden-${number}`,
  ImageType: 'machine',
  Public: false,
  OwnerId: account,
  PlatformDetails: 'Linux/UNIX',
  UsageOperation: 'RunInstances',
  State: 'available',
  BlockDeviceMappings: [
    {
      DeviceName: '/dev/xvda',
      Ebs: {
        DeleteOnTermination: true,
        SnapshotId: idOf(number, 'snap'),
        VolumeSize: 8,
        VolumeType: 'gp3',
        Encrypted: false,
      },
    },
  ],
  EnaSupport: true,
  Hypervisor: 'xen',
  Name: `golden-${number}`,
  RootDeviceName: '/dev/xvda',
  RootDeviceType: 'ebs',
  Tags: marks(number),
  VirtualizationType: 'hvm',
  DeregistrationProtection: 'disabled',
  LastLaunchedTime: isoTime(now - number * 49 * day),
  ...more,
});

/** The marks of a root that was managed before. */
export const marks = (number: number, root = number): Json[] =>
  Object.entries(marksFor(`${home}/${idOf(root)}` as `${string}/ami-${string}`, now - root * 50 * day, 'golden')).map(
    ([Key, Value]) => ({ Key, Value }),
  );

/** A copy of image `root` that a person made: it carries no marks. */
export const copyOf = (root: number, number: number, more: Json = {}): Json =>
  image(number, {
    Name: `golden-${root}`,
    CreationDate: isoTime(now - root * 50 * day),
    SourceImageId: idOf(root),
    SourceImageRegion: home,
    Tags: [],
    ...more,
  });

export const images = (...list: readonly Json[]): Json => ({ Images: list });

export const instance = (number: number, of: number, state = 'running'): Json => ({
  InstanceId: idOf(number, 'i'),
  ImageId: idOf(of),
  InstanceType: 't3.micro',
  State: { Code: 16, Name: state },
});

export const instances = (...list: readonly Json[]): Json => ({
  Reservations: list.map((one, nth) => ({
    ReservationId: idOf(nth, 'r'),
    OwnerId: account,
    Groups: [],
    Instances: [one],
  })),
});

export const template = (name: string, latest: number, byDefault = latest): Json => ({
  LaunchTemplateId: `lt-${name}`,
  LaunchTemplateName: name,
  CreateTime: isoTime(now - 300 * day),
  CreatedBy: `arn:aws:iam::${account}:root`,
  DefaultVersionNumber: byDefault,
  LatestVersionNumber: latest,
});

export const version = (name: string, number: number, ImageId: string, DefaultVersion = false): Json => ({
  LaunchTemplateId: `lt-${name}`,
  LaunchTemplateName: name,
  VersionNumber: number,
  DefaultVersion,
  LaunchTemplateData: { ImageId, InstanceType: 't3.micro' },
});

export const permissions = (of: number, ...list: readonly Json[]): Json => ({
  ImageId: idOf(of),
  LaunchPermissions: list,
});

export const identity = { UserId: 'AIDA', Account: account, Arn: `arn:aws:iam::${account}:user/somebody` };

/** A full report of an hour before. */
export const report = (ImageId: string, more: Json = {}): Json => ({
  ImageId,
  ReportId: ImageId.replace('ami', 'amiur'),
  ResourceTypes: [
    { ResourceType: 'ec2:Instance' },
    {
      ResourceType: 'ec2:LaunchTemplate',
      ResourceTypeOptions: [{ OptionName: 'version-depth', OptionValues: ['10000'] }],
    },
    { ResourceType: 'imagebuilder:ImageRecipe' },
    { ResourceType: 'imagebuilder:ContainerRecipe' },
  ],
  AccountIds: [],
  State: 'available',
  CreationTime: isoTime(now - hour).replace('Z', '+00:00'),
  ExpirationTime: isoTime(now + 30 * day),
  Tags: [],
  ...more,
});

/** Every kind of file for a Region, without uses. */
export const region = (name: string, list: readonly Json[]): Files => ({
  [`${name}/images.json`]: images(...list),
  [`${name}/instances.json`]: instances(),
  [`${name}/templates.json`]: { LaunchTemplates: [] },
  [`${name}/configurations.json`]: { LaunchConfigurations: [] },
  [`${name}/groups.json`]: { AutoScalingGroups: [] },
  [`${name}/spot.json`]: { SpotInstanceRequests: [] },
  [`${name}/spot-fleets.json`]: { SpotFleetRequestConfigs: [] },
  [`${name}/fleets.json`]: { Fleets: [] },
  [`${name}/parameters.json`]: { Parameters: [], InvalidParameters: [] },
  [`${name}/references.json`]: { ImageReferences: [] },
  [`${name}/reports.json`]: { ImageUsageReports: list.map(({ ImageId }) => report(String(ImageId))) },
  [`${name}/entries.json`]: { ImageUsageReportEntries: [] },
});

/** Four generations in one Region, and all there is to know about it. */
export const whole: Files = {
  'get-caller-identity.json': identity,
  ...region(home, [image(1), image(2), image(3), image(4)]),
};

/** By path inside the folder: an object is written as JSON, a text and bytes as they are. */
export type Files = Readonly<Record<string, Json | string | Uint8Array>>;

/** Writes the files, all of one time unless another is given, into a folder that the end of the test removes. */
export async function folderOf(files: Files, savedAt: Readonly<Record<string, Instant>> = {}): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'inventory-'));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  for (const [name, content] of Object.entries(files)) {
    const path = join(dir, name);
    await mkdir(dirname(path), { recursive: true });
    const isRaw = typeof content === 'string' || content instanceof Uint8Array;
    await writeFile(path, isRaw ? content : JSON.stringify(content, null, 4));
    const at = new Date(savedAt[name] ?? now);
    await utimes(path, at, at);
  }
  return dir;
}

export const without = (files: Files, ...names: readonly string[]): Files =>
  Object.fromEntries(Object.entries(files).filter(([name]) => !names.includes(name)));
