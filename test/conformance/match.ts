import type { Fields } from './case.ts';

const isObject = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);

const shown = (value: unknown): string => JSON.stringify(value) ?? String(value);

function problemsOfList(wanted: readonly unknown[], given: unknown, path: string): string[] {
  if (!Array.isArray(given)) return [`${path} is ${shown(given)}, not a list`];
  if (given.length !== wanted.length)
    return [`${path} has ${given.length} parts, not ${wanted.length}: ${shown(given)}`];
  return wanted.flatMap((part, index) => problemsOf(part, given[index], `${path}.${index}`));
}

/** What is wrong with an answer; nothing when it has all that is wanted. */
export function problemsOf(wanted: unknown, given: unknown, path = 'answer'): string[] {
  if (wanted instanceof RegExp) return wanted.test(String(given)) ? [] : [`${path} is ${shown(given)}, not ${wanted}`];
  if (Array.isArray(wanted)) return problemsOfList(wanted, given, path);
  if (isObject(wanted)) {
    if (!isObject(given)) return [`${path} is ${shown(given)}, not an object`];
    return Object.entries(wanted).flatMap(([name, part]) => problemsOf(part, given[name], `${path}.${name}`));
  }
  if (wanted instanceof Date)
    return problemsOf(wanted.toISOString(), given instanceof Date ? given.toISOString() : given, path);
  return Object.is(wanted, given) ? [] : [`${path} is ${shown(given)}, not ${shown(wanted)}`];
}

/** The part of a value at a path such as `Images.0.ImageId`; `undefined` where there is none. */
export const partOf = (value: unknown, path: string): unknown =>
  path.split('.').reduce<unknown>((part, step) => (part as Fields | undefined)?.[step], value);

/** Where a value has something, with lists taken as one: `Images.*.ImageId`. */
export function placesOf(value: unknown, path = ''): string[] {
  const below = (step: string): string => (path === '' ? step : `${path}.${step}`);
  if (Array.isArray(value)) return [...new Set(value.flatMap((part) => placesOf(part, below('*'))))];
  if (isObject(value)) {
    const parts = Object.entries(value).filter(([, part]) => part !== undefined);
    return [...new Set(parts.flatMap(([name, part]) => [below(name), ...placesOf(part, below(name))]))];
  }
  return path === '' ? [] : [path];
}
