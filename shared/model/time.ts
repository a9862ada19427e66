/** Milliseconds since 1970-01-01 UTC. */
export type Instant = number;
/** Milliseconds. A day is 24 hours, arithmetic is UTC. */
export type Duration = number;

export const second: Duration = 1_000;
export const minute: Duration = 60 * second;
export const hour: Duration = 60 * minute;
export const day: Duration = 24 * hour;
export const week: Duration = 7 * day;

/** @returns the instant, or `undefined` when the text is no date: such an image is kept, never aged. */
export function parseInstant(text: string | undefined): Instant | undefined {
  const value = text === undefined ? Number.NaN : Date.parse(text);
  return Number.isNaN(value) ? undefined : value;
}

export const datePattern = /^\d{4}-\d{2}-\d{2}$/;

/** @returns midnight UTC at the beginning of `2027-03-31`, or `undefined` for anything that is no day of the calendar */
export function parseDate(value: unknown): Instant | undefined {
  if (typeof value !== 'string' || !datePattern.test(value)) return undefined;
  const at = parseInstant(`${value}T00:00:00Z`);
  return at !== undefined && isoTime(at).startsWith(value) ? at : undefined;
}

export const isoTime = (at: Instant): string => new Date(at).toISOString();

/** `30d`, `12h`, `45m`: the largest unit that divides the duration. */
export function formatDuration(duration: Duration): string {
  if (duration !== 0 && duration % day === 0) return `${duration / day}d`;
  if (duration !== 0 && duration % hour === 0) return `${duration / hour}h`;
  return `${Math.round(duration / minute)}m`;
}
