import { because } from '../model/codes.ts';
import { keyOf } from '../model/image.ts';
import { backupService } from './classify.ts';
import { join, type Part } from './draft.ts';
import { said } from './share-action.ts';
import type { Subject } from './subject.ts';

/** What an image is that somebody should know of, whatever else is decided about it. */
export function peculiarities({ lineage, effective, ours }: Subject): Part {
  const wantsPublic = effective.shares?.with.some(({ principal }) => principal === 'everyone') ?? false;
  return join(
    ...ours.map((image) => {
      const manager = backupService(image);
      const isRoot = image === lineage.rootImage;
      return said(
        image,
        ...(image.public && !wantsPublic ? [because('public-unacknowledged')] : []),
        ...(isRoot && image.productCodes.length > 0 ? [because('marketplace-code')] : []),
        ...(manager !== undefined ? [because('foreign-managed', { manager, image: keyOf(image) })] : []),
      );
    }),
  );
}

/** A lineage with a backup in it is given to nobody; what may be taken of it the guards decide, as ever. */
export const isBackup = ({ ours }: Subject): boolean => ours.some((image) => backupService(image) !== undefined);
