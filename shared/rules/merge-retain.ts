import type { ImageId } from '../model/ids.ts';
import type { BinDemand, Policy, RetainPolicy, Window } from '../model/policy.ts';
import { type Duration, day } from '../model/time.ts';

/** Floors that no policy goes below; an override may lower the first and the second two. */
export const minimums = {
  age: 7 * day,
  quarantine: 2 * day,
  quarantineShared: 7 * day,
  lastLaunched: 2 * day,
  keepLast: 2,
};

/** Retention that every policy consents to. */
export interface Taking {
  /** Names of the policies with `retain`, sorted. */
  readonly names: readonly string[];
  readonly policy: string;
  readonly unit: 'lineage' | 'image';
  readonly keepLast: number;
  /** What a pointer names stays, unless no policy wants that. */
  readonly keepPublished: boolean;
  readonly maxAge?: Duration;
  readonly stages: RetainPolicy['stages'];
  readonly off: readonly string[];
  /** Use by other accounts is looked for, if any policy wants it. */
  readonly sharedAccounts: boolean;
  readonly lastLaunchedWithin: Duration;
  readonly descendants: 'keep' | 'warn' | 'ignore';
  readonly excludeTags: readonly Readonly<Record<string, readonly string[]>>[];
  readonly excludeImages: readonly ImageId[];
  readonly keepTags: readonly string[];
  readonly minInUse: number;
  readonly recycleBin: BinDemand;
  /** All of them must be open. */
  readonly windows: readonly Window[];
  readonly notice?: { readonly before: Duration; readonly owners: readonly string[] };
  /** Rules whose minimum every policy with `retain` overrides. */
  readonly overrides: readonly string[];
}

interface Entry {
  readonly name: string;
  readonly retain: RetainPolicy;
  readonly overrides: readonly string[];
}

type Winners = Record<string, string>;
type Stages = RetainPolicy['stages'];

/** The most careful value of each field. `policies` come sorted by name; on a tie the first wins. */
export function mergeRetain(policies: readonly Policy[]): { taking: Taking; winners: Winners } | undefined {
  const entries = policies.flatMap(({ name, retain, overrides }): Entry[] =>
    retain ? [{ name, retain, overrides: overrides.map(({ rule }) => rule) }] : [],
  );
  const first = entries[0];
  if (!first) return undefined;
  const winners: Winners = {};
  const longest = (field: string, value: (retain: RetainPolicy) => number | undefined): number | undefined => {
    const best = entries.reduce((a, b) => ((value(b.retain) ?? -1) > (value(a.retain) ?? -1) ? b : a));
    if (value(best.retain) !== undefined) winners[field] = best.name;
    return value(best.retain);
  };
  const maxAge = longest('maxAge', (retain) => retain.maxAge);
  const taking: Taking = {
    names: entries.map(({ name }) => name),
    policy: first.name,
    unit: longest('unit', ({ unit }) => (unit === 'lineage' ? 1 : 0)) === 0 ? 'image' : 'lineage',
    recycleBin:
      longest('recycleBin', ({ recycleBin }) => (recycleBin === 'required' ? 1 : 0)) === 1 ? 'required' : 'optional',
    keepLast: Math.max(minimums.keepLast, longest('keepLast', ({ keepLast }) => keepLast) ?? 0),
    ...(maxAge !== undefined && { maxAge }),
    stages: stagesOf(entries, longest),
    minInUse: longest('guards.minInUse', ({ guards }) => guards.minInUse) ?? 0,
    ...noticeOf(
      entries,
      longest('notice.before', ({ notice }) => notice?.before),
    ),
    lastLaunchedWithin: Math.max(
      minimums.lastLaunched,
      longest('guards.lastLaunchedWithin', ({ guards }) => guards.lastLaunchedWithin) ?? 0,
    ),
    ...protections(entries),
  };
  return { taking, winners: { ...winners, ...protectors(entries) } };
}

/** Who protects most, for what is no single longest value; several where all of them count. */
function protectors(entries: readonly Entry[]): Winners {
  const most = (care: (retain: RetainPolicy) => number): string =>
    entries.reduce((a, b) => (care(b.retain) > care(a.retain) ? b : a)).name;
  const everyoneWith = (field: string, has: (retain: RetainPolicy) => boolean): Winners => {
    const names = entries.filter(({ retain }) => has(retain)).map(({ name }) => name);
    return names.length === 0 ? {} : { [field]: names.join(', ') };
  };
  const ending = (stage: keyof RetainPolicy['stages']): Winners => {
    const without = entries.filter(({ retain }) => !retain.stages[stage]);
    return without[0] && without.length < entries.length ? { [`stages.${stage}`]: without[0].name } : {};
  };
  return {
    keepPublished: most(({ keepPublished }) => Number(keepPublished)),
    'guards.descendants': most(({ guards }) => -careWords.indexOf(guards.descendants)),
    'guards.off': most(({ guards }) => -guards.off.length),
    'limits.perPlan': most(({ limits }) => -limits.perPlan),
    'limits.percentOfFamily': most(({ limits }) => -limits.percentOfFamily),
    ...ending('deprecate'),
    ...ending('disable'),
    ...ending('deregister'),
    ...everyoneWith('exclude', ({ exclude }) => Object.keys(exclude.tags).length + exclude.images.length > 0),
    ...everyoneWith('window', ({ window }) => window !== undefined),
    ...everyoneWith('keepTag', () => true),
  };
}

/** The most careful first. */
const careWords = ['keep', 'warn', 'ignore'] as const;

/** Whoever wants to be told is told, as early as the earliest wants it. */
function noticeOf(entries: readonly Entry[], before: Duration | undefined): Pick<Taking, 'notice'> {
  const owners = entries.flatMap(({ retain }) => retain.notice?.owner ?? []);
  return before === undefined ? {} : { notice: { before, owners: [...new Set(owners)].sort() } };
}

function protections(entries: readonly Entry[]) {
  const everyone = (pick: (entry: Entry) => readonly string[]): string[] =>
    [...new Set(entries.flatMap(pick))].filter((item) => entries.every((entry) => pick(entry).includes(item)));
  return {
    off: everyone(({ retain }) => retain.guards.off),
    sharedAccounts: entries.some(({ retain }) => retain.guards.sharedAccounts),
    overrides: everyone(({ overrides }) => overrides),
    keepPublished: entries.some(({ retain }) => retain.keepPublished),
    descendants: descendantsOf(entries),
    excludeTags: entries.map(({ retain }) => retain.exclude.tags),
    excludeImages: entries.flatMap(({ retain }) => retain.exclude.images),
    windows: entries.flatMap(({ retain }) => retain.window ?? []),
    keepTags: [...new Set(entries.map(({ retain }) => retain.keepTag))],
  };
}

function descendantsOf(entries: readonly Entry[]): Taking['descendants'] {
  const words = entries.map(({ retain }) => retain.guards.descendants);
  if (words.includes('keep')) return 'keep';
  return words.includes('warn') ? 'warn' : 'ignore';
}

/** A stage exists only if every policy has it, and waits as long as the most patient of them. */
function stagesOf(
  entries: readonly Entry[],
  longest: (field: string, value: (retain: RetainPolicy) => number | undefined) => number | undefined,
): RetainPolicy['stages'] {
  const has = (stage: keyof RetainPolicy['stages']) =>
    entries.every(({ retain }) => retain.stages[stage] !== undefined);
  const wait = <S extends keyof Stages>(stage: S, field: string, value: (stage: NonNullable<Stages[S]>) => number) =>
    longest(`stages.${stage}.${field}`, ({ stages }) => stages[stage] && value(stages[stage])) ?? 0;
  return {
    ...(has('deprecate') && {
      deprecate: { afterSuperseded: wait('deprecate', 'afterSuperseded', (one) => one.afterSuperseded) },
    }),
    ...(has('disable') && {
      disable: { afterDeprecated: wait('disable', 'afterDeprecated', (one) => one.afterDeprecated) },
    }),
    ...(has('deregister') && {
      deregister: {
        afterDisabled: wait('deregister', 'afterDisabled', (one) => one.afterDisabled),
        deleteSnapshots: entries.every(({ retain }) => retain.stages.deregister?.deleteSnapshots),
      },
    }),
  };
}
