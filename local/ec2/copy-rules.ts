import type { CopyImageRequest } from '@aws-sdk/client-ec2';
import { AwsError, type Call } from '../kernel/service.ts';
import { invalidValue, unavailable } from './errors.ts';
import { keyArn, regionEncryption } from './keys.ts';
import { type Disk, findRow, type ImageRow } from './rows.ts';
import { seenImage } from './visibility.ts';

const refused = (message: string): AwsError => new AwsError('InvalidRequest', message);

/** Copying another account's image needs its storage, not only its launch permission. */
function checkForeign(call: Call, source: ImageRow): void {
  if (source.account === call.account) return;
  if (source.productCodes.length > 0)
    throw refused('Images with product codes cannot be copied to another AWS account');
  for (const { snapshotId } of source.disks) {
    const snapshot = snapshotId ? findRow(call.world, 'snapshots', source, snapshotId) : undefined;
    if (!snapshotId || snapshot?.account === call.account) continue;
    const open = ['group:all', `account:${call.account}`].some((one) => snapshot?.permissions.includes(one));
    if (!open) throw refused('You do not have permission to access the storage of this ami');
  }
}

/** @returns the image to copy, in its own Region, or the reason why this caller cannot copy it */
export function checkSource(call: Call, input: CopyImageRequest): ImageRow {
  const region = input.SourceRegion ?? '';
  if (!call.world.regions.includes(region)) throw invalidValue('SourceRegion', region, 'is not a valid Region');
  const source = seenImage({ ...call, region }, input.SourceImageId);
  if (source.rootDeviceType !== 'ebs') throw refused('Images backed by instance store cannot be copied');
  checkForeign(call, source);
  if (source.state !== 'available') throw unavailable(source.id, source.state);
  return source;
}

/**
 * Encryption can be turned on and never off. A key belongs to one Region and one account: without a named key, what was
 * encrypted stays under its key only inside both, and otherwise comes under the default key of the destination.
 */
export function copiedEncryption(
  call: Call,
  input: CopyImageRequest,
  source: ImageRow,
  disk: Disk,
): { encrypted: boolean; kmsKeyId?: string } {
  const region = regionEncryption(call.world, call);
  if (input.Encrypted && input.KmsKeyId) return { encrypted: true, kmsKeyId: keyArn(call, input.KmsKeyId) };
  if (disk.encrypted) {
    const stays = source.account === call.account && source.region === call.region;
    return { encrypted: true, kmsKeyId: stays && disk.kmsKeyId ? disk.kmsKeyId : region.key };
  }
  return input.Encrypted || region.always ? { encrypted: true, kmsKeyId: region.key } : { encrypted: false };
}
