import { canonicalJson } from '../../../shared/model/digest.ts';
import type { Selector, Window } from '../../../shared/model/policy.ts';
import { windowSchema } from '../../../shared/model/policy-retain.ts';
import { day, minute } from '../../../shared/model/time.ts';
import { matchesPattern } from '../../../shared/rules/select.ts';
import { isOpen } from '../../../shared/rules/window.ts';
import { type Finding, finding, type Path } from '../finding.ts';
import { has, mapAt, type PolicyView, part, textAt, textsAt } from '../view.ts';
import { targetsOf } from './copy.ts';
import { pointersOf } from './publish.ts';

interface Pair {
  readonly one: PolicyView;
  readonly two: PolicyView;
  /** The other policy in words, for a message at the second. */
  readonly other: string;
}

/** Contradictions of two policies that select the same images for certain; others show when a plan is made. */
export function togetherRules(policies: readonly PolicyView[], lineOf: (path: Path) => number): Finding[] {
  return policies.flatMap((two, i) =>
    policies.slice(0, i).flatMap((one) => {
      const pair = { one, two, other: `policy "${one.name ?? i}" (line ${lineOf(one.path)})` };
      const apart = [...(sameImages(one, two, ['regions']) ? cycle(pair) : []), ...families(pair)];
      return sameImages(one, two, [])
        ? [...apart, ...keys(pair), ...tags(pair), ...shares(pair), ...windows(pair)]
        : apart;
    }),
  );
}

const sameImages = (one: PolicyView, two: PolicyView, without: readonly (keyof Selector)[]): boolean =>
  one.select !== undefined &&
  two.select !== undefined &&
  (within(one.select, two.select, without) || within(two.select, one.select, without));

/** Whether every image that `narrow` selects is surely among those of `wide`, or one that it names in full is. */
function within(narrow: Selector, wide: Selector, without: readonly (keyof Selector)[]): boolean {
  const keys = (Object.keys(wide) as (keyof Selector)[]).filter((key) => !without.includes(key));
  const noNarrower = (key: 'name' | 'notName') => wide[key] === undefined || equal(narrow[key], wide[key]);
  const named =
    (noNarrower('name') && noNarrower('notName')) ||
    (narrow.name ?? []).some((name) => !/[*?]/.test(name) && takesName(wide, name) && takesName(narrow, name));
  return named && keys.every((key) => key === 'name' || key === 'notName' || equal(narrow[key], wide[key]));
}

const takesName = (select: Selector, name: string): boolean =>
  (select.name ?? ['*']).some((pattern) => matchesPattern(pattern, name)) &&
  !(select.notName ?? []).some((pattern) => matchesPattern(pattern, name));

const equal = (a: unknown, b: unknown): boolean => canonicalJson({ a }) === canonicalJson({ a: b });

function cycle({ one, two, other }: Pair): Finding[] {
  const bornOne = textsAt(one.raw, 'select', 'regions');
  const bornTwo = textsAt(two.raw, 'select', 'regions');
  const backTo = targetsOf(two).find(({ region }) => region !== undefined && bornOne.includes(region));
  const there = targetsOf(one).some(({ region }) => region !== undefined && bornTwo.includes(region));
  if (equal([...bornOne].sort(), [...bornTwo].sort()) || !there || backTo === undefined) return [];
  return [finding([...backTo.path, 'region'], 'copy/cycle', `region: ${other} copies the same images the other way`)];
}

/** Two families can never take turns on one pointer, whatever images they hold. */
function families({ one, two, other }: Pair): Finding[] {
  const family = textAt(one.raw, 'family', 'key');
  if (family === undefined || family === textAt(two.raw, 'family', 'key')) return [];
  const taken = pointersOf(one);
  return pointersOf(two)
    .filter(({ kind, template }) => taken.some((first) => first.kind === kind && first.template === template))
    .map(({ path, kind, template }) =>
      finding(
        path,
        'conflict/parameter',
        `${path.at(-1)}: ${other} moves the ${kind} ${template} for family ${family}`,
      ),
    );
}

const keys = ({ one, two, other }: Pair): Finding[] =>
  targetsOf(two).flatMap(({ region, kmsKey, path }) => {
    const first = targetsOf(one).find((target) => target.region === region)?.kmsKey;
    if (region === undefined || kmsKey === undefined || first === undefined || first === kmsKey) return [];
    const message = `kmsKey: ${other} copies the same images to ${region} with ${first}`;
    return [finding([...path, 'kmsKey'], 'conflict/key', message)];
  });

const tags = ({ one, two, other }: Pair): Finding[] =>
  mapAt(two.raw, 'copy', 'addTags').flatMap(([key, value]) => {
    const first = part(one.raw, 'copy', 'addTags', key);
    if (typeof first !== 'string' || typeof value !== 'string' || first === value) return [];
    const message = `${key}: ${other} gives the same images the value "${first}"`;
    return [finding([...two.path, 'copy', 'addTags', key], 'conflict/tag', message)];
  });

function shares({ one, two, other }: Pair): Finding[] {
  if (!has(one.raw, 'share') || !has(two.raw, 'share')) return [];
  return (['public', 'exact'] as const).flatMap((key) => {
    const first = part(one.raw, 'share', key) ?? false;
    const second = part(two.raw, 'share', key) ?? false;
    if (typeof first !== 'boolean' || typeof second !== 'boolean' || first === second) return [];
    const at = [...two.path, 'share', ...(has(two.raw, 'share', key) ? [key] : [])];
    const message = `${key}: ${second} here, ${first} for the same images in ${other}`;
    return [finding(at, `conflict/${key}`, message, { at: 'key' })];
  });
}

/** Retirement of an image waits for the windows of all its policies: never open together, and it never leaves. */
function windows({ one, two, other }: Pair): Finding[] {
  const [first, second] = [one, two].map(({ raw }) => windowSchema.safeParse(part(raw, 'retain', 'window')).data);
  if (!first || !second || everOpen([first, second]) || !everOpen([first]) || !everOpen([second])) return [];
  const message = `window: never open while that of ${other} is, which retires the same images`;
  return [finding([...two.path, 'retain', 'window'], 'window/empty', message, { at: 'key' })];
}

/** A week of winter and one of summer, minute by minute: clocks in two time zones are never further apart. */
const weeks = ['2026-01-12', '2026-07-13'].map((date) => Date.parse(`${date}T00:00:00Z`));

const everOpen = (all: readonly Window[]): boolean =>
  weeks.some((start) => {
    for (let at = start; at < start + 7 * day; at += minute) if (all.every((window) => isOpen(window, at))) return true;
    return false;
  });
