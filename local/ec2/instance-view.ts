import type { Instance } from '@aws-sdk/client-ec2';
import { isoTime } from '../../shared/model/time.ts';
import { frozen } from '../kernel/frozen.ts';
import type { Call } from '../kernel/service.ts';
import { checkId, notFound } from './errors.ts';
import { type FilterFields, tagList } from './filters.ts';
import { findRow, type InstanceRow } from './rows.ts';

export const stateCodes: Readonly<Record<InstanceRow['state'], number>> = {
  pending: 0,
  running: 16,
  'shutting-down': 32,
  terminated: 48,
  stopping: 64,
  stopped: 80,
};

export const toState = (state: InstanceRow['state']) => ({ Code: stateCodes[state], Name: state });

export function ownInstance(call: Call, id: string): InstanceRow {
  checkId('i', id);
  const row = findRow(call.world, 'instances', call, id);
  if (row?.account !== call.account) throw notFound(id);
  return row;
}

export const instanceFields: FilterFields<InstanceRow> = {
  architecture: (row) => [row.machine.architecture],
  'block-device-mapping.volume-id': (row) => row.volumes.map((volume) => volume.volumeId),
  'image-id': (row) => [row.imageId],
  'instance-id': (row) => [row.id],
  'instance-state-code': (row) => [stateCodes[row.state]],
  'instance-state-name': (row) => [row.state],
  'instance-type': (row) => [row.instanceType],
  'launch-index': (row) => [row.launchIndex],
  'launch-time': (row) => [isoTime(row.launchedAt)],
  'owner-id': (row) => [row.account],
  platform: (row) => [row.machine.platform],
  'reservation-id': (row) => [row.reservationId],
  'root-device-name': (row) => [row.machine.rootDeviceName],
};

/** Rows are replaced, never changed: each is shown in one way, put together once. */
const views = new WeakMap<InstanceRow, Instance>();

export function toInstance(row: InstanceRow): Instance {
  const view = views.get(row) ?? frozen(viewOf(row));
  views.set(row, view);
  return view;
}

function viewOf(row: InstanceRow): Instance {
  return {
    InstanceId: row.id,
    ImageId: row.imageId,
    InstanceType: row.instanceType as 't3.micro',
    State: toState(row.state),
    AmiLaunchIndex: row.launchIndex,
    LaunchTime: new Date(row.launchedAt),
    Architecture: row.machine.architecture as 'x86_64',
    ...(row.machine.platform && { Platform: 'Windows' as const }),
    VirtualizationType: row.machine.virtualizationType as 'hvm',
    RootDeviceName: row.machine.rootDeviceName,
    RootDeviceType: 'ebs',
    BlockDeviceMappings: row.volumes.map((volume) => ({
      DeviceName: volume.deviceName,
      Ebs: { VolumeId: volume.volumeId, DeleteOnTermination: volume.deleteOnTermination, Status: 'attached' },
    })),
    Tags: tagList(row.tags),
  };
}
