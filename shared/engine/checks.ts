import { canonicalJson } from '../model/digest.ts';
import type { Inventory } from '../model/inventory.ts';
import { type ImageRecord, withoutFields } from '../model/records.ts';
import type { Engine } from './engine.ts';
import type { Recording } from './recording.ts';

/** An image that is shared as it should be, and was before: all there is to write down is that somebody looked. */
export interface Check extends Pick<ImageRecord, 'image'> {
  readonly before: ImageRecord;
  readonly shares: NonNullable<ImageRecord['shares']>;
}

/** What is to be recorded and is nothing but a look at shares. */
export const checksIn = ({ images }: Recording, { records }: Inventory): Check[] =>
  images.flatMap(({ record }) => {
    const { image, shares } = record;
    const before = records.images[image];
    return before && shares && beside(before) === beside(record) ? [{ image, before, shares }] : [];
  });

/** Whoever has found something else meanwhile has the last word. */
export async function noteChecks({ ledger }: Engine, checks: readonly Check[]): Promise<void> {
  for (const { image, before, shares } of checks)
    await ledger.saveImage(image, (now = before) =>
      canonicalJson(now.shares) === canonicalJson(before.shares) ? { ...now, shares } : now,
    );
}

const beside = (record: ImageRecord): string => canonicalJson(withoutFields(record, ['shares']));
