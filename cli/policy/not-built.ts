import type { Path } from './finding.ts';

/** Keys that the policy language has and this version does not act on, by the place they stand at. */
const keys: Readonly<Record<string, readonly string[]>> = {
  'policies.retain.guards': ['sharedAccounts'],
};

/** Words that are known as a value at a place, and not acted on. */
const values: Readonly<Record<string, readonly string[]>> = {
  'policies.retain.guards.off': [
    'launch-configurations',
    'auto-scaling',
    'spot',
    'fleets',
    'ssm-parameters',
    'image-builder',
    'image-references',
  ],
};

function ownWords(table: Readonly<Record<string, readonly string[]>>, path: Path): readonly string[] {
  const place = path.filter((part) => typeof part === 'string').join('.');
  return Object.hasOwn(table, place) ? (table[place] ?? []) : [];
}

export const isKeyNotBuilt = (parent: Path, key: string): boolean => ownWords(keys, parent).includes(key);

export const isValueNotBuilt = (path: Path, value: unknown): boolean =>
  typeof value === 'string' && ownWords(values, path).includes(value);

/** Every such key with its whole place, for the reference. */
export const keysNotBuilt: readonly string[] = Object.entries(keys).flatMap(([parent, names]) =>
  names.map((name) => `${parent}.${name}`),
);
