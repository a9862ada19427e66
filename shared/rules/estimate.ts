import type { ImageKey } from '../model/ids.ts';
import type { Image } from '../model/image.ts';
import type { Plan } from '../model/plan.ts';

export interface Load {
  readonly copies: number;
  /**
   * What the volumes of the images hold at most. Every month that the copies stay is as many GiB-months of snapshots: an
   * upper bound, since snapshots keep written blocks alone, and only those that the copy before has not.
   */
  readonly gib: number;
}

/** What the copies that are missing come to. */
export interface CopyEstimate {
  readonly now: Load;
  /** Those that have no place yet, under way or in a day. */
  readonly later: Load;
  /** How many of all are of images whose volumes tell no size. */
  readonly unsized: number;
}

/** Each says of one target Region of a root that its copy has no place yet. */
const placeless: readonly string[] = ['copy-slots-taken', 'copy-day-full'];

export function estimateCopies(
  { actions, verdicts }: Pick<Plan, 'actions' | 'verdicts'>,
  images: ReadonlyMap<ImageKey, Pick<Image, 'sizeGiB'>>,
): CopyEstimate {
  const sizeOf = (image: ImageKey): number => images.get(image)?.sizeGiB ?? 0;
  const now = actions.filter(({ kind }) => kind === 'copy-image').map(({ image }) => sizeOf(image));
  const later = verdicts.flatMap(({ image, reasons }) =>
    reasons.filter(({ code }) => placeless.includes(code)).map(() => sizeOf(image)),
  );
  return { now: loadOf(now), later: loadOf(later), unsized: [...now, ...later].filter((gib) => gib === 0).length };
}

const loadOf = (sizes: readonly number[]): Load => ({
  copies: sizes.length,
  gib: sizes.reduce((sum, gib) => sum + gib, 0),
});
