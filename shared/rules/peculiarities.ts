import { because } from '../model/codes.ts';
import { keyOf } from '../model/image.ts';
import { backupService } from './classify.ts';
import { type Note, nothing, type Part } from './draft.ts';
import type { Subject } from './subject.ts';

/** What an image is that somebody should know of, whatever else is decided about it. */
export function peculiarities({ lineage, effective, ours }: Subject): Part {
  const wantsPublic = effective.shares?.with.some(({ principal }) => principal === 'everyone') ?? false;
  const notes: Note[] = [];
  for (const image of ours) {
    const manager = backupService(image);
    if (image.public && !wantsPublic) notes.push({ image, why: because('public-unacknowledged') });
    if (image === lineage.rootImage && image.productCodes.length > 0)
      notes.push({ image, why: because('marketplace-code') });
    if (manager !== undefined) notes.push({ image, why: because('foreign-managed', { manager, image: keyOf(image) }) });
  }
  return notes.length === 0 ? nothing : { ...nothing, notes };
}

/** A lineage with a backup in it is given to nobody; what may be taken of it the guards decide, as ever. */
export const isBackup = ({ ours }: Subject): boolean => ours.some((image) => backupService(image) !== undefined);
