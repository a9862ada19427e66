import type { DescribeImagesRequest, DescribeImagesResult } from '@aws-sdk/client-ec2';
import { isoTime } from '../../shared/model/time.ts';
import type { Call } from '../kernel/service.ts';
import { checkId, checkUsers, notFound } from './errors.ts';
import { type FilterFields, filterBy } from './filters.ts';
import { toScanResults } from './findings.ts';
import { isDeprecated, toImage } from './image-view.ts';
import { page } from './paging.ts';
import { findRow, type ImageRow, rowsIn } from './rows.ts';
import { canSeeImage, isPublic, isSharedWith, visibleTags } from './visibility.ts';

/** Of what no image has here. */
const nothing = () => [];

const severities = ['critical', 'high', 'medium', 'low', 'informational'] as const;

const capital = (word: string): string => `${word.charAt(0).toUpperCase()}${word.slice(1)}`;

const scanFields: FilterFields<ImageRow> = {
  'scan-result.highest-finding-severity-label': ({ scan }) => [scan?.severity],
  'scan-result.finding-scan-date': ({ scan }) => [scan && isoTime(scan.at)],
  ...Object.fromEntries(
    severities.map((label) => [
      `scan-result.${label}-fix-available-since`,
      ({ scan }: ImageRow) => {
        const since = scan && toScanResults(scan)[`${capital(label)}FixAvailableSince` as 'HighFixAvailableSince'];
        return [since?.toISOString()];
      },
    ]),
  ),
};

const fields: FilterFields<ImageRow> = {
  architecture: (row) => [row.architecture],
  'block-device-mapping.delete-on-termination': (row) => row.disks.map((disk) => disk.deleteOnTermination),
  'block-device-mapping.device-name': (row) => row.disks.map((disk) => disk.deviceName),
  'block-device-mapping.snapshot-id': (row) => row.disks.map((disk) => disk.snapshotId),
  'block-device-mapping.volume-size': (row) => row.disks.map((disk) => disk.sizeGiB),
  'block-device-mapping.volume-type': (row) => row.disks.map((disk) => disk.volumeType),
  'block-device-mapping.encrypted': (row) => row.disks.map((disk) => disk.encrypted),
  'boot-mode': (row) => [row.bootMode],
  'creation-date': (row) => [isoTime(row.createdAt)],
  description: (row) => [row.description],
  'ena-support': (row) => [row.enaSupport],
  'free-tier-eligible': nothing,
  hypervisor: () => ['xen'],
  'image-allowed': nothing,
  'image-id': (row) => [row.id],
  'image-type': () => ['machine'],
  'image-watermark.source-image-creation-time': nothing,
  'image-watermark.source-image-id': nothing,
  'image-watermark.source-image-region': nothing,
  'image-watermark.watermark-creation-time': nothing,
  'image-watermark.watermark-key': (row) => row.watermarks ?? [],
  'instance-type-specification.supported-instance-type': nothing,
  'instance-type-specification.unsupported-instance-type': nothing,
  'is-public': (row) => [isPublic(row)],
  'kernel-id': (row) => [row.kernelId],
  'manifest-location': (row) => [`${row.ownerAlias ?? row.account}/${row.name}`],
  name: (row) => [row.name],
  'owner-alias': (row) => [row.ownerAlias],
  'owner-id': (row) => [row.account],
  platform: (row) => [row.platform],
  'product-code': (row) => row.productCodes,
  'product-code.type': (row) => row.productCodes.map(() => 'marketplace'),
  'public-ssm-parameter-name': nothing,
  'ramdisk-id': (row) => [row.ramdiskId],
  'root-device-name': (row) => [row.rootDeviceName],
  'root-device-type': (row) => [row.rootDeviceType],
  ...scanFields,
  'source-image-id': (row) => [row.sourceImageId],
  'source-image-region': (row) => [row.sourceImageRegion],
  'source-instance-id': (row) => [row.sourceInstanceId],
  'sriov-net-support': (row) => [row.sriovNetSupport],
  state: (row) => [row.state],
  'state-reason-code': (row) => [row.stateReason?.code],
  'state-reason-message': (row) => [row.stateReason?.message],
  'virtualization-type': (row) => [row.virtualizationType],
};

const aliases = ['amazon', 'aws-marketplace', 'aws-backup-vault'];

function ownedBy(owner: string, row: ImageRow, call: Call): boolean {
  if (owner === 'self') return row.account === call.account;
  return aliases.includes(owner) ? row.ownerAlias === owner : row.account === owner;
}

/** Another account shows only what was shared with it directly; `self` also what an organization or unit brings. */
function executableBy(user: string, row: ImageRow, call: Call): boolean {
  if (user === 'all') return isPublic(row);
  if (user === 'self') return isSharedWith(call.world, row, call.account);
  return row.account === call.account && row.permissions.includes(`account:${user}`);
}

/** A deregistered image that an instance still refers to is an empty answer; only later is it unknown. */
function isRemembered(call: Call, id: string): boolean {
  if (findRow(call.world, 'images', call, id)) return false;
  return rowsIn(call.world, 'instances', call.region).some(
    (instance) => instance.account === call.account && instance.imageId === id && instance.state !== 'terminated',
  );
}

function checkIds(call: Call, ids: readonly string[]): void {
  for (const id of ids) checkId('ami', id);
  const [first, ...more] = ids.filter((id) => {
    const row = findRow(call.world, 'images', call, id);
    return !(row && canSeeImage(call.world, row, call.account)) && !isRemembered(call, id);
  });
  if (first !== undefined) throw notFound(first, ...more);
}

function isListed(row: ImageRow, input: DescribeImagesRequest, call: Call): boolean {
  if (row.state === 'disabled' && !input.IncludeDisabled) return false;
  const shown = row.account === call.account || input.IncludeDeprecated || (input.ImageIds?.length ?? 0) > 0;
  return shown || !isDeprecated(row, call.world.timeline.now());
}

export function describeImages(input: DescribeImagesRequest, call: Call): DescribeImagesResult {
  const ids = input.ImageIds ?? [];
  const { Owners: owners = [], ExecutableUsers: users = [] } = input;
  checkUsers('Owner', owners, ['self', ...aliases]);
  checkUsers('ExecutableBy', users, ['self', 'all']);
  checkIds(call, ids);
  const matches = filterBy(input.Filters, fields, (row) => visibleTags(row, call.account));
  const found = rowsIn(call.world, 'images', call.region).filter(
    (row) =>
      canSeeImage(call.world, row, call.account) &&
      (ids.length === 0 || ids.includes(row.id)) &&
      (owners.length === 0 || owners.some((owner) => ownedBy(owner, row, call))) &&
      (users.length === 0 || users.some((user) => executableBy(user, row, call))) &&
      isListed(row, input, call) &&
      matches(row),
  );
  const { rows, ...token } = page(found, input, { min: 1, max: 1000 }, (row) => row.id);
  const now = call.world.timeline.now();
  return { Images: rows.map((row) => toImage(row, call.account, now)), ...token };
}
