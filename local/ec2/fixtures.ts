import type { AccountId, Region, SnapshotId } from '../../shared/model/ids.ts';
import type { Instant } from '../../shared/model/time.ts';
import type { World } from '../kernel/service.ts';
import { recordOrigin } from './ancestry.ts';
import { machineOf } from './machine.ts';
import { type Disk, findRow, type ImageRow, type InstanceRow, type SnapshotRow, save } from './rows.ts';

/** An image that exists already. What is left out is usual: one unencrypted 8 GiB disk, available, made now. */
export interface ImageFixture extends Partial<Omit<ImageRow, 'disks' | 'requestId'>> {
  readonly account: AccountId;
  readonly region: Region;
  readonly name: string;
  /** One disk per entry; `snapshotId` and the rest are filled in where missing. */
  readonly disks?: readonly Partial<Disk>[];
  /** For every snapshot of the image. */
  readonly snapshotTags?: Readonly<Record<string, string>>;
  readonly snapshotPermissions?: readonly string[];
}

const lettersOf = 'abcdefghijklmnopqrstuvwxyz';

const toDisk = (world: World, disk: Partial<Disk>, index: number): Disk => ({
  deviceName: index === 0 ? '/dev/xvda' : `/dev/sd${lettersOf[index]}`,
  sizeGiB: 8,
  volumeType: 'gp3',
  encrypted: disk.kmsKeyId !== undefined,
  deleteOnTermination: true,
  ...(disk.virtualName ? {} : { snapshotId: world.random.id('snap') }),
  ...disk,
});

const toSnapshot = (image: ImageRow, disk: Disk, id: SnapshotId, fixture: ImageFixture): SnapshotRow => ({
  account: image.account,
  region: image.region,
  id,
  state: 'completed',
  description: `Snapshot of ${image.id}`,
  volumeId: 'vol-ffffffff',
  sizeGiB: disk.sizeGiB,
  startedAt: image.createdAt,
  completedAt: image.createdAt,
  encrypted: disk.encrypted,
  kmsKeyId: disk.kmsKeyId,
  productCodes: image.productCodes,
  tags: fixture.snapshotTags ?? {},
  permissions: fixture.snapshotPermissions ?? [],
});

const usualImage = (world: World, fixture: ImageFixture): Omit<ImageRow, 'name' | 'account' | 'region' | 'disks'> => ({
  id: fixture.id ?? world.random.id('ami'),
  state: 'available',
  createdAt: world.timeline.now(),
  architecture: 'x86_64',
  rootDeviceName: '/dev/xvda',
  rootDeviceType: 'ebs',
  virtualizationType: 'hvm',
  enaSupport: true,
  productCodes: [],
  tags: {},
  permissions: [],
  protection: { mode: 'disabled' },
  launches: [],
  requestId: world.random.uuid(),
});

/** Puts an image with its snapshots into the world, without an event. A snapshot that exists already is left alone. */
export function putImage(world: World, fixture: ImageFixture): ImageRow {
  const { disks: wanted = [{}], snapshotTags: _tags, snapshotPermissions: _permissions, ...given } = fixture;
  const disks = wanted.map((disk, index) => toDisk(world, disk, index));
  const image: ImageRow = { ...usualImage(world, fixture), ...given, disks };
  save(world, 'images', image);
  recordOrigin(world, image);
  for (const disk of disks)
    if (disk.snapshotId && !findRow(world, 'snapshots', image, disk.snapshotId))
      save(world, 'snapshots', toSnapshot(image, disk, disk.snapshotId, fixture));
  return image;
}

/** A finished copy of an image, in another Region or account: own snapshots, no launch permissions, no tags. */
export function putCopy(
  world: World,
  source: ImageRow,
  fixture: Partial<ImageFixture> & { readonly region: Region },
): ImageRow {
  const { id: _id, sourceInstanceId: _instance, requestId: _request, scan: _scan, ...inherited } = source;
  return putImage(world, {
    ...inherited,
    tags: {},
    permissions: [],
    launches: [],
    createdAt: world.timeline.now(),
    disks: source.disks.map(({ snapshotId: _snapshot, ...disk }) => disk),
    sourceImageId: source.id,
    sourceImageRegion: source.region,
    ...fixture,
  });
}

/** An instance launched from an image at a given time, running unless said otherwise; no timers. */
export function putInstance(
  world: World,
  image: ImageRow,
  fixture: Partial<InstanceRow> & { readonly launchedAt?: Instant } = {},
): InstanceRow {
  const instance: InstanceRow = {
    account: image.account,
    region: image.region,
    id: world.random.id('i'),
    reservationId: world.random.id('r'),
    launchIndex: 0,
    imageId: image.id,
    instanceType: 't3.micro',
    state: 'running',
    launchedAt: world.timeline.now(),
    machine: machineOf(image),
    volumes: image.disks.map((disk) => ({ ...disk, volumeId: world.random.id('vol') })),
    tags: {},
    ...fixture,
  };
  save(world, 'instances', instance);
  return instance;
}
