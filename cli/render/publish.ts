import type { ActionOf } from '../../shared/model/plan.ts';
import { nameBase } from '../../shared/rules/family.ts';

type Publish = ActionOf<'publish-image'>;

/** `42 -> 43`: of names that differ in their version only, the version. */
export function movement(from: string | undefined, to: string): string {
  if (from === undefined) return `-> ${to}`;
  const base = nameBase(to);
  const isSame = nameBase(from) === base && from !== base && to !== base;
  const short = (name: string): string => (isSame ? name.slice(base.length).replace(/^[-_.]+/, '') : name);
  return `${short(from)} -> ${short(to)}`;
}

/** Moves of one pointer are one block, whatever image each Region has of the lineage. */
export const movesAlike = ({ kind, pointer, fromName, setDefault }: Publish): unknown => [
  kind,
  pointer.kind,
  pointer.name,
  fromName,
  setDefault,
];

export const publishDetails = ({ fromName, name, setDefault }: Publish): string[] => [
  movement(fromName, name),
  ...(setDefault ? ['as the default version'] : []),
];
