import type {
  BlockDeviceMapping,
  CreateImageRequest,
  CreateImageResult,
  RegisterImageRequest,
  RegisterImageResult,
} from '@aws-sdk/client-ec2';
import { minute } from '../../shared/model/time.ts';
import { AwsError, type Call } from '../kernel/service.ts';
import { recordOrigin } from './ancestry.ts';
import { required } from './errors.ts';
import { scheduleCompletion, seededDuration } from './image-timers.ts';
import { ownInstance } from './instance-view.ts';
import { checkName } from './names.ts';
import { checkImageQuota, checkSnapshotQuota } from './quotas.ts';
import { registeredDisks, registeredMachine } from './register-rules.ts';
import { type ImageRow, type InstanceRow, type SnapshotRow, save, type TagMap, type Volume } from './rows.ts';
import { specifiedTags } from './tag-rules.ts';

const baseTime = 2 * minute;
const timePerGiB = minute / 2;
const registrationTime = minute / 12;

/** What every new image starts with. */
const freshImage = (call: Call) => ({
  account: call.account,
  region: call.region,
  id: call.world.random.id('ami'),
  state: 'pending' as const,
  createdAt: call.world.timeline.now(),
  permissions: [],
  protection: { mode: 'disabled' as const },
  launches: [],
  requestId: call.requestId(),
});

/** Of an existing volume only DeleteOnTermination can be chosen; `NoDevice` leaves a data volume out. */
function chosenVolumes(instance: InstanceRow, mappings: readonly BlockDeviceMapping[]): Volume[] {
  const byName = new Map(mappings.map((mapping) => [mapping.DeviceName, mapping]));
  for (const { DeviceName: name, Ebs: ebs } of mappings) {
    const known = instance.volumes.some((volume) => volume.deviceName === name);
    if (!known) throw new AwsError('InvalidBlockDeviceMapping', `The instance has no volume at device ${name}`);
    if (ebs?.VolumeSize !== undefined || ebs?.Encrypted !== undefined || ebs?.SnapshotId !== undefined)
      throw new AwsError('InvalidBlockDeviceMapping', `Size and encryption of the volume at ${name} cannot be changed`);
  }
  return instance.volumes
    .filter(({ deviceName }) => {
      const left = byName.get(deviceName)?.NoDevice !== undefined;
      return !left || deviceName === instance.machine.rootDeviceName;
    })
    .map((volume) => ({
      ...volume,
      deleteOnTermination: byName.get(volume.deviceName)?.Ebs?.DeleteOnTermination ?? volume.deleteOnTermination,
    }));
}

const snapshotOf = (call: Call, volume: Volume, description: string, tags: TagMap): SnapshotRow => ({
  account: call.account,
  region: call.region,
  id: call.world.random.id('snap'),
  state: 'pending',
  description,
  volumeId: volume.volumeId,
  sizeGiB: volume.sizeGiB,
  startedAt: call.world.timeline.now(),
  encrypted: volume.encrypted,
  kmsKeyId: volume.kmsKeyId,
  productCodes: [],
  tags,
  permissions: [],
});

/** The image is `pending` until its snapshots are complete. No client token: only the name stops a repeated call. */
export function createImage(input: CreateImageRequest, call: Call): CreateImageResult {
  const instance = ownInstance(call, required(input.InstanceId, 'InstanceId'));
  if (instance.state !== 'running' && instance.state !== 'stopped')
    throw new AwsError(
      'IncorrectState',
      `Instance '${instance.id}' is ${instance.state}; it must be running or stopped`,
    );
  if (input.SnapshotLocation === 'local')
    throw new AwsError('InvalidParameterValue', 'Local snapshots need an instance in a Local Zone or on an Outpost');
  if (instance.volumes.length === 0)
    throw new AwsError('InvalidParameterValue', `Instance '${instance.id}' is not backed by EBS`);
  const tagsFor = specifiedTags(input.TagSpecifications, ['image', 'snapshot']);
  const name = checkName(call, input.Name);
  const volumes = chosenVolumes(instance, input.BlockDeviceMappings ?? []);
  checkImageQuota(call);
  checkSnapshotQuota(call, volumes.length);
  const fresh = freshImage(call);
  const description = `Created by CreateImage(${instance.id}) for ${fresh.id}`;
  const snapshots = volumes.map((volume) => snapshotOf(call, volume, description, tagsFor('snapshot')));
  const image: ImageRow = {
    ...fresh,
    ...instance.machine,
    name,
    description: input.Description,
    rootDeviceType: 'ebs',
    disks: volumes.map(({ volumeId: _id, ...disk }, index) => ({ ...disk, snapshotId: snapshots[index]?.id })),
    tags: tagsFor('image'),
    sourceImageId: instance.imageId,
    sourceImageRegion: instance.region,
    sourceInstanceId: instance.id,
  };
  save(call.world, 'images', image);
  for (const snapshot of snapshots) save(call.world, 'snapshots', snapshot);
  recordOrigin(call.world, image);
  const size = volumes.reduce((sum, volume) => sum + volume.sizeGiB, 0);
  scheduleCompletion(call, image, snapshots, { takes: seededDuration(call, baseTime, timePerGiB, size) });
  return { ImageId: image.id };
}

/** From snapshots that exist. Records no origin, so an ancestry ends here. */
export function registerImage(input: RegisterImageRequest, call: Call): RegisterImageResult {
  const tagsFor = specifiedTags(input.TagSpecifications, ['image']);
  const name = checkName(call, input.Name);
  const disks = registeredDisks(call, input);
  checkImageQuota(call);
  const image: ImageRow = {
    ...freshImage(call),
    ...registeredMachine(call, input, disks),
    name,
    description: input.Description,
    rootDeviceType: input.ImageLocation ? 'instance-store' : 'ebs',
    disks,
    tags: tagsFor('image'),
  };
  save(call.world, 'images', image);
  recordOrigin(call.world, image);
  scheduleCompletion(call, image, [], { takes: registrationTime });
  return { ImageId: image.id };
}
