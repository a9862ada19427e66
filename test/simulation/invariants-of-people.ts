import type { ImageRow, SnapshotRow } from '../../local/ec2/rows.ts';
import type { Approval, Freeze } from '../../shared/model/control.ts';
import { type ImageKey, imageKey } from '../../shared/model/ids.ts';
import type { ImageRecord, Revocation } from '../../shared/model/records.ts';
import { day, minute } from '../../shared/model/time.ts';
import type { Effect, Invariant } from './invariants.ts';
import type { Truth } from './truth.ts';

const takes = ['EnableImageDeprecation', 'DisableImage', 'DeregisterImage'];
const callTime = minute;

/** What people said of the lineage that the effect disables: it is outside the ladder then. */
export function revokedBy({ operation, before, region, input }: Effect, truth: Truth): Revocation | undefined {
  if (operation !== 'DisableImage' || before === undefined) return undefined;
  const root = truth.rootOf(imageKey(region, String(input.ImageId)));
  const word = truth.stored<ImageRecord>(`image#${root}`, 'record')?.revoked;
  return word?.disable ? word : undefined;
}

/** Somebody has looked at this very step and let it pass. */
export const isApproved = (key: ImageKey, truth: Truth): boolean =>
  truth
    .stores<Approval>(({ pk }) => pk.startsWith('control#approved#'))
    .some(({ image, at }) => image === key && truth.now() - at < day + callTime);

/** The stop switch is read before every act. */
const stopped: Invariant = ({ operation, region, input }, truth) => {
  const { scope = 'off', at = 0 } = truth.stored<Freeze>('control#freeze', 'switch') ?? {};
  const counts = scope === 'all' || (scope === 'retire' && takes.includes(operation));
  return counts && at < truth.now() - callTime
    ? [`${operation} of ${input.ImageId ?? input.SourceImageId} in ${region} although the stop switch says ${scope}`]
    : [];
};

const clocks: Invariant = ({ operation, input }, truth) =>
  takes.includes(operation) && truth.isSkewed()
    ? [`${operation} of ${input.ImageId} although the clocks of the product and AWS differ`]
    : [];

/** An image in the Recycle Bin needs its snapshots as long as it is there. */
const binned: Invariant = ({ operation, region, input, before }, truth) => {
  if (operation !== 'DeleteSnapshot' && operation !== 'DeregisterImage') return [];
  if (before?.state === 'failed') return [];
  const deleted = operation === 'DeleteSnapshot' ? String(input.SnapshotId) : undefined;
  const images = truth.binned<ImageRow>('binned-images', region);
  const whole = images.filter(({ kept }) => kept.state !== 'failed');
  return whole.flatMap(({ kept, exitsAt }) =>
    kept.disks.flatMap(({ snapshotId }) => {
      const isConcerned = deleted === undefined ? kept.id === input.ImageId : snapshotId === deleted;
      if (snapshotId === undefined || !isConcerned || truth.hasSnapshot(region, snapshotId)) return [];
      const row = truth.binned<SnapshotRow>('binned-snapshots', region).find(({ id }) => id === snapshotId);
      return row && row.exitsAt >= exitsAt - callTime
        ? []
        : [`${kept.id} lies in the Recycle Bin of ${region}, and its ${snapshotId} does not`];
    }),
  );
};

/** A lock is somebody's hold on the image, too, whose snapshots would go with it. */
const locked: Invariant = ({ operation, before, region, input }, truth) => {
  if (operation !== 'DeregisterImage' || before === undefined || before.state === 'failed') return [];
  if (!input.DeleteAssociatedSnapshots) return [];
  const held = before.disks.flatMap(({ snapshotId }) =>
    snapshotId && truth.isLockedSince(region, snapshotId, truth.now() - 15 * minute) ? [snapshotId] : [],
  );
  return held.length > 0 ? [`${before.id} was deregistered with ${held}, which somebody has locked`] : [];
};

/** Of what people say and own: the stop switch, clocks, the Recycle Bin, locks. */
export const invariantsOfPeople: Readonly<Record<string, Invariant>> = {
  'INV-5 clocks': clocks,
  'INV-6 stop switch': stopped,
  'INV-10 locks': locked,
  'INV-11 Recycle Bin': binned,
};
