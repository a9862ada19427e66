/**
 * Something that was looked at, or could not be. Incomplete evidence can only keep an image: the value is out of
 * reach until `complete` has been checked, so a destructive rule does not compile without that look.
 */
export type Evidence<T> = { complete: true; value: T } | { complete: false; why: string };

export const known = <T>(value: T): Evidence<T> => ({ complete: true, value });
export const unknown = <T = never>(why: string): Evidence<T> => ({ complete: false, why });

/** What is known, or the given stand-in. Only for decisions that give or show, never for those that take. */
export const knownOr = <T>(evidence: Evidence<T> | undefined, otherwise: T): T =>
  evidence?.complete ? evidence.value : otherwise;

/** All of them, or the first reason why not. */
export function all<T>(parts: readonly Evidence<T>[]): Evidence<T[]> {
  const missing = parts.find((part) => !part.complete);
  if (missing && !missing.complete) return unknown(missing.why);
  return known(parts.flatMap((part) => (part.complete ? [part.value] : [])));
}
