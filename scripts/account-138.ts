import { createHash } from 'node:crypto';
import { mkdir, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { day, type Instant, isoTime } from '../shared/model/time.ts';

/**
 * An invented account in the form that the AWS CLI prints: 138 images over three Regions, 12 of them in use. Its shape is
 * that of accounts whose images pile up: years of builds of a few families, some without any tag, leftovers of people.
 *
 * `npx node scripts/account-138.ts DIR` writes it for `ami-steward plan --inventory DIR`.
 */
type Json = Readonly<Record<string, unknown>>;

export const savedAt: Instant = Date.UTC(2026, 10, 23, 10);
const owner = '111122223333';
const [home, europe, asia] = ['us-east-1', 'eu-west-1', 'ap-southeast-2'] as const;

interface Family {
  readonly base: string;
  readonly builds: number;
  /** Days between builds, and since the newest. */
  readonly every: number;
  readonly newest: number;
  readonly gib: number;
  readonly more?: Json;
}

const tagged = { Tags: [{ Key: 'Site', Value: 'example' }] };
const families: readonly Family[] = [
  { base: 'web-node', builds: 40, every: 18, newest: 6, gib: 20, more: tagged },
  { base: 'arm-node', builds: 16, every: 25, newest: 9, gib: 20, more: { Architecture: 'arm64', ...tagged } },
  { base: 'gpu-node', builds: 18, every: 30, newest: 20, gib: 24, more: tagged },
  { base: 'windows-node', builds: 22, every: 21, newest: 12, gib: 30, more: { Platform: 'windows' } },
  { base: 'smb-server', builds: 6, every: 160, newest: 90, gib: 20, more: tagged },
  { base: 'builder', builds: 10, every: 35, newest: 15, gib: 16, more: tagged },
];

const idOf = (kind: string, what: string): string =>
  `${kind}-0${createHash('sha256').update(`${kind} ${what}`).digest('hex').slice(0, 16)}`;

/** The n-th newest build of a family: `web-node-20261117093000`. */
function nameOf(base: string, nth: number): string {
  const family = families.find((one) => one.base === base);
  if (!family) throw new Error(`there is no family ${base}`);
  const built = savedAt - (family.newest + nth * family.every) * day;
  return `${base}-${isoTime(built).replaceAll(/\D/g, '').slice(0, 14)}`;
}

/** As describe-images prints it. */
const image = (name: string, days: number, gib: number, more: Json = {}): Json => ({
  Architecture: 'x86_64',
  CreationDate: isoTime(savedAt - days * day),
  ImageId: idOf('ami', name),
  ImageType: 'machine',
  Public: false,
  OwnerId: owner,
  PlatformDetails: more.Platform === 'windows' ? 'Windows' : 'Linux/UNIX',
  State: 'available',
  BlockDeviceMappings: [
    {
      DeviceName: '/dev/sda1',
      Ebs: { SnapshotId: idOf('snap', name), VolumeSize: gib, VolumeType: 'gp3', Encrypted: false },
    },
  ],
  Name: name,
  RootDeviceType: 'ebs',
  DeregistrationProtection: 'disabled',
  LastLaunchedTime: isoTime(savedAt - Math.max(1, days - 10) * day),
  ...more,
});

const names = (base: string, ...nth: readonly number[]): string[] => nth.map((one) => nameOf(base, one));

/** What differs from the rest, by name. */
const exceptions: Readonly<Record<string, Json>> = Object.fromEntries([
  ...names('builder', 7, 8, 9).map((name) => [name, { State: 'disabled' }]),
  ...names('web-node', 20, 21, 22, 23, 24).map((name) => [name, { DeprecationTime: isoTime(savedAt - 45 * day) }]),
  ...names('web-node', 38).map((name) => [name, { DeregistrationProtection: 'enabled-with-cooldown' }]),
  ...names('arm-node', 4).map((name) => [name, { LastLaunchedTime: isoTime(savedAt - 12 * day) }]),
]);

const builds = families.flatMap(({ base, builds: count, every, newest, gib, more }) =>
  Array.from({ length: count }, (_, nth) => {
    const name = nameOf(base, nth);
    return image(name, newest + nth * every, gib, { ...more, ...exceptions[name] });
  }),
);

/** What people made by hand and left: no tags, no family. */
const leftovers = [
  image('admin box 2018', 3_000, 8),
  image('before kernel upgrade', 1_400, 40),
  image('gpu driver trial', 260, 24, {
    SourceInstanceId: idOf('i', 'trial'),
    SourceImageId: idOf('ami', nameOf('gpu-node', 9)),
    SourceImageRegion: home,
  }),
  image('load test rig', 900, 16),
  image('old bastion', 2_100, 8),
  image('quick boot experiment', 620, 20),
  image('restored disk', 480, 100, { DeregistrationProtection: 'enabled' }),
  image('share server debug', 1_100, 20),
];

/** The newest nine of the web nodes were copied by hand into two more Regions. */
const copiesIn = (region: string): Json[] =>
  Array.from({ length: 9 }, (_, nth) => {
    const name = nameOf('web-node', nth);
    return image(name, 6 + nth * 18, 20, {
      ImageId: idOf('ami', `${region} ${name}`),
      BlockDeviceMappings: [
        {
          DeviceName: '/dev/sda1',
          Ebs: { SnapshotId: idOf('snap', `${region} ${name}`), VolumeSize: 20, VolumeType: 'gp3', Encrypted: false },
        },
      ],
      SourceImageId: idOf('ami', name),
      SourceImageRegion: home,
      ...tagged,
    });
  });

const instance = (of: string, nth: number, state = 'running', id = idOf('ami', of)): Json => ({
  InstanceId: idOf('i', `${of} ${nth}`),
  ImageId: id,
  State: { Name: state },
});

/** A launch template with one version for each image, the last of them the default one unless said otherwise. */
function template(name: string, images: readonly string[], byDefault = images.length) {
  const common = { LaunchTemplateId: idOf('lt', name), LaunchTemplateName: name };
  return {
    template: { ...common, DefaultVersionNumber: byDefault, LatestVersionNumber: images.length },
    versions: images.map((ImageId, i) => ({
      ...common,
      VersionNumber: i + 1,
      DefaultVersion: i + 1 === byDefault,
      LaunchTemplateData: { ImageId },
    })),
  };
}

const idsOf = (base: string, ...nth: readonly number[]): string[] =>
  names(base, ...nth).map((name) => idOf('ami', name));

const homeTemplates = [
  template('web-fleet', idsOf('web-node', 30, 4, 1, 0), 3),
  template('gpu-fleet', idsOf('gpu-node', 5)),
  template('windows-fleet', idsOf('windows-node', 0)),
];

const homeInstances = [
  ...[1, 2, 3].map((nth) => instance(nameOf('web-node', 0), nth)),
  instance(nameOf('arm-node', 0), 1),
  instance(nameOf('arm-node', 7), 1, 'stopped'),
  instance(nameOf('smb-server', 3), 1),
  instance(nameOf('builder', 0), 1),
  instance('admin box 2018', 1),
];

const web = nameOf('web-node', 1);
const europeInstances = [instance(`${europe} ${web}`, 1)];

const regionFiles = (
  region: string,
  images: readonly Json[],
  instances: readonly Json[] = [],
  templates: readonly ReturnType<typeof template>[] = [],
): Record<string, Json> => ({
  [`${region}/images.json`]: { Images: images },
  [`${region}/instances.json`]: { Reservations: instances.map((one) => ({ Instances: [one] })) },
  [`${region}/templates.json`]: { LaunchTemplates: templates.map((one) => one.template) },
  [`${region}/launch-configurations.json`]: { LaunchConfigurations: [] },
  [`${region}/groups.json`]: { AutoScalingGroups: [] },
  [`${region}/spot-requests.json`]: { SpotInstanceRequests: [] },
  [`${region}/spot-fleets.json`]: { SpotFleetRequestConfigs: [] },
  [`${region}/fleets.json`]: { Fleets: [] },
  [`${region}/versions.json`]: { LaunchTemplateVersions: templates.flatMap(({ versions }) => versions) },
});

/** What was saved, by path. */
export const account138: Readonly<Record<string, Json>> = {
  'get-caller-identity.json': { UserId: 'AIDAEXAMPLE', Account: owner, Arn: `arn:aws:iam::${owner}:user/auditor` },
  ...regionFiles(home, [...builds, ...leftovers], homeInstances, homeTemplates),
  ...regionFiles(europe, copiesIn(europe), europeInstances),
  ...regionFiles(asia, copiesIn(asia)),
};

export async function writeAccount(dir: string): Promise<void> {
  for (const [path, answer] of Object.entries(account138)) {
    const file = join(dir, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, `${JSON.stringify(answer, null, 4)}\n`);
    await utimes(file, savedAt / 1_000, savedAt / 1_000);
  }
}

const [dir] = process.argv.slice(2);
if (import.meta.main && dir !== undefined) await writeAccount(dir);
