import { because, type Reason } from '../model/codes.ts';
import type { ImageKey } from '../model/ids.ts';
import { hasFailed, type Image, isProtected, isThere, keyOf, tagsOf } from '../model/image.ts';
import { keptBy } from '../model/keep.ts';
import { formatDuration, hour, type Instant } from '../model/time.ts';
import { binGuards } from './bin.ts';
import { eyesBroken, unreadSources } from './blind.ts';
import { isManaged, otherManager } from './classify.ts';
import { elsewhereGuards } from './elsewhere.ts';
import { publishedGuards } from './guards-published.ts';
import { referenceGuards, usersOf } from './guards-references.ts';
import { keyGuards } from './keys.ts';
import { concerned, type TakingStep, type Unit } from './ladder.ts';
import { lockGuards } from './locks.ts';
import { sorted } from './order.ts';
import { hasAnyTag } from './select.ts';
import { silenceGuards } from './silence.ts';
import { isOpen, windowText } from './window.ts';
import type { World } from './world.ts';

/** After a store was first seen empty, time for what it forgot to come back. */
export const storeYouth = 48 * hour;

/** Everything that keeps a due step from happening. Empty: it may. Deprecation still lets an image launch by id. */
export function guardsOf(step: TakingStep, images: readonly Image[], unit: Unit, world: World): Reason[] {
  const always = [...evidenceGuards(unit, world), ...ownerGuards(images, unit, world), ...windowGuards(unit, world)];
  if (step === 'deprecate-image') return always;
  const used = [...useGuards(unit, world), ...publishedGuards(concerned(unit), unit, world)];
  return [
    ...used,
    ...always,
    ...stateGuards(step, unit, world),
    ...dependentsGuard(step, unit),
    ...imageGuards(unit, world),
    ...binGuards(step, unit, world),
    ...lockGuards(step, unit, world),
    ...keyGuards(unit, world),
  ];
}

/** Where images leave alone, a root that speaks for its copies leaves last. */
function dependentsGuard(step: TakingStep, { subject, images }: Unit): Reason[] {
  const { rootImage } = subject.lineage;
  if (step !== 'deregister-image' || !rootImage || !images.includes(rootImage) || subject.dependents.length === 0)
    return [];
  return [because('speaks-for-copies', { image: subject.lineage.root, copies: subject.dependents })];
}

function evidenceGuards(unit: Unit, world: World): Reason[] {
  const { firstSweepAt } = world.inventory.records;
  const unread = [...world.unreadable].map(([region, why]) => because('inventory-incomplete', { what: region, why }));
  const unsure = unit.ranks.filter(({ newer }) => newer < unit.taking.keepLast);
  return [
    ...unread,
    ...(firstSweepAt.complete ? [] : [because('store-unreadable', { why: firstSweepAt.why })]),
    ...(unit.subject.finished === 'unknown' || unsure.length > 0 ? [because('shares-unread')] : []),
    ...(unit.subject.undecided ? [unit.subject.undecided] : []),
    ...eyesBroken(unit.taking, world),
  ];
}

function ownerGuards(images: readonly Image[], unit: Unit, world: World): Reason[] {
  const { taking } = unit;
  const { rootImage } = unit.subject.lineage;
  const all = [...new Set([...concerned(unit), ...(rootImage ? [rootImage] : [])])];
  return all.flatMap((image) => {
    const manager = otherManager(image);
    const keep = taking.keepTags.flatMap((key) => keptBy(image, [key], world.now) ?? []);
    const excluded =
      taking.excludeImages.includes(image.id) || taking.excludeTags.some((tags) => hasAnyTag(tagsOf(image), tags));
    return [
      ...(image.tags.complete ? [] : [because('tags-unknown', { image: keyOf(image), why: image.tags.why })]),
      ...(manager ? [because('foreign-managed', { manager, image: keyOf(image) })] : []),
      ...keep.map((tag) => because('keep-tag', tag)),
      ...(excluded ? [because('excluded', { image: keyOf(image) })] : []),
      ...(images.includes(image) && image.tags.complete && !isManaged(image)
        ? [because('unmarked', { image: keyOf(image) })]
        : []),
      ...(isUnsettled(image) ? [because('not-available-yet', { image: keyOf(image) })] : []),
    ];
  });
}

/** Between two states, or in one that is new to us. */
const isUnsettled = (image: Image): boolean =>
  isThere(image) && image.state !== 'available' && image.state !== 'disabled';

const windowGuards = ({ taking }: Unit, { now }: World): Reason[] =>
  taking.windows
    .filter((window) => !isOpen(window, now))
    .map((window) => because('outside-window', { window: windowText(window) }));

function useGuards(unit: Unit, world: World): Reason[] {
  const used = sorted(launchable(unit)).flatMap((image) =>
    usersOf(image, world).map((by) => because('in-use', { image, by })),
  );
  // Nobody asks for a report on what is in use, so that there is none says nothing.
  const elsewhere = elsewhereGuards(concerned(unit), unit.taking, world).filter(
    ({ code }) => used.length === 0 || code !== 'usage-report-missing',
  );
  return [
    ...used,
    ...unreadSources(unit.taking.off, world),
    ...unwatched(unit, world),
    ...referenceGuards(concerned(unit), unit.taking.off, world),
    ...elsewhere,
    ...silenceGuards(unit, world),
  ];
}

/** Also members that are listed although we took them for gone: somebody may have got one back from the Recycle Bin. */
const launchable = ({ taking, images, subject: { lineage } }: Unit): ImageKey[] =>
  taking.unit === 'image'
    ? images.map(keyOf)
    : [lineage.root, ...lineage.members.filter((image) => !hasFailed(image)).map(keyOf)];

/** A copy in a Region that policies have dropped may be in use, which keeps the whole lineage. */
const unwatched = ({ taking, subject }: Unit, world: World): Reason[] =>
  taking.unit === 'image'
    ? []
    : sorted(world.unwatched.get(subject.lineage.root) ?? []).map((region) =>
        because('inventory-incomplete', { what: region, why: 'no policy watches it any more, and it has a copy' }),
      );

function stateGuards(step: TakingStep, unit: Unit, world: World): Reason[] {
  const { records } = world.inventory;
  const { firstSweepAt } = records;
  const young =
    firstSweepAt.complete && (firstSweepAt.value === undefined || world.now < firstSweepAt.value + storeYouth);
  const disabled = concerned(unit).filter(({ state }) => state === 'disabled');
  const elsewhere = disabled.filter((image) => records.images[keyOf(image)]?.disabledAt === undefined);
  const unchecked =
    step === 'approve-removal' && unit.images.some((image) => records.images[keyOf(image)]?.checkedAt === undefined);
  return [
    ...(young ? [because('store-young', { wait: formatDuration(storeYouth) })] : []),
    ...elsewhere.map((image) => because('disabled-elsewhere', { image: keyOf(image) })),
    ...(unchecked ? [because('second-check-pending')] : []),
  ];
}

function imageGuards(unit: Unit, world: World): Reason[] {
  return concerned(unit).flatMap((image) => [
    ...launchGuard(image, unit, world.now),
    ...protectionGuard(image),
    ...childrenGuard(image, unit, world),
  ]);
}

function launchGuard(image: Image, { taking }: Unit, now: Instant): Reason[] {
  const { lastLaunchedAt } = image;
  if (!lastLaunchedAt.complete)
    return [because('last-launch-unknown', { image: keyOf(image), why: lastLaunchedAt.why })];
  if (lastLaunchedAt.value === undefined || now - lastLaunchedAt.value >= taking.lastLaunchedWithin) return [];
  return [because('launched-recently', { image: keyOf(image), within: formatDuration(taking.lastLaunchedWithin) })];
}

function protectionGuard(image: Image): Reason[] {
  const { deregistrationProtection: protection } = image;
  if (!protection.complete) return [because('protection-unknown', { image: keyOf(image), why: protection.why })];
  return isProtected(protection.value) ? [because('protected', { image: keyOf(image), state: protection.value })] : [];
}

function childrenGuard(image: Image, unit: Unit, world: World): Reason[] {
  return unit.taking.descendants === 'keep' ? liveChildren(image, unit, world) : [];
}

/** What the policy only wants to be told about. */
export const warningsOf = (unit: Unit, world: World): Reason[] =>
  unit.taking.descendants === 'warn' ? concerned(unit).flatMap((image) => liveChildren(image, unit, world)) : [];

function liveChildren(image: Image, { subject }: Unit, world: World): Reason[] {
  const own = new Set(subject.lineage.members.map(keyOf));
  const children = (world.children.get(keyOf(image)) ?? []).filter((child) => !own.has(child));
  return children.length > 0 ? [because('has-children', { image: keyOf(image), children })] : [];
}
