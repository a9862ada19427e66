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
    winners[field] = best.name;
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
  return { taking, winners };
}

/** Whoever wants to be told is told, as early as the earliest wants it. */
function noticeOf(entries: readonly Entry[], before: Duration | undefined): Pick<Taking, 'notice'> {
  const owners = entries.flatMap(({ retain }) => retain.notice?.owner ?? []);
  return before === undefined ? {} : { notice: { before, owners: [...new Set(owners)].sort() } };
}

function protections(entries: readonly Entry[]) {
  const everyone = (pick: (entry: Entry) => readonly string[]): string[] =>
    (entries[0] ? pick(entries[0]) : []).filter((item) => entries.every((entry) => pick(entry).includes(item)));
  const care = ['keep', 'warn', 'ignore'] as const;
  return {
    off: everyone(({ retain }) => retain.guards.off),
    overrides: everyone(({ overrides }) => overrides),
    keepPublished: entries.some(({ retain }) => retain.keepPublished),
    descendants: care.find((word) => entries.some(({ retain }) => retain.guards.descendants === word)) ?? 'keep',
    excludeTags: entries.map(({ retain }) => retain.exclude.tags),
    excludeImages: entries.flatMap(({ retain }) => retain.exclude.images),
    windows: entries.flatMap(({ retain }) => retain.window ?? []),
    keepTags: [...new Set(entries.map(({ retain }) => retain.keepTag))],
  };
}

/** A stage exists only if every policy has it, and waits as long as the most patient of them. */
function stagesOf(
  entries: readonly Entry[],
  longest: (field: string, value: (retain: RetainPolicy) => number | undefined) => number | undefined,
): RetainPolicy['stages'] {
  const has = (stage: keyof RetainPolicy['stages']) =>
    entries.every(({ retain }) => retain.stages[stage] !== undefined);
  const wait = (field: string, value: (stages: RetainPolicy['stages']) => number | undefined) =>
    longest(`stages.${field}`, ({ stages }) => value(stages)) ?? 0;
  return {
    ...(has('deprecate') && {
      deprecate: { afterSuperseded: wait('deprecate.afterSuperseded', ({ deprecate }) => deprecate?.afterSuperseded) },
    }),
    ...(has('disable') && {
      disable: { afterDeprecated: wait('disable.afterDeprecated', ({ disable }) => disable?.afterDeprecated) },
    }),
    ...(has('deregister') && {
      deregister: {
        afterDisabled: wait('deregister.afterDisabled', ({ deregister }) => deregister?.afterDisabled),
        deleteSnapshots: entries.every(({ retain }) => retain.stages.deregister?.deleteSnapshots),
      },
    }),
  };
}
