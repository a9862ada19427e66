import { type Image, tagsOf } from '../model/image.ts';
import { tagValue } from './select.ts';

const placeholder = /\{(tag:[^}]+|architecture|platform|name|nameBase)\}/g;
const trailingVersion = /(?:[-_.]+v?\d+(?:T\d+)?Z?)+$/i;

/** The name without its trailing digits, date or version and the `-` `_` `.` before them. */
export const nameBase = (name: string): string => name.replace(trailingVersion, '');

/** @returns the family that the template gives the image, or `undefined` when a placeholder is empty */
export function familyOf(template: string, image: Image): string | undefined {
  let complete = true;
  const family = template.replace(placeholder, (_all, word: string) => {
    const value = placeholderValue(word, image);
    if (value === '') complete = false;
    return value;
  });
  return complete && family !== '' ? family : undefined;
}

function placeholderValue(word: string, image: Image): string {
  if (word.startsWith('tag:')) return tagValue(tagsOf(image), word.slice('tag:'.length)) ?? '';
  if (word === 'architecture') return image.architecture;
  if (word === 'platform') return image.platform;
  return word === 'name' ? image.name : nameBase(image.name);
}
