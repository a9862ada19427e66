import { because, type Reason } from '../model/codes.ts';
import type { Evidence } from '../model/evidence.ts';
import type { ImageKey } from '../model/ids.ts';
import { type Image, keyOf } from '../model/image.ts';
import { type ReferenceSourceName, referenceSources } from '../model/references.ts';
import { type Duration, minute } from '../model/time.ts';
import type { World } from './world.ts';

/** Older readings of use are read again before anything is taken. */
export const freshFor: Duration = 15 * minute;

/** The sources that a policy has read image by image. */
export const referencesOn = (off: readonly string[]): ReferenceSourceName[] =>
  referenceSources.filter((source) => !off.includes(source));

/** A second opinion on what the sources of whole Regions show, and recipes. Nobody asked is as good as used. */
export function referenceGuards(images: readonly Image[], off: readonly string[], world: World): Reason[] {
  return images.map(keyOf).flatMap((image) =>
    referencesOn(off).flatMap((source) => {
      const found = readingOf(image, source, world);
      if (!found.complete) return [because('image-usage-unknown', { source, image, why: found.why })];
      return newsIn(found.value, image, source, world).map((by) => because('in-use', { image, by }));
    }),
  );
}

function readingOf(image: ImageKey, source: ReferenceSourceName, world: World): Evidence<readonly string[]> {
  const reading = world.inventory.references?.[image];
  const found = reading?.by[source];
  if (!reading || !found) return { complete: false, why: 'it was not read' };
  return world.now - reading.at > freshFor ? { complete: false, why: 'the reading is too old' } : found;
}

/** EC2 names users by their ids only: where the first opinion has found some, that says it better. */
function newsIn(by: readonly string[], image: ImageKey, source: ReferenceSourceName, world: World): readonly string[] {
  if (source === 'image-references' && world.uses.has(image)) return [];
  const pointers = world.published.get(image) ?? [];
  return by.filter((one) => !pointers.some((pointer) => one === pointer || one === pointer.replace(/ (?!\/)/, ' /')));
}
