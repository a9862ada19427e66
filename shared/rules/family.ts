import { type Image, tagsOf } from '../model/image.ts';
import { tagValue } from './select.ts';

const placeholder = /\{(tag:[^}]+|architecture|platform|name|nameBase)\}/g;
const trailingVersion = /(?:[-_.]+v?\d+(?:T\d+)?Z?)+$/i;

/** The name without its trailing digits, date or version and the `-` `_` `.` before them. */
export const nameBase = (name: string): string => name.replace(trailingVersion, '');

/** @returns the family that the template gives the image, or `undefined` when a placeholder is empty */
export const familyOf = (template: string, image: Image): string | undefined =>
  filled(template, image, (value) => value !== '');

/** @returns the pointer that the template names, or `undefined` where a tag or name could lead to another place */
export const pointerName = (template: string, image: Image): string | undefined =>
  filled(template, image, (value) => /^[\w.-]+$/.test(value));

function filled(template: string, image: Image, isRight: (value: string) => boolean): string | undefined {
  let right = true;
  const text = template.replace(placeholder, (_all, word: string) => {
    const value = placeholderValue(word, image);
    right &&= isRight(value);
    return value;
  });
  return right && text !== '' ? text : undefined;
}

function placeholderValue(word: string, image: Image): string {
  if (word.startsWith('tag:')) return tagValue(tagsOf(image), word.slice('tag:'.length)) ?? '';
  if (word === 'architecture') return image.architecture;
  if (word === 'platform') return image.platform;
  return word === 'name' ? image.name : nameBase(image.name);
}
