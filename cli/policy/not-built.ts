import type { Path } from './finding.ts';

/** Words that the policy language has at a place and this version does not act on. */
const values: Readonly<Record<string, readonly string[]>> = {
  'policies.notify.on': ['restored'],
};

export function isValueNotBuilt(path: Path, value: unknown): boolean {
  const place = path.filter((part) => typeof part === 'string').join('.');
  return typeof value === 'string' && Object.hasOwn(values, place) && (values[place] ?? []).includes(value);
}

/** Every such word with its whole place, for the reference. */
export const valuesNotBuilt: readonly string[] = Object.entries(values).flatMap(([place, words]) =>
  words.map((word) => `${place}: ${word}`),
);
