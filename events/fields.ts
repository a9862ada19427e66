/** What reading an outside value gives: the event, or what is wrong with it in plain words. Never an exception. */
export type Parsed<T> = { readonly ok: true; readonly event: T } | { readonly ok: false; readonly problem: string };

export type Fields = Readonly<Record<string, unknown>>;

export const isFields = (value: unknown): value is Fields =>
  value !== null && typeof value === 'object' && !Array.isArray(value);

/** One demand on an outside value: where the value is, what it is, whether it will do, and what it should have been. */
export type Demand = readonly [where: string, value: unknown, fits: boolean, wanted: string];

const shownLength = 60;

/** The value as the reader of a problem should see it: short, and on one line. */
export function shown(value: unknown): string {
  if (value === undefined) return 'missing';
  const text = JSON.stringify(value) ?? String(value);
  return text.length > shownLength ? `${text.slice(0, shownLength)}…` : text;
}

/** @returns every demand that is not met, as one sentence, or `undefined` */
export function unmet(what: string, demands: readonly Demand[]): string | undefined {
  const problems = demands
    .filter(([, , fits]) => !fits)
    .map(([where, value, , wanted]) => `${where} is ${shown(value)}, not ${wanted}`);
  return problems.length === 0 ? undefined : `${what}: ${problems.join('; ')}`;
}

export const isText = (value: unknown): value is string => typeof value === 'string' && value.trim() !== '';
export const isAbsentOrText = (value: unknown): value is string | undefined =>
  value === undefined || typeof value === 'string';
