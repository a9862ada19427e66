import { type Evidence, known, unknown } from '../model/evidence.ts';
import { type Weekday, type Window, weekdays } from '../model/policy.ts';
import type { Instant } from '../model/time.ts';

/** What the clocks of a time zone show. */
interface LocalTime {
  readonly day: Weekday;
  /** Minute of the day. */
  readonly minute: number;
}

/** A window whose time zone nobody knows, or that ends as it begins, is never open. */
export function isOpen({ days, from, to, timezone }: Window, now: Instant): boolean {
  const local = localTime(timezone, now);
  if (!local || from === to) return false;
  const today = days.includes(local.day);
  if (from < to) return today && local.minute >= from && local.minute < to;
  return (today && local.minute >= from) || (days.includes(dayBefore(local.day)) && local.minute < to);
}

export const isTimeZone = (name: string): boolean => formatter(name).complete;

/** `MON TUE 09:00-16:00 Europe/London`. */
export const windowText = ({ days, from, to, timezone }: Window): string =>
  `${weekdays.filter((day) => days.includes(day)).join(' ')} ${clockText(from)}-${clockText(to)} ${timezone}`;

const clockText = (minutes: number): string =>
  [Math.floor(minutes / 60), minutes % 60].map((part) => String(part).padStart(2, '0')).join(':');

const dayBefore = (day: Weekday): Weekday => weekdays[(weekdays.indexOf(day) + 6) % 7] ?? day;

function localTime(timezone: string, now: Instant): LocalTime | undefined {
  const clocks = formatter(timezone);
  if (!clocks.complete) return undefined;
  const parts = clocks.value.formatToParts(now);
  const value = (type: string): string => parts.find((part) => part.type === type)?.value ?? '';
  const day = weekdays.find((name) => name === value('weekday').toUpperCase());
  return day && { day, minute: Number(value('hour')) * 60 + Number(value('minute')) };
}

/** Making one is slow, and a policy has few time zones. */
const formatters = new Map<string, Evidence<Intl.DateTimeFormat>>();

function formatter(timezone: string): Evidence<Intl.DateTimeFormat> {
  const found = formatters.get(timezone) ?? makeFormatter(timezone);
  formatters.set(timezone, found);
  return found;
}

function makeFormatter(timeZone: string): Evidence<Intl.DateTimeFormat> {
  try {
    const fields = { weekday: 'short', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const;
    return known(new Intl.DateTimeFormat('en-US', { timeZone, ...fields }));
  } catch (error) {
    return unknown(error instanceof Error ? error.message : String(error));
  }
}
