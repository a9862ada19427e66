import { type BinRule, binStarts, carries, mayCarry, ruleKey } from '../model/bin.ts';
import { because, type Reason } from '../model/codes.ts';
import type { SnapshotId } from '../model/ids.ts';
import { type Image, keyOf, type Tags, tagsOf } from '../model/image.ts';
import type { BinReading } from '../model/inventory.ts';
import { formatDuration } from '../model/time.ts';
import type { TakingStep, Unit } from './ladder.ts';
import type { World } from './world.ts';

/** The longest of no rules at all. */
const notKept = 0;

const longest = (rules: readonly BinRule[]): number => Math.max(notKept, ...rules.map(({ days }) => days));

/** Surely keeps what has these tags; without tags that were read, only a rule that asks for none does. */
function covers({ tags: wanted, excluded }: BinRule, tags: Tags | undefined): boolean {
  if (tags === undefined) return wanted.length === 0 && excluded.length === 0;
  const isMeant = wanted.length === 0 || wanted.some((tag) => carries(tags, tag));
  return isMeant && !excluded.some((tag) => mayCarry(tags, tag));
}

const mayCover = ({ tags: wanted, excluded }: BinRule, tags: Tags): boolean =>
  (wanted.length === 0 || wanted.some((tag) => mayCarry(tags, tag))) && !excluded.some((tag) => carries(tags, tag));

/** Seen as it is now, and available, for longer than a rule may take to begin. */
function acts(rule: BinRule, image: Image, world: World): boolean {
  const since = world.inventory.records.binRules?.[image.region]?.[ruleKey(rule)] ?? Number.POSITIVE_INFINITY;
  return rule.available && world.now - since > binStarts;
}

/** How many days an image may lie in the bin, by any rule, also one that has not begun. */
const mayLie = (image: Image, { rules }: BinReading): number =>
  longest(rules.filter((rule) => rule.resource === 'image' && mayCover(rule, tagsOf(image))));

/** Snapshots that would be gone for good before their image leaves the bin. */
function lostBefore(image: Image, reading: BinReading, world: World): SnapshotId[] {
  const days = mayLie(image, reading);
  const acting = reading.rules.filter((rule) => rule.resource === 'snapshot' && acts(rule, image, world));
  return image.snapshots.filter((id) => {
    const tags = reading.snapshotTags[id];
    return longest(acting.filter((rule) => covers(rule, tags))) < days;
  });
}

/** Where a policy demands it, nothing is removed, or approved for it, that the bin would not keep together. */
export const binGuards = (step: TakingStep, { taking, images }: Unit, world: World): Reason[] =>
  taking.recycleBin === 'required' && (step === 'approve-removal' || step === 'deregister-image')
    ? images.flatMap((image) => binGuard(image, world))
    : [];

function binGuard(image: Image, world: World): Reason[] {
  const { region } = image;
  const seen = world.inventory.recycleBin?.[region];
  if (!seen?.complete) return [because('bin-unread', { region, why: seen ? seen.why : 'it was not looked at' })];
  const keeping = seen.value.rules.filter((rule) => rule.resource === 'image' && covers(rule, tagsOf(image)));
  const lost = lostBefore(image, seen.value, world);
  return [
    ...(keeping.some((rule) => acts(rule, image, world)) ? [] : [notYet(image, keeping)]),
    ...(lost.length > 0
      ? [because('bin-snapshots', { image: keyOf(image), snapshots: lost, days: mayLie(image, seen.value) })]
      : []),
  ];
}

function notYet(image: Image, keeping: readonly BinRule[]): Reason {
  const [rule] = keeping;
  if (!rule) return because('bin-missing', { image: keyOf(image), region: image.region });
  return because('bin-young', { image: keyOf(image), rule: rule.id, wait: formatDuration(binStarts) });
}

/** What undoes the removal: the rule by which the image surely stays longest in the bin. */
export function keptBy(image: Image, world: World): Reason[] {
  const seen = world.inventory.recycleBin?.[image.region];
  if (!seen?.complete) return [];
  const [rule] = seen.value.rules
    .filter((one) => one.resource === 'image' && covers(one, tagsOf(image)) && acts(one, image, world))
    .sort((a, b) => b.days - a.days);
  return rule ? [because('bin-keeps', { rule: rule.id, days: rule.days })] : [];
}

/** Why the snapshots are not deleted together with their image: the bin may keep the image longer than them. */
export function snapshotsLater(image: Image, world: World): Reason | undefined {
  const seen = world.inventory.recycleBin?.[image.region];
  if (!seen?.complete) return because('snapshots-later', { why: seen ? seen.why : 'its rules were not looked at' });
  const lost = lostBefore(image, seen.value, world);
  if (lost.length === 0) return undefined;
  return because('snapshots-later', { days: mayLie(image, seen.value), snapshots: lost });
}
