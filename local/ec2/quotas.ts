import { AwsError, type Call } from '../kernel/service.ts';
import { type ImageRow, rowsIn } from './rows.ts';
import { isPublic } from './visibility.ts';

/** How much an account may have in a Region (facts 3.1). */
export interface Quotas {
  readonly images: number;
  readonly publicImages: number;
  readonly snapshots: number;
  readonly snapshotCopies: number;
}

export const documentedQuotas: Quotas = { images: 50_000, publicImages: 5, snapshots: 100_000, snapshotCopies: 20 };

const quotasOf = ({ world }: Call): Quotas => ({ ...documentedQuotas, ...world.quotas });

/** Whatever is neither failed nor gone, the Recycle Bin included. */
function imagesOf({ world, account, region }: Call): ImageRow[] {
  const binned = rowsIn(world, 'binned-images', region).map(({ kept }) => kept);
  return [...rowsIn(world, 'images', region), ...binned].filter(
    (row) => row.account === account && row.state !== 'failed',
  );
}

/** @throws AwsError with the code that a switch names, since no source does */
export function checkImageQuota(call: Call): void {
  const { images } = quotasOf(call);
  if (imagesOf(call).length >= images)
    throw new AwsError(call.world.switches.imageQuotaCode, `You have reached the quota of ${images} images`);
}

/** One more public image. */
export function checkPublicQuota(call: Call): void {
  const { publicImages } = quotasOf(call);
  if (imagesOf(call).filter(isPublic).length >= publicImages)
    throw new AwsError(
      call.world.switches.imageQuotaCode,
      `You have reached the quota of ${publicImages} public images`,
    );
}

export function checkSnapshotQuota(call: Call, more: number): void {
  const { snapshots } = quotasOf(call);
  const own = rowsIn(call.world, 'snapshots', call.region).filter(({ account }) => account === call.account);
  if (own.length + more > snapshots)
    throw new AwsError('SnapshotLimitExceeded', `You have reached the quota of ${snapshots} snapshots`);
}

/** Whether copies of images count among copies of snapshots, a switch says. */
export function checkSnapshotCopies(call: Call, more: number): void {
  const { snapshotCopies } = quotasOf(call);
  if (!call.world.switches.imageCopiesCountAsSnapshotCopies) return;
  const underWay = rowsIn(call.world, 'snapshots', call.region).filter(
    (row) => row.account === call.account && row.state === 'pending' && row.description.startsWith('Copied for'),
  );
  if (underWay.length + more > snapshotCopies)
    throw new AwsError('ResourceLimitExceeded', `Too many snapshot copies in progress. The limit is ${snapshotCopies}`);
}
