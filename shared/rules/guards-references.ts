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
  return images
    .map(keyOf)
    .flatMap((image) => referencesOn(off).flatMap((source) => referencesTo(image, source, world)));
}

/** Who refers to an image by one source, or why that is not known. */
export function referencesTo(image: ImageKey, source: ReferenceSourceName, world: World): Reason[] {
  const found = readingOf(image, source, world);
  if (!found.complete) return [because('image-usage-unknown', { source, image, why: found.why })];
  return newsIn(found.value, image, source, world).map((by) => because('in-use', { image, by }));
}

function readingOf(image: ImageKey, source: ReferenceSourceName, world: World): Evidence<readonly string[]> {
  const reading = world.inventory.references?.[image];
  const found = reading?.by[source];
  if (!reading || !found) return { complete: false, why: 'it was not read' };
  return world.now - reading.at > freshFor ? { complete: false, why: 'the reading is too old' } : found;
}

/** EC2 names users by their ids only: where the first opinion has found some, that says it better. */
const newsIn = (
  by: readonly string[],
  image: ImageKey,
  source: ReferenceSourceName,
  world: World,
): readonly string[] =>
  source === 'image-references' && usersOf(image, world).length > 0 ? [] : withoutPointers(by, image, world);

/** Who uses an image, as far as whole Regions show it. */
export const usersOf = (image: ImageKey, world: World): readonly string[] =>
  withoutPointers(world.uses.get(image) ?? [], image, world);

/**
 * A parameter that is a pointer of ours is left to the guard of pointers, which a policy may set aside. In an ARN every
 * name of a parameter begins with a slash.
 */
function withoutPointers(by: readonly string[], image: ImageKey, { published }: World): readonly string[] {
  const pointers = (published.get(image) ?? []).flatMap((one) => [
    one,
    one.replace(/^parameter (?!\/)/, 'parameter /'),
  ]);
  return by.filter((one) => !pointers.includes(one));
}
