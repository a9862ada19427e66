import type { Selector } from '../../shared/model/policy.ts';
import { selectSchema } from '../../shared/model/policy-sections.ts';
import type { Path } from './finding.ts';

/** One policy as it is written, for rules about meaning: they run on whatever parts of it make sense. */
export interface PolicyView {
  readonly path: Path;
  readonly name: string | undefined;
  readonly raw: unknown;
  /** Absent unless the whole section is right. */
  readonly select: Selector | undefined;
}

/** The part at the end of the path, or `undefined`. */
export function part(value: unknown, ...path: Path): unknown {
  let here = value;
  for (const key of path)
    here = here !== null && typeof here === 'object' && Object.hasOwn(here, key) ? Reflect.get(here, key) : undefined;
  return here;
}

export const listAt = (value: unknown, ...path: Path): unknown[] => {
  const found = part(value, ...path);
  return Array.isArray(found) ? found : [];
};

/** Texts of a place where one text or a list of them may stand. */
export const textsAt = (value: unknown, ...path: Path): string[] =>
  [part(value, ...path)].flat().filter((item) => typeof item === 'string');

export const textAt = (value: unknown, ...path: Path): string | undefined => {
  const found = part(value, ...path);
  return typeof found === 'string' ? found : undefined;
};

export const mapAt = (value: unknown, ...path: Path): [string, unknown][] => {
  const found = part(value, ...path);
  return found !== null && typeof found === 'object' && !Array.isArray(found) ? Object.entries(found) : [];
};

export const has = (value: unknown, ...path: Path): boolean => part(value, ...path) !== undefined;

export const viewsOf = (data: unknown): PolicyView[] =>
  listAt(data, 'policies').map((raw, index) => ({
    path: ['policies', index],
    name: textAt(raw, 'name'),
    raw,
    select: selectSchema.safeParse(part(raw, 'select')).data,
  }));
