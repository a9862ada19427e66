import type { CopyImageRequest, CopyImageResult } from '@aws-sdk/client-ec2';
import type { ImageId } from '../../shared/model/ids.ts';
import { type Duration, minute } from '../../shared/model/time.ts';
import { AwsError, type Call } from '../kernel/service.ts';
import { recordOrigin } from './ancestry.ts';
import { mayUseKeys } from './copy-keys.ts';
import { checkSource, copiedEncryption } from './copy-rules.ts';
import { invalidCombination, invalidValue, required } from './errors.ts';
import { badKey, scheduleCompletion, seededDuration } from './image-timers.ts';
import { takeInjected } from './injected.ts';
import { checkName, wellFormed } from './names.ts';
import { checkImageQuota, checkSnapshotCopies, checkSnapshotQuota } from './quotas.ts';
import { type Disk, findRow, type ImageRow, rowsIn, type SnapshotRow, save, type TagMap } from './rows.ts';
import { addTags, specifiedTags } from './tag-rules.ts';
import { once } from './tokens.ts';
import { visibleTags } from './visibility.ts';

const maxCopiesUnderWay = 300;
const baseTime = 4 * minute;
const timePerGiB = minute;

/** A time-based copy is done well before the time it was asked for. */
const timeBasedShare = 0.9;

function checkParameters(input: CopyImageRequest): void {
  const minutes = input.SnapshotCopyCompletionDurationMinutes;
  if (minutes !== undefined && (minutes < 15 || minutes > 2880 || minutes % 15 !== 0))
    throw invalidValue('SnapshotCopyCompletionDurationMinutes', minutes, 'must be in steps of 15, from 15 to 2880');
  if (input.KmsKeyId && !input.Encrypted)
    throw invalidCombination('The parameter KmsKeyId requires the parameter Encrypted to be set');
  if (input.DestinationOutpostArn || input.DestinationAvailabilityZone || input.DestinationAvailabilityZoneId)
    throw new AwsError('UnsupportedOperation', 'Copies to Outposts and Local Zones are not modelled');
}

function checkSlots(call: Call): void {
  const underWay = rowsIn(call.world, 'images', call.region).filter(
    (row) => row.account === call.account && row.state === 'pending' && row.sourceImageId && !row.sourceInstanceId,
  );
  if (underWay.length >= maxCopiesUnderWay)
    throw new AwsError('ResourceLimitExceeded', `Too many image copies in progress. The limit is ${maxCopiesUnderWay}`);
}

/** The caller's own user tags; of another account only those that it shares. */
const copiedTags = (call: Call, source: ImageRow): TagMap =>
  Object.fromEntries(Object.entries(visibleTags(source, call.account)).filter(([key]) => !key.startsWith('aws:')));

function copySnapshot(
  call: Call,
  input: CopyImageRequest,
  to: { image: ImageId; source: ImageRow; tags: TagMap },
  disk: Disk,
): SnapshotRow {
  const { world, account, region } = call;
  const source = findRow(world, 'snapshots', to.source, disk.snapshotId ?? '');
  return {
    account,
    region,
    id: world.random.id('snap'),
    state: 'pending',
    description: `Copied for DestinationAmi ${to.image} from SourceAmi ${to.source.id} for SourceSnapshot ${disk.snapshotId}.`,
    volumeId: 'vol-ffffffff',
    sizeGiB: disk.sizeGiB,
    startedAt: world.timeline.now(),
    completionMinutes: input.SnapshotCopyCompletionDurationMinutes,
    productCodes: source?.productCodes ?? [],
    tags: to.tags,
    permissions: [],
    ...copiedEncryption(call, input, to.source, disk),
  };
}

function copiedRow(call: Call, input: CopyImageRequest, source: ImageRow, name: string): ImageRow {
  const { switches, timeline } = call.world;
  const tagsFor = specifiedTags(input.TagSpecifications, ['image', 'snapshot']);
  return {
    ...source,
    account: call.account,
    region: call.region,
    id: call.world.random.id('ami'),
    name,
    description: input.Description,
    state: 'pending',
    createdAt: timeline.now(),
    ownerAlias: undefined,
    tags: addTags(input.CopyImageTags ? copiedTags(call, source) : {}, tagsFor('image')),
    permissions: [],
    deprecateAt: switches.copyCarriesDeprecation ? source.deprecateAt : undefined,
    protection: switches.copyCarriesProtection ? source.protection : { mode: 'disabled' },
    sourceImageId: source.id,
    sourceImageRegion: source.region,
    sourceInstanceId: undefined,
    scan: undefined,
    launches: [],
    requestId: call.requestId(),
  };
}

function copyTime(call: Call, input: CopyImageRequest, sizeGiB: number): Duration {
  const natural = seededDuration(call, baseTime, timePerGiB, sizeGiB);
  const minutes = input.SnapshotCopyCompletionDurationMinutes;
  return minutes === undefined ? natural : Math.min(natural, Math.round(minutes * minute * timeBasedShare));
}

function startCopy(call: Call, input: CopyImageRequest): ImageId {
  checkParameters(input);
  const source = checkSource(call, input);
  const name = call.world.switches.copyRefusesTakenName ? checkName(call, input.Name) : wellFormed(input.Name);
  checkSlots(call);
  const copied = source.disks.filter(({ snapshotId }) => snapshotId).length;
  checkSnapshotCopies(call, copied);
  checkImageQuota(call);
  checkSnapshotQuota(call, copied);
  const bare = copiedRow(call, input, source, name);
  const tags = specifiedTags(input.TagSpecifications, ['image', 'snapshot'])('snapshot');
  const pairs = source.disks.map((disk) => ({
    disk,
    snapshot: disk.snapshotId ? copySnapshot(call, input, { image: bare.id, source, tags }, disk) : undefined,
  }));
  const disks = pairs.map(({ disk, snapshot }) =>
    snapshot ? { ...disk, snapshotId: snapshot.id, encrypted: snapshot.encrypted, kmsKeyId: snapshot.kmsKeyId } : disk,
  );
  const snapshots = pairs.flatMap(({ snapshot }) => snapshot ?? []);
  const image: ImageRow = { ...bare, disks };
  save(call.world, 'images', image);
  for (const snapshot of snapshots) save(call.world, 'snapshots', snapshot);
  recordOrigin(call.world, image);
  const withoutKeys = mayUseKeys(call, source, snapshots) ? undefined : badKey;
  const failure = takeInjected(call.world, `fail-copy/${call.region}`) ?? withoutKeys;
  const size = snapshots.reduce((sum, snapshot) => sum + snapshot.sizeGiB, 0);
  scheduleCompletion(call, image, snapshots, {
    takes: copyTime(call, input, size),
    ...(input.KmsKeyId && { kmsKey: input.KmsKeyId }),
    ...(failure !== undefined && { failure }),
  });
  return image.id;
}

/**
 * Runs in the destination Region. A row `fail-copy/<region>` in `injected` makes the next copies into it fail later with
 * its message, as real failures do.
 */
export function copyImage(input: CopyImageRequest, call: Call): CopyImageResult {
  required(input.SourceImageId, 'SourceImageId');
  required(input.SourceRegion, 'SourceRegion');
  required(input.Name, 'Name');
  const life = call.world.switches.copyTokenLife;
  return { ImageId: once(call, 'CopyImage', input, life, () => startCopy(call, input)) };
}
