import { sourcesThatMayBeOff } from '../../../shared/model/policy-retain.ts';
import { parseDuration } from '../../../shared/model/policy-values.ts';
import { day, formatDuration, hour } from '../../../shared/model/time.ts';
import { isTimeZone } from '../../../shared/rules/window.ts';
import { type Finding, finding, type Path } from '../finding.ts';
import { didYouMean, nearest } from '../nearest.ts';
import { has, listAt, type PolicyView, part, textAt } from '../view.ts';
import { isShared } from './copy.ts';

/** A word that is no source is complained about elsewhere. */
const isSource = (word: unknown): boolean => (sourcesThatMayBeOff as readonly unknown[]).includes(word);

const minAge = 7 * day;
const minLastLaunched = 2 * day;

export function ladderRules({ raw, path }: PolicyView): Finding[] {
  const steps = [
    { step: 'disable', before: 'deprecate', why: 'an image must be deprecated first' },
    { step: 'deregister', before: 'disable', why: 'an image must be disabled first' },
  ];
  return steps
    .filter(({ step, before }) => has(raw, 'retain', 'stages', step) && !has(raw, 'retain', 'stages', before))
    .map(({ step, before, why }) =>
      finding(
        [...path, 'retain', 'stages', step],
        'retain/stage-without-predecessor',
        `${step} without ${before}; ${why}`,
        { at: 'key' },
      ),
    );
}

export function ageRules({ raw, path }: PolicyView): Finding[] {
  const waitAt: Path = ['retain', 'stages', 'deprecate', 'afterSuperseded'];
  const wait = parseDuration(part(raw, ...waitAt));
  const maxAge = parseDuration(part(raw, 'retain', 'maxAge'));
  const maxAgeUnread = has(raw, 'retain', 'maxAge') && maxAge === undefined;
  if (wait === undefined || maxAgeUnread) return [];
  const youngest = Math.max(wait, maxAge ?? 0);
  const tooYoung =
    youngest < minAge
      ? [
          finding(
            [...path, ...waitAt],
            'retain/min-age',
            `afterSuperseded: an image could be deprecated at ${formatDuration(youngest)}; wait ${formatDuration(minAge)}, here or by maxAge`,
          ),
        ]
      : [];
  const idle =
    maxAge !== undefined && wait >= maxAge
      ? [
          finding(
            [...path, 'retain', 'maxAge'],
            'retain/keeplast-vs-maxage',
            `maxAge: never decides; an image that was superseded ${formatDuration(wait)} ago is always older than that`,
          ),
        ]
      : [];
  return [...tooYoung, ...idle];
}

export function quarantineRules({ raw, path }: PolicyView): Finding[] {
  const at: Path = ['retain', 'stages', 'deregister', 'afterDisabled'];
  const wait = parseDuration(part(raw, ...at));
  const shared = isShared(raw);
  const least = shared ? '7d' : '48h';
  if (wait === undefined || wait >= (shared ? 7 * day : 48 * hour)) return [];
  const message = `afterDisabled: at least ${least} for ${shared ? 'shared' : 'private'} images`;
  return [finding([...path, ...at], 'retain/min-quarantine', message, { suggestion: least })];
}

export function guardRules({ raw, path }: PolicyView): Finding[] {
  const guards = [...path, 'retain', 'guards'];
  const lastLaunched = parseDuration(part(raw, 'retain', 'guards', 'lastLaunchedWithin'));
  const short =
    lastLaunched !== undefined && lastLaunched < minLastLaunched
      ? [
          finding(
            [...guards, 'lastLaunchedWithin'],
            'retain/last-launched-under-2d',
            "lastLaunchedWithin: at least 2d; EC2's figure is up to 24h late",
            { suggestion: '2d' },
          ),
        ]
      : [];
  const off = listAt(raw, 'retain', 'guards', 'off').flatMap((source, i) =>
    isSource(source)
      ? [finding([...guards, 'off', i], 'guards/source-off', `off: images used only by ${source} will look unused`)]
      : [],
  );
  const unchecked =
    part(raw, 'retain', 'guards', 'sharedAccounts') === false && has(raw, 'retain', 'stages', 'disable')
      ? [
          finding(
            [...guards, 'sharedAccounts'],
            'retain/shared-unchecked',
            'sharedAccounts: images that others may use stop before they are disabled',
          ),
        ]
      : [];
  return [...short, ...off, ...unchecked];
}

export function limitRules({ raw, path }: PolicyView): Finding[] {
  const percent = part(raw, 'retain', 'limits', 'percentOfFamily');
  if (typeof percent !== 'number' || percent <= 50 || percent > 100) return [];
  const message = `percentOfFamily: ${percent} lets more than half of a family go in one plan`;
  return [finding([...path, 'retain', 'limits', 'percentOfFamily'], 'limits/above-50-percent', message)];
}

export function windowRules({ raw, path }: PolicyView): Finding[] {
  const at: Path = ['retain', 'window'];
  const [from, to] = [textAt(raw, ...at, 'from'), textAt(raw, ...at, 'to')];
  const zone = textAt(raw, ...at, 'timezone');
  const never =
    from !== undefined && from === to
      ? [finding([...path, ...at, 'to'], 'window/empty', `to: the window never opens from ${from} to ${to}`)]
      : [];
  if (zone === undefined || isTimeZone(zone)) return never;
  const near = nearest(zone, Intl.supportedValuesOf('timeZone'));
  return [
    ...never,
    finding(
      [...path, ...at, 'timezone'],
      'window/empty',
      `timezone: "${zone}" is no time zone such as Europe/London${didYouMean(near)}`,
      near === undefined ? {} : { suggestion: near },
    ),
  ];
}
