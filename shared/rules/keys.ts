import { because, type Reason } from '../model/codes.ts';
import { type Image, keyOf } from '../model/image.ts';
import { placeOfKey } from '../model/storage.ts';
import type { Unit } from './ladder.ts';
import type { World } from './world.ts';

/** Under a key that is off nothing launches, so that neither a restore nor the Recycle Bin would be a way back: it stays. */
export const keyGuards = ({ images }: Unit, world: World): Reason[] => images.flatMap((image) => keysOff(image, world));

/** Why the keys of an image cannot be relied on. */
export const keysOff = (image: Image, { inventory }: World): Reason[] =>
  image.kmsKeyIds.flatMap((key) => {
    const seen = inventory.keys?.[placeOfKey(image.region, key)];
    if (!seen?.complete)
      return [
        because('key-state-unknown', { image: keyOf(image), key, why: seen ? seen.why : 'it was not looked at' }),
      ];
    return seen.value ? [] : [because('key-disabled', { key })];
  });
