import { because } from '../model/codes.ts';
import { type Image, keyOf, type Tags, tagsOf } from '../model/image.ts';
import { isCounted, marksFor, mostTags } from '../model/marks.ts';
import type { ActionOf } from '../model/plan.ts';
import { isOurFailure } from './distribute.ts';
import { nothing, type Part } from './draft.ts';
import type { Effective } from './merge.ts';
import { tagValue } from './select.ts';
import type { Subject } from './subject.ts';
import type { World } from './world.ts';

interface Lacking {
  readonly image: Image;
  readonly marks: readonly [string, string][];
}

export interface Marking extends Part {
  readonly actions: readonly ActionOf<'mark-image'>[];
}

export const unmarked: Marking = { ...nothing, actions: [] };

/**
 * Marks that are missing or differ. The roles act on marked images only, so this also prepares what will leave: a failed
 * copy of ours that lost its mark could not be cleaned up, and nothing would take its place. An image that has so many
 * tags that ours find no room is told of: nothing can be given of it.
 */
export function markImages(subject: Subject, world: World): Marking {
  const { marks } = subject.effective;
  if (!marks) return unmarked;
  const lacking = lackingMarks(subject, marks.policy, world);
  // Stryker disable next-line ConditionalExpression: of none the rest makes nothing either, more slowly
  if (lacking.length === 0) return unmarked;
  const fits = (one: Lacking): boolean => tagsWith(one) <= mostTags;
  const actions = lacking.filter(fits).map((one) => markImage(one, subject, marks));
  const crowded = lacking.filter((one) => !fits(one));
  return { ...nothing, actions, notes: crowded.map(noRoom) };
}

const noRoom = (lacking: Lacking) => ({
  image: lacking.image,
  why: because('marks-lack-room', { count: tagsWith(lacking), limit: mostTags }),
});

const tagsWith = ({ image, marks }: Lacking): number =>
  new Set([...Object.keys(tagsOf(image)).filter(isCounted), ...marks.map(([key]) => key)]).size;

function lackingMarks(subject: Subject, policy: string, world: World): Lacking[] {
  const { root, built } = subject.lineage;
  const wanted = marksFor(root, built, policy);
  const isMarked = ({ tags }: Image): boolean => tags.complete && hasAll(wanted, tags.value);
  // Stryker disable next-line ConditionalExpression: where every image has its marks the rest finds nothing either, more slowly
  if (subject.ours.every(isMarked)) return [];
  return subject.ours
    .filter((image) => image.tags.complete && !isMarked(image))
    .filter((image) => ['available', 'pending'].includes(image.state) || isOurFailure(image, subject, world))
    .map((image) => ({ image, marks: lackingIn(tagsOf(image), wanted) }));
}

function hasAll(wanted: Tags, present: Tags): boolean {
  for (const key in wanted) if (tagValue(present, key) !== wanted[key]) return false;
  return true;
}

const lackingIn = (present: Tags, wanted: Tags): [string, string][] =>
  Object.entries(wanted).filter(([key, value]) => tagValue(present, key) !== value);

function markImage(
  { image, marks: lacking }: Lacking,
  { lineage, family }: Subject,
  marks: NonNullable<Effective['marks']>,
): ActionOf<'mark-image'> {
  return {
    kind: 'mark-image',
    image: keyOf(image),
    root: lineage.root,
    ...(family !== undefined && { family }),
    policy: marks.policy,
    mode: marks.mode,
    why: [because('mark-missing', { keys: lacking.map(([key]) => key) })],
    tags: Object.fromEntries(lacking),
    snapshots: image.snapshots,
  };
}
