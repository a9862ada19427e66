import type { Region } from '../model/ids.ts';
import { type Image, type Tags, tagsOf } from '../model/image.ts';
import type { Selector } from '../model/policy.ts';
import { day } from '../model/time.ts';
import { askEvidence, type OpenQuestion, type Sight } from './select-evidence.ts';

/**
 * `undecided`: only tags are lacking and the image is young, since tags often come after the image.
 * `unknown`: the answer depends on tags that could not be read. `open`: on other evidence that is lacking.
 */
export type Match = 'yes' | 'no' | 'undecided' | 'unknown' | 'open';

/** How long an image without tags may still get them. */
export const tagPatience = day;

export function matches(selector: Selector, image: Image, sight: Sight): Match {
  if (!matchesFacts(selector, image, sight.homeRegion)) return 'no';
  const open = askEvidence(selector, image, sight);
  if (open === 'no') return 'no';
  const tags = matchesTags(selector, image, sight);
  return tags === 'yes' && open.length > 0 ? 'open' : tags;
}

/** Why it is not known whether the selector takes the image. */
export function openQuestions(selector: Selector, image: Image, sight: Sight): readonly OpenQuestion[] {
  const open = matches(selector, image, sight) === 'open' ? askEvidence(selector, image, sight) : 'no';
  return open === 'no' ? [] : open;
}

function matchesTags(selector: Selector, image: Image, { now }: Sight): Match {
  const wantsTags = selector.tags !== undefined || selector.notTags !== undefined;
  if (!wantsTags) return 'yes';
  if (!image.tags.complete) return 'unknown';
  if (hasAnyTag(image.tags.value, selector.notTags ?? {})) return 'no';
  const wanted = Object.entries(selector.tags ?? {});
  const lacking = wanted.filter(([key]) => tagValue(tagsOf(image), key) === undefined);
  if (
    !wanted.every(([key, values]) => lacking.some(([absent]) => absent === key) || hasTag(tagsOf(image), key, values))
  )
    return 'no';
  if (lacking.length === 0) return 'yes';
  return image.createdAt !== undefined && now - image.createdAt < tagPatience ? 'undecided' : 'no';
}

function matchesFacts(selector: Selector, image: Image, homeRegion: Region): boolean {
  const regions = selector.regions.length > 0 ? selector.regions : [homeRegion];
  return (
    regions.includes(image.region) &&
    selector.rootDevice.includes(image.rootDeviceType) &&
    (selector.name === undefined || matchesAny(selector.name, image.name)) &&
    !matchesAny(selector.notName ?? [], image.name) &&
    (selector.architecture === undefined || selector.architecture.includes(image.architecture)) &&
    (selector.platform === undefined || selector.platform.includes(image.platform)) &&
    (selector.encrypted === undefined || selector.encrypted === image.encrypted) &&
    (selector.state === undefined || selector.state.includes(image.state))
  );
}

const matchesAny = (patterns: readonly string[], text: string): boolean =>
  patterns.some((pattern) => matchesPattern(pattern, text));

/** `*` is any text, `?` is any one character. Remembers only the last `*`, so no pattern makes it explode. */
export function matchesPattern(pattern: string, text: string): boolean {
  let p = 0;
  let t = 0;
  let star = -1;
  let resume = 0;
  while (t < text.length) {
    if (pattern[p] === '*') {
      star = p++;
      resume = t;
    } else if (pattern[p] === '?' || pattern[p] === text[t]) {
      p++;
      t++;
    } else if (star >= 0) {
      p = star + 1;
      t = ++resume;
    } else return false;
  }
  while (pattern[p] === '*') p++;
  return p === pattern.length;
}

export const tagValue = (tags: Tags, key: string): string | undefined =>
  Object.hasOwn(tags, key) ? tags[key] : undefined;

/** Any of the values; `*` asks only for the key. */
export function hasTag(tags: Tags, key: string, values: readonly string[]): boolean {
  const value = tagValue(tags, key);
  return value !== undefined && (values.includes('*') || values.includes(value));
}

export const hasAnyTag = (tags: Tags, wanted: Readonly<Record<string, readonly string[]>>): boolean =>
  Object.entries(wanted).some(([key, values]) => hasTag(tags, key, values));
