import type { BlockDeviceMapping, RegisterImageRequest } from '@aws-sdk/client-ec2';
import { AwsError, type Call } from '../kernel/service.ts';
import { invalidCombination, invalidValue, required } from './errors.ts';
import { type Disk, findRow, type Machine } from './rows.ts';
import { ownSnapshot } from './visibility.ts';

const architectures = ['i386', 'x86_64', 'arm64', 'x86_64_mac', 'arm64_mac'];

function toDisk(call: Call, mapping: BlockDeviceMapping): Disk {
  const { DeviceName, VirtualName, Ebs: ebs } = mapping;
  const deviceName = required(DeviceName, 'BlockDeviceMapping.DeviceName');
  const base = {
    deviceName,
    volumeType: ebs?.VolumeType ?? 'gp2',
    deleteOnTermination: ebs?.DeleteOnTermination ?? true,
  };
  if (VirtualName) return { ...base, virtualName: VirtualName, sizeGiB: 0, encrypted: false };
  if (!ebs?.SnapshotId) {
    const sizeGiB = required(ebs?.VolumeSize, 'BlockDeviceMapping.Ebs.VolumeSize');
    return { ...base, sizeGiB, encrypted: ebs?.Encrypted ?? false, kmsKeyId: ebs?.KmsKeyId };
  }
  if (ebs.Encrypted !== undefined || ebs.KmsKeyId !== undefined)
    throw new AwsError('InvalidBlockDeviceMapping', `The encryption of ${deviceName} comes from its snapshot`);
  const snapshot = ownSnapshot(call, ebs.SnapshotId);
  if (snapshot.state !== 'completed')
    throw new AwsError('IncorrectState', `Snapshot '${snapshot.id}' is ${snapshot.state}; it must be completed`);
  const sizeGiB = ebs.VolumeSize ?? snapshot.sizeGiB;
  if (sizeGiB < snapshot.sizeGiB)
    throw new AwsError('InvalidBlockDeviceMapping', `The volume at ${deviceName} is smaller than its snapshot`);
  const { id: snapshotId, encrypted, kmsKeyId } = snapshot;
  return { ...base, snapshotId, sizeGiB, encrypted, kmsKeyId };
}

/** The disks of the image to register: at least the root, from a snapshot; none for an image that lies in S3. */
export function registeredDisks(call: Call, input: RegisterImageRequest): Disk[] {
  const mappings = (input.BlockDeviceMappings ?? []).filter((mapping) => mapping.NoDevice === undefined);
  if (input.ImageLocation && mappings.some((mapping) => mapping.Ebs))
    throw invalidCombination('ImageLocation and EBS block devices cannot be combined');
  const disks = mappings.map((mapping) => toDisk(call, mapping));
  if (input.ImageLocation) return disks;
  const rootName = required(input.RootDeviceName, 'RootDeviceName');
  if (!disks.find((disk) => disk.deviceName === rootName)?.snapshotId)
    throw new AwsError('InvalidBlockDeviceMapping', `No snapshot is given for the root device ${rootName}`);
  return disks;
}

export function registeredMachine(call: Call, input: RegisterImageRequest, disks: readonly Disk[]): Machine {
  const architecture = input.Architecture ?? 'i386';
  if (!architectures.includes(architecture)) throw invalidValue('Architecture', architecture);
  const codes = disks.flatMap(
    ({ snapshotId }) => (snapshotId && findRow(call.world, 'snapshots', call, snapshotId)?.productCodes) || [],
  );
  return {
    architecture,
    rootDeviceName: input.RootDeviceName ?? '/dev/sda1',
    virtualizationType: input.VirtualizationType ?? 'paravirtual',
    enaSupport: input.EnaSupport ?? false,
    bootMode: input.BootMode,
    tpmSupport: input.TpmSupport,
    imdsSupport: input.ImdsSupport,
    sriovNetSupport: input.SriovNetSupport,
    kernelId: input.KernelId,
    ramdiskId: input.RamdiskId,
    productCodes: [...new Set(codes)],
  };
}
