import type { Region } from '../model/ids.ts';
import type { CopyPolicy, KeyCare, Mode, NotifyPolicy, Policy, Principal, SharePolicy } from '../model/policy.ts';
import type { Instant } from '../model/time.ts';
import { mergePointers, type WantedPointer } from './merge-publish.ts';
import { mergeRetain, type Taking } from './merge-retain.ts';
import { byText, sorted } from './order.ts';
import { winnersOf } from './winners.ts';

/** One wanted copy, united over the policies that ask for it. */
export interface WantedCopy {
  readonly region: Region;
  readonly kmsKey?: string;
  readonly completeWithinMinutes?: number;
  readonly name: string;
  readonly copyTags: boolean;
  readonly maxInFlight: number;
  readonly maxPerDay: number;
  readonly policy: string;
  readonly mode: Mode;
  /** `false`: every policy that asks for it only wants later images. */
  readonly since: boolean;
}

export interface WantedShares {
  readonly with: readonly Sharee[];
  readonly exact: boolean;
  /** A policy says that EC2 allows more entities than usual here. */
  readonly quotaRaised?: true;
  readonly policy: string;
}

export interface Sharee {
  readonly principal: Principal;
  readonly until?: Instant;
  /** May copy, too. */
  readonly snapshots: boolean;
  readonly kms: KeyCare;
  readonly policy: string;
  readonly mode: Mode;
}

/** What several policies on one image amount to. Giving adds up, taking needs everyone's consent. */
export interface Effective {
  /** Names of all policies that matched, sorted. */
  readonly names: readonly string[];
  readonly copies: readonly WantedCopy[];
  readonly addTags: Readonly<Record<string, string>>;
  readonly shares?: WantedShares;
  readonly pointers: readonly WantedPointer[];
  /** Templates of the family, by the policies that retain or publish; `undefined` where one of these has none. */
  readonly families: readonly (string | undefined)[];
  readonly retain?: Taking;
  /** United: who is told of what. */
  readonly notify: readonly NotifyPolicy[];
  /** Taking acts only when every policy is in mode `apply`. */
  readonly takeMode: Mode;
  /** The policy that marks the image, or none when no policy stamps tags. */
  readonly marks?: { readonly policy: string; readonly mode: Mode };
  /** Which policy decided each field. */
  readonly winners: Readonly<Record<string, string>>;
  /** Contradictions: with any of these the image is left alone. */
  readonly conflicts: readonly Conflict[];
}

export interface Conflict {
  readonly field: string;
  readonly policies: readonly string[];
}

type CopyingPolicy = Policy & { readonly copy: CopyPolicy };
type SharingPolicy = Policy & { readonly share: SharePolicy };

/** The same for many images: each combination of policies is worked out once. */
export function merger(): typeof merge {
  const known = new Map<string, Effective>();
  return (matched, built) => {
    const key = matched.map(({ name, copy }) => `${name} ${copy && isWilling(copy, built)}`).join();
    const effective = known.get(key) ?? merge(matched, built);
    known.set(key, effective);
    return effective;
  };
}

export function merge(matched: readonly Policy[], built: Instant | undefined): Effective {
  const policies = [...matched].sort((a, b) => byText(a.name, b.name));
  const copying = policies.filter((policy): policy is CopyingPolicy => policy.copy !== undefined);
  const sharing = policies.filter((policy): policy is SharingPolicy => policy.share !== undefined);
  const copies = mergeCopies(copying, built);
  const shares = mergeShares(byMode(sharing));
  const pointers = mergePointers(byMode(policies));
  const retain = mergeRetain(policies);
  const stamper = byMode(policies.filter((policy) => policy.lineage.stampTags))[0];
  return {
    names: policies.map((policy) => policy.name),
    copies,
    addTags: Object.assign({}, ...copying.map((policy) => policy.copy.addTags)),
    ...(shares && { shares }),
    pointers,
    families: familiesOf(policies),
    ...(retain && { retain: retain.taking }),
    notify: policies.flatMap(({ notify }) => notify ?? []),
    takeMode: policies.every((policy) => policy.mode === 'apply') ? 'apply' : 'plan',
    ...(stamper && { marks: { policy: stamper.name, mode: stamper.mode } }),
    winners: winnersOf(policies, { copies, shares, pointers, stamper, retain: retain?.winners }),
    conflicts: [...keyConflicts(copying), ...tagConflicts(copying), ...shareConflicts(sharing)],
  };
}

/** Where none of the policies retains or publishes, the first that names a family is only used to tell of it. */
function familiesOf(policies: readonly Policy[]): (string | undefined)[] {
  const ranking = policies.filter(({ retain, publish }) => retain !== undefined || publish !== undefined);
  const speaking = ranking.length > 0 ? ranking : policies.filter(({ family }) => family !== undefined).slice(0, 1);
  return [...new Set(speaking.map(({ family }) => family?.key))];
}

/** Policies that act before those that only show, otherwise by name. */
const byMode = <P extends Policy>(policies: readonly P[]): P[] =>
  [...policies].sort((a, b) => byText(a.mode, b.mode) || byText(a.name, b.name));

function mergeCopies(policies: readonly CopyingPolicy[], built: Instant | undefined): WantedCopy[] {
  const regions = sorted(policies.flatMap((policy) => policy.copy.to.map((target) => target.region)));
  return regions.map((region) => {
    const asking = policies.filter((policy) => policy.copy.to.some((target) => target.region === region));
    const willing = asking.filter(({ copy }) => isWilling(copy, built));
    return wantedCopy(region, willing.length > 0 ? willing : asking, willing.length > 0);
  });
}

const isWilling = ({ since }: CopyPolicy, built: Instant | undefined): boolean =>
  since === 'all' || (built ?? Number.NEGATIVE_INFINITY) >= since;

function wantedCopy(region: Region, policies: readonly CopyingPolicy[], since: boolean): WantedCopy {
  // Somebody asks for a copy there, or it were no Region of theirs.
  const ranked = byMode(policies) as [CopyingPolicy, ...CopyingPolicy[]];
  const [first] = ranked;
  const targets = ranked.flatMap(({ copy }) => copy.to.filter((target) => target.region === region));
  const kmsKey = targets.find((target) => target.kmsKey !== undefined)?.kmsKey;
  const minutes = targets.flatMap((target) => target.completeWithinMinutes ?? []);
  return {
    region,
    name: first.copy.name,
    copyTags: ranked.some(({ copy }) => copy.copyTags),
    maxInFlight: Math.min(...ranked.map(({ copy }) => copy.maxInFlight)),
    maxPerDay: Math.min(...ranked.map(({ copy }) => copy.maxPerDay)),
    policy: first.name,
    mode: first.mode,
    since,
    ...(kmsKey !== undefined && { kmsKey }),
    ...(minutes.length > 0 && { completeWithinMinutes: Math.min(...minutes) }),
  };
}

function mergeShares(sharing: readonly SharingPolicy[]): WantedShares | undefined {
  const [first] = sharing;
  if (!first) return undefined;
  const all = sharing.flatMap(({ name, mode, share }) =>
    share.with.map((sharee) => ({ ...sharee, snapshots: share.snapshots, kms: share.kms, policy: name, mode })),
  );
  return {
    with: all.sort((a, b) => byText(a.principal, b.principal)),
    exact: sharing.every(({ share }) => share.exact),
    ...(sharing.some(overridesQuota) && { quotaRaised: true }),
    policy: first.name,
  };
}

const overridesQuota = ({ overrides }: Policy): boolean => overrides.some(({ rule }) => rule === 'share/too-many');

const keyConflicts = (policies: readonly CopyingPolicy[]): Conflict[] =>
  contradictions(
    policies.flatMap(({ name, copy }) =>
      copy.to
        .filter(({ kmsKey }) => kmsKey !== undefined)
        .map(({ region, kmsKey }) => ({ name, field: `copy.to.${region}.kmsKey`, value: kmsKey })),
    ),
  );

const tagConflicts = (policies: readonly CopyingPolicy[]): Conflict[] =>
  contradictions(
    policies.flatMap(({ name, copy }) =>
      Object.entries(copy.addTags).map(([key, value]) => ({ name, field: `copy.addTags.${key}`, value })),
    ),
  );

const shareConflicts = (policies: readonly SharingPolicy[]): Conflict[] =>
  contradictions(
    policies.flatMap(({ name, share }) => [
      { name, field: 'share.exact', value: share.exact },
      { name, field: 'share.public', value: share.with.some(({ principal }) => principal === 'everyone') },
    ]),
  );

/** Fields for which the policies say different things. */
function contradictions(said: readonly { name: string; field: string; value: unknown }[]): Conflict[] {
  const byField = Map.groupBy(said, ({ field }) => field);
  return [...byField]
    .filter(([, entries]) => new Set(entries.map(({ value }) => value)).size > 1)
    .map(([field, entries]) => ({ field, policies: sorted(entries.map(({ name }) => name)) }))
    .sort((a, b) => byText(a.field, b.field));
}
