import { because, type Reason } from '../model/codes.ts';
import { type Image, isThere, keyOf, tagsOf } from '../model/image.ts';
import { approved, mark } from '../model/marks.ts';
import type { ActionKind, Verdict } from '../model/plan.ts';
import { restoredRest, type Word } from '../model/records.ts';
import { type Duration, day, formatDuration, type Instant, isoTime, minute } from '../model/time.ts';
import { minimums, type Taking } from './merge-retain.ts';
import { latest } from './order.ts';
import type { Rank } from './ranks.ts';
import { standsIn } from './stand-in.ts';
import type { Subject } from './subject.ts';
import { type World, worldSkew } from './world.ts';

export type TakingStep = Extract<
  ActionKind,
  'deprecate-image' | 'disable-image' | 'approve-removal' | 'deregister-image'
>;

export type Next = NonNullable<Verdict['next']>;

/** Images that leave together: a whole lineage, or one image where the policy says so. */
export interface Unit {
  readonly subject: Subject;
  readonly taking: Taking;
  /** What is acted on. */
  readonly images: readonly Image[];
  readonly ranks: readonly Rank[];
}

/** The images whose use, launch or children count: with unit `lineage`, all of them, also copies that are not ours. */
export const concerned = ({ subject, taking, images }: Unit): readonly Image[] =>
  taking.unit === 'image' ? images : subject.lineage.members.filter(isThere);

/** Where a unit stands on the ladder: at rest, or before a step that is due for some of its images. */
export type Position =
  | { readonly due: false; readonly why: Reason; readonly next?: Next }
  | {
      readonly due: true;
      readonly step: TakingStep;
      readonly images: readonly Image[];
      readonly why: readonly Reason[];
    };

/** A deprecation this near was set just now, since EC2 wants its time a little ahead. */
export const soon = 10 * minute;
/** Between the two complete checks of use before an image goes. */
export const secondCheckAfter = day;

const rest = (why: Reason, next?: Next): Position => ({ due: false, why, ...(next && { next }) });

export function positionOf(unit: Unit, world: World): Position {
  return beforeLadder(unit, world) ?? onLadder(unit, entryTime(unit), world);
}

/** Reasons for which the ladder does not concern this unit, at any step. */
function beforeLadder({ subject, taking, ranks, images }: Unit, world: World): Position | undefined {
  const { built } = subject.lineage;
  if (images.length === 0) return rest(because('unmarked'));
  if (subject.restored) return resting(subject.restored);
  const instead = standsIn(subject.lineage.root, world);
  if (instead) return rest(instead);
  if (subject.family === undefined) return rest(because('no-family'));
  if (subject.finished === 'no') return rest(because('unfinished'));
  if (built === undefined || built > world.now + worldSkew) return rest(because('date-unreadable'));
  const kept = ranks.find(({ perhapsNewer }) => perhapsNewer < taking.keepLast);
  if (kept || ranks.length === 0)
    return rest(
      because('among-newest', { rank: (kept?.newer ?? 0) + 1, keepLast: taking.keepLast, region: kept?.region ?? '' }),
    );
  const youth = taking.overrides.includes('retain/min-age') ? 0 : minimums.age;
  if (world.now < built + youth)
    return rest(because('too-young', { minimum: formatDuration(youth) }), deprecateAt(built + youth));
  const { maxAge = 0 } = taking;
  if (world.now < built + maxAge)
    return rest(because('not-expired', { maxAge: formatDuration(maxAge) }), deprecateAt(built + maxAge));
  return undefined;
}

function resting({ at, reason }: Word): Position {
  const until = at + restoredRest;
  return rest(because('restored', { since: dateOf(at), until: dateOf(until), reason }), deprecateAt(until));
}

const deprecateAt = (at: Instant): Next => ({ step: 'deprecate-image', at });

/** When the first step comes due by the rules, whoever deprecated the image before. */
function entryTime({ subject, taking, ranks }: Unit): Instant {
  const built = subject.lineage.built ?? 0;
  const superseded = latest(ranks.map(({ supersededAt }) => supersededAt)) ?? Number.MAX_SAFE_INTEGER;
  return Math.max(superseded + (taking.stages.deprecate?.afterSuperseded ?? 0), built + (taking.maxAge ?? 0));
}

function onLadder(unit: Unit, entry: Instant, world: World): Position {
  const available = unit.images.filter(({ state }) => state === 'available');
  const undeprecated = available.filter(({ deprecationAt }) => (deprecationAt ?? Number.MAX_VALUE) > world.now + soon);
  if (undeprecated.length > 0) return deprecation(unit, undeprecated, entry, world);
  if (available.length > 0) return disabling(unit, available, entry, world);
  const unapproved = unit.images.filter((image) => !isApproved(image, world));
  if (unapproved.length > 0) return approval(unit, unapproved, world);
  if (!unit.taking.stages.deregister) return rest(because('no-further-stage'));
  return {
    due: true,
    step: 'deregister-image',
    images: unit.images,
    why: [because('removal-approved', ages(unit, world))],
  };
}

function deprecation(unit: Unit, images: readonly Image[], entry: Instant, world: World): Position {
  const stage = unit.taking.stages.deprecate;
  if (!stage) return rest(because('no-further-stage'));
  const data = { ...ages(unit, world), wait: formatDuration(stage.afterSuperseded) };
  if (world.now < entry) return rest(because('superseded-wait', data), deprecateAt(entry));
  return { due: true, step: 'deprecate-image', images, why: [because('deprecate-due', data)] };
}

function disabling(unit: Unit, images: readonly Image[], entry: Instant, world: World): Position {
  const stage = unit.taking.stages.disable;
  if (!stage) return rest(because('no-further-stage'));
  const deprecatedAt = Math.max(entry, latest(images.map(({ deprecationAt }) => deprecationAt)) ?? entry);
  const data = { ...ages(unit, world), since: dateOf(deprecatedAt), wait: formatDuration(stage.afterDeprecated) };
  const at = deprecatedAt + stage.afterDeprecated;
  if (world.now < at) return rest(because('deprecated-wait', data), { step: 'disable-image', at });
  return { due: true, step: 'disable-image', images, why: [because('disable-due', data)] };
}

function approval(unit: Unit, images: readonly Image[], world: World): Position {
  const stage = unit.taking.stages.deregister;
  if (!stage) return rest(because('no-further-stage'));
  const records = unit.images.map((image) => world.inventory.records.images[keyOf(image)]);
  const quarantined = Math.max(...records.map((record) => record?.disabledAt ?? 0));
  const wait = Math.max(stage.afterDisabled, leastQuarantine(unit, world));
  const since = quarantined === 0 ? 'a day that nobody recorded' : dateOf(quarantined);
  const data = { ...ages(unit, world), since, wait: formatDuration(wait) };
  const free = quarantined + wait;
  if (world.now < free) return rest(because('quarantine', data), { step: 'approve-removal', at: free });
  const second = (latest(records.map((record) => record?.checkedAt)) ?? 0) + secondCheckAfter;
  if (world.now < second)
    return rest(because('second-check-pending', { at: isoTime(second) }), { step: 'approve-removal', at: second });
  return { due: true, step: 'approve-removal', images, why: [because('approve-due', data)] };
}

/** Longer where somebody else may have used the image: shares were saved, or nobody knows. */
function leastQuarantine(unit: Unit, world: World): Duration {
  if (unit.taking.overrides.includes('retain/min-quarantine')) return 0;
  const isPrivate = unit.images.every(
    (image) => world.inventory.records.images[keyOf(image)]?.savedGrants?.length === 0,
  );
  return isPrivate ? minimums.quarantine : minimums.quarantineShared;
}

/**
 * Both the mark, which lets `reap` act, and our record of it, since anybody may write a tag. An image that a person
 * enabled again and we disabled anew is in a new quarantine: the approval of the old one no longer counts.
 */
export function isApproved(image: Image, world: World): boolean {
  const { approvedAt = Number.NEGATIVE_INFINITY, disabledAt = 0 } = world.inventory.records.images[keyOf(image)] ?? {};
  return tagsOf(image)[mark.reap] === approved && approvedAt >= disabledAt;
}

function ages({ subject, taking, ranks }: Unit, world: World): Record<string, string | number> {
  return {
    rank: Math.min(...ranks.map(({ newer }) => newer)) + 1,
    keepLast: taking.keepLast,
    age: formatDuration(Math.floor((world.now - (subject.lineage.built ?? world.now)) / day) * day),
  };
}

const dateOf = (at: Instant): string => isoTime(at).slice(0, 10);
