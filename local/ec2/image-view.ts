import type { BlockDeviceMapping, Image } from '@aws-sdk/client-ec2';
import type { AccountId } from '../../shared/model/ids.ts';
import { day, type Instant, isoTime } from '../../shared/model/time.ts';
import { frozen } from '../kernel/frozen.ts';
import { tagList } from './filters.ts';
import { toScanResults } from './findings.ts';
import type { Disk, ImageRow, Protection } from './rows.ts';
import { isPublic, visibleTags } from './visibility.ts';

/** EC2 shows a launch a day late. */
const launchLag = day;

const secondsTime = (at: Instant): string => isoTime(at).replace(/\.\d{3}Z$/, 'Z');

export function lastLaunched(row: ImageRow, now: Instant): string | undefined {
  const shown = row.launches.filter((at) => at + launchLag <= now).at(-1);
  return shown === undefined ? undefined : secondsTime(shown);
}

/** The launches worth keeping: all that are not shown yet, and the last one that is. */
export function withLaunch(row: ImageRow, now: Instant): ImageRow {
  const shown = row.launches.filter((at) => at + launchLag <= now).slice(-1);
  const hidden = row.launches.filter((at) => at + launchLag > now);
  return { ...row, launches: [...new Set([...shown, ...hidden, now])] };
}

export const isDeprecated = (row: ImageRow, now: Instant): boolean =>
  row.deprecateAt !== undefined && row.deprecateAt <= now;

export const isProtectedAt = (protection: Protection, now: Instant): boolean =>
  protection.mode !== 'disabled' || (protection.until ?? 0) > now;

export const protectionText = (protection: Protection, now: Instant): string =>
  protection.mode === 'disabled' && protection.until !== undefined && protection.until > now
    ? `disabled after ${isoTime(protection.until)}`
    : protection.mode;

const toMapping = (disk: Disk): BlockDeviceMapping =>
  disk.virtualName
    ? { DeviceName: disk.deviceName, VirtualName: disk.virtualName }
    : {
        DeviceName: disk.deviceName,
        Ebs: {
          ...(disk.snapshotId && { SnapshotId: disk.snapshotId }),
          ...(disk.kmsKeyId && { KmsKeyId: disk.kmsKeyId }),
          VolumeSize: disk.sizeGiB,
          VolumeType: disk.volumeType as 'gp3',
          Encrypted: disk.encrypted,
          ...(disk.outpostArn && { OutpostArn: disk.outpostArn }),
          ...(disk.zone && { AvailabilityZone: disk.zone }),
          DeleteOnTermination: disk.deleteOnTermination,
        },
      };

export const toProductCodes = (codes: readonly string[]) =>
  codes.map((ProductCodeId) => ({ ProductCodeId, ProductCodeType: 'marketplace' as const }));

/** What only the owner is told. */
function privateFields(row: ImageRow, now: Instant): Partial<Image> {
  const LastLaunchedTime = lastLaunched(row, now);
  return LastLaunchedTime === undefined ? {} : { LastLaunchedTime };
}

function originFields(row: ImageRow): Partial<Image> {
  return {
    ...(row.sourceImageId && { SourceImageId: row.sourceImageId }),
    ...(row.sourceImageRegion && { SourceImageRegion: row.sourceImageRegion }),
    ...(row.sourceInstanceId && { SourceInstanceId: row.sourceInstanceId }),
  };
}

function machineFields(row: ImageRow): Partial<Image> {
  return {
    Architecture: row.architecture as 'x86_64',
    ImageType: 'machine',
    Hypervisor: 'xen',
    VirtualizationType: row.virtualizationType as 'hvm',
    EnaSupport: row.enaSupport,
    PlatformDetails: row.platform ? 'Windows' : 'Linux/UNIX',
    UsageOperation: row.platform ? 'RunInstances:0002' : 'RunInstances',
    RootDeviceName: row.rootDeviceName,
    RootDeviceType: row.rootDeviceType,
    BlockDeviceMappings: row.disks.map(toMapping),
    ...(row.platform && { Platform: 'Windows' as const }),
    ...(row.bootMode && { BootMode: row.bootMode as 'uefi' }),
    ...(row.tpmSupport && { TpmSupport: row.tpmSupport as 'v2.0' }),
    ...(row.imdsSupport && { ImdsSupport: row.imdsSupport as 'v2.0' }),
    ...(row.sriovNetSupport && { SriovNetSupport: row.sriovNetSupport }),
    ...(row.kernelId && { KernelId: row.kernelId }),
    ...(row.ramdiskId && { RamdiskId: row.ramdiskId }),
  };
}

const protectionField = ({ protection }: ImageRow, now: Instant): Partial<Image> =>
  protection.until === undefined ? {} : { DeregistrationProtection: protectionText(protection, now) };

/** One image as DescribeImages shows it to this account. Absent fields are absent, as in EC2's answer. */
export function toImage(row: ImageRow, viewer: AccountId, now: Instant): Image {
  if (row.account === viewer) return ownersView(row, { ...protectionField(row, now), ...privateFields(row, now) });
  return { ...lastingFields(row, viewer), ...protectionField(row, now) };
}

/** Rows are replaced, never changed, and time changes little of what they show: the last view is kept for each. */
const ownersViews = new WeakMap<ImageRow, { readonly fleeting: string; readonly view: Image }>();

function ownersView(row: ImageRow, changing: Partial<Image>): Image {
  const fleeting = Object.values(changing).join(' ');
  const last = ownersViews.get(row);
  if (last?.fleeting === fleeting) return last.view;
  const view = frozen({ ...lastingFields(row, row.account), ...changing });
  ownersViews.set(row, { fleeting, view });
  return view;
}

function lastingFields(row: ImageRow, viewer: AccountId): Image {
  return {
    ImageId: row.id,
    Name: row.name,
    ...(row.description !== undefined && { Description: row.description }),
    State: row.state,
    ...(row.stateReason && { StateReason: { Code: row.stateReason.code, Message: row.stateReason.message } }),
    OwnerId: row.account,
    ...(row.ownerAlias && { ImageOwnerAlias: row.ownerAlias }),
    ImageLocation: `${row.ownerAlias ?? row.account}/${row.name}`,
    Public: isPublic(row),
    CreationDate: isoTime(row.createdAt),
    ...machineFields(row),
    ...originFields(row),
    ...(row.productCodes.length > 0 && { ProductCodes: toProductCodes(row.productCodes) }),
    ...(row.watermarks && { ImageWatermarks: row.watermarks.map((WatermarkKey) => ({ WatermarkKey })) }),
    Tags: tagList(visibleTags(row, viewer)),
    ...(row.deprecateAt !== undefined && { DeprecationTime: isoTime(row.deprecateAt) }),
    DeregistrationProtection: row.protection.mode,
    ...(row.scan && { ScanResults: toScanResults(row.scan) }),
  };
}
