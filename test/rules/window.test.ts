import { describe, expect, test } from 'vitest';
import { type Window, weekdays } from '../../shared/model/policy.ts';
import { minute } from '../../shared/model/time.ts';
import { isOpen, isTimeZone, windowText } from '../../shared/rules/window.ts';
import { table } from './expiring.ts';

const at = (text: string): number => Date.parse(text);
const hours = (clock: string): number => Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3));
const window = (from: string, to: string, more: Partial<Window> = {}): Window => ({
  days: [...weekdays],
  from: hours(from),
  to: hours(to),
  timezone: 'UTC',
  ...more,
});

describe('a window of one day', () => {
  const office = window('09:00', '16:00', { days: ['MON', 'TUE'] });
  test.each([
    ['a moment before it opens', '2026-11-23T08:59:59.999Z', false],
    ['when it opens', '2026-11-23T09:00:00Z', true],
    ['in its last moment', '2026-11-24T15:59:59.999Z', true],
    ['when it closes', '2026-11-24T16:00:00Z', false],
    ['on another day', '2026-11-25T10:00:00Z', false],
  ])('%s', (_name, time, open) => expect(isOpen(office, at(time))).toBe(open));

  test('may last the whole day', () => {
    const day = window('00:00', '24:00', { days: ['MON'] });
    expect(isOpen(day, at('2026-11-23T00:00:00Z'))).toBe(true);
    expect(isOpen(day, at('2026-11-23T23:59:59Z'))).toBe(true);
    expect(isOpen(day, at('2026-11-24T00:00:00Z'))).toBe(false);
  });

  test('that ends as it begins is never open', () => {
    const times = Array.from({ length: 48 }, (_none, index) => at('2026-11-23T00:00:00Z') + index * 30 * minute);
    expect(times.filter((time) => isOpen(window('10:00', '10:00'), time))).toEqual([]);
  });
});

describe('a window past midnight belongs to the day on which it opens', () => {
  const night = window('22:00', '04:00', { days: ['FRI'] });
  test.each([
    ['Friday early', '2026-11-27T03:00:00Z', false],
    ['a moment before', '2026-11-27T21:59:59Z', false],
    ['Friday night', '2026-11-27T22:00:00Z', true],
    ['Saturday at its end', '2026-11-28T03:59:59Z', true],
    ['after its end', '2026-11-28T04:00:00Z', false],
    ['Saturday night', '2026-11-28T22:00:00Z', false],
  ])('%s', (_name, time, open) => expect(isOpen(night, at(time))).toBe(open));

  test('from Sunday into Monday', () => {
    const sunday = window('23:00', '01:00', { days: ['SUN'] });
    expect(isOpen(sunday, at('2026-11-30T00:30:00Z'))).toBe(true);
    expect(isOpen(sunday, at('2026-11-29T00:30:00Z'))).toBe(false);
  });
});

describe('the clocks are those of the time zone', () => {
  const london = window('09:00', '16:00', { timezone: 'Europe/London' });
  test.each([
    ['winter, an hour before', '2026-01-12T08:59:59Z', false],
    ['winter', '2026-01-12T09:00:00Z', true],
    ['summer, when it opens an hour earlier', '2026-07-13T08:00:00Z', true],
    ['summer, when it has closed already', '2026-07-13T15:00:00Z', false],
    ['the day on which clocks go forward', '2026-03-29T08:00:00Z', true],
    ['the day before that', '2026-03-28T08:00:00Z', false],
    ['the day on which clocks go back', '2026-10-25T09:00:00Z', true],
    ['an hour earlier on that day', '2026-10-25T08:00:00Z', false],
  ])('%s', (_name, time, open) => expect(isOpen(london, at(time))).toBe(open));

  test('an hour that clocks skip does not open it', () => {
    const skipped = window('01:00', '02:00', { timezone: 'Europe/London' });
    const day = Array.from({ length: 24 * 60 }, (_none, index) => at('2026-03-29T00:00:00Z') + index * minute);
    expect(day.filter((time) => isOpen(skipped, time))).toEqual([]);
  });

  test('an hour that comes twice opens it twice', () => {
    const twice = window('01:00', '02:00', { timezone: 'Europe/London' });
    const day = Array.from({ length: 25 * 60 }, (_none, index) => at('2026-10-25T00:00:00Z') + index * minute);
    expect(day.filter((time) => isOpen(twice, time))).toHaveLength(120);
  });

  test('a day is the day of the place', () => {
    const tokyo = window('06:00', '08:00', { days: ['MON'], timezone: 'Asia/Tokyo' });
    expect(isOpen(tokyo, at('2026-11-22T21:30:00Z'))).toBe(true);
    expect(isOpen(tokyo, at('2026-11-23T21:30:00Z'))).toBe(false);
  });

  test('in a time zone that nobody knows it is never open', () => {
    expect(isTimeZone('Europe/Londres')).toBe(false);
    expect(isOpen(window('00:00', '24:00', { timezone: 'Europe/Londres' }), at('2026-01-12T09:00:00Z'))).toBe(false);
  });
});

test('a window is told in the words of the file', () => {
  const days = ['TUE', 'MON'] as const;
  expect(windowText(window('09:00', '24:00', { days: [...days] }))).toBe('MON TUE 09:00-24:00 UTC');
});

// The rules look on Monday at 10:00 UTC.
table('steps are taken only inside the window', [
  ['open', { retain: { window: window('10:00', '10:01') } }, []],
  ['just closed', { retain: { window: window('09:00', '10:00') } }, ['outside-window']],
  ['not yet open', { retain: { window: window('10:01', '12:00') } }, ['outside-window']],
  ['another day', { retain: { window: window('00:00', '24:00', { days: ['TUE'] }) } }, ['outside-window']],
]);
