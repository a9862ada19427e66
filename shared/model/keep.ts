import { type Image, tagsOf } from './image.ts';
import { day, type Instant, parseDate } from './time.ts';

/** The tag by which its owner keeps an image: through the end of a day (UTC), or for good where it is no date. */
export function keptBy(
  image: Image,
  keys: readonly string[],
  now: Instant,
): { readonly key: string; readonly value: string } | undefined {
  const tags = tagsOf(image);
  for (const key of keys) {
    const value = Object.hasOwn(tags, key) ? tags[key] : undefined;
    if (value !== undefined && now < (parseDate(value) ?? Number.POSITIVE_INFINITY) + day) return { key, value };
  }
  return undefined;
}
