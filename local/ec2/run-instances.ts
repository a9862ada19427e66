import type { Reservation, RunInstancesRequest } from '@aws-sdk/client-ec2';
import { AwsError, type Call } from '../kernel/service.ts';
import { invalidValue, required, unavailable } from './errors.ts';
import { isImageAlias, resolveAlias } from './image-alias.ts';
import { withLaunch } from './image-view.ts';
import { toInstance } from './instance-view.ts';
import { enterState, letFail } from './instances.ts';
import { mayUseKey } from './key-access.ts';
import { machineOf } from './machine.ts';
import { type ImageRow, type InstanceRow, rowsIn, save, type TagMap } from './rows.ts';
import { specifiedTags, toTagMap } from './tag-rules.ts';
import { versionForLaunch } from './template-versions.ts';
import { once } from './tokens.ts';
import { seenImage } from './visibility.ts';

interface Launch {
  readonly image: ImageRow;
  readonly instanceType: string;
  readonly tags: TagMap;
}

interface TemplateData {
  readonly ImageId?: string;
  readonly InstanceType?: string;
  readonly TagSpecifications?: readonly { ResourceType?: string; Tags?: { Key?: string; Value?: string }[] }[];
}

function launchable(call: Call, given: string): ImageRow {
  const id = isImageAlias(given) ? resolveAlias(call, given) : given;
  if (id === undefined) throw invalidValue('ImageId', given, 'names a parameter that does not exist');
  const image = seenImage(call, id);
  if (image.state !== 'available') throw unavailable(image.id, image.state);
  return image;
}

/** The request's own words win over the launch template's. */
function launchOf(call: Call, input: RunInstancesRequest): Launch {
  const template = input.LaunchTemplate ? (versionForLaunch(call, input.LaunchTemplate).data as TemplateData) : {};
  const templateTags = (template.TagSpecifications ?? [])
    .filter((specification) => specification.ResourceType === 'instance')
    .map((specification) => toTagMap(specification.Tags));
  const tagsFor = specifiedTags(input.TagSpecifications, ['instance', 'volume', 'network-interface']);
  return {
    image: launchable(call, required(input.ImageId ?? template.ImageId, 'ImageId')),
    instanceType: input.InstanceType ?? template.InstanceType ?? 'm1.small',
    tags: Object.assign({}, ...templateTags, tagsFor('instance')),
  };
}

function newInstance(call: Call, launch: Launch, reservationId: string, launchIndex: number): InstanceRow {
  const { world, account, region } = call;
  return {
    account,
    region,
    id: world.random.id('i'),
    reservationId,
    launchIndex,
    imageId: launch.image.id,
    instanceType: launch.instanceType,
    state: 'pending',
    launchedAt: world.timeline.now(),
    machine: machineOf(launch.image),
    volumes: launch.image.disks
      .filter((disk) => !disk.virtualName)
      .map((disk) => ({ ...disk, volumeId: world.random.id('vol') })),
    tags: launch.tags,
  };
}

function startReservation(call: Call, input: RunInstancesRequest): string {
  const count = required(input.MaxCount, 'MaxCount');
  const least = required(input.MinCount, 'MinCount');
  if (least < 1 || count < least) throw new AwsError('InvalidParameterValue', 'MinCount must be from 1 to MaxCount');
  const launch = launchOf(call, input);
  const reservationId = call.world.random.id('r');
  const readable = launch.image.disks.every(({ kmsKeyId }) => !kmsKeyId || mayUseKey(call.world, kmsKeyId, call));
  for (let index = 0; index < count; index += 1) {
    const instance = newInstance(call, launch, reservationId, index);
    enterState(call.world, instance, 'pending');
    if (!readable) letFail(call.world, instance);
  }
  save(call.world, 'images', withLaunch(launch.image, call.world.timeline.now()));
  return reservationId;
}

/** Deprecated images launch; disabled ones do not. The image remembers the launch, by whichever account. */
export function runInstances(input: RunInstancesRequest, call: Call): Reservation {
  const reservationId = once(call, 'RunInstances', input, 'day', () => startReservation(call, input));
  const rows = rowsIn(call.world, 'instances', call.region).filter((row) => row.reservationId === reservationId);
  return { ReservationId: reservationId, OwnerId: call.account, Instances: rows.map(toInstance) };
}
