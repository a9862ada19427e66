import { because } from '../model/codes.ts';
import { type Image, keyOf, type Tags, tagsOf } from '../model/image.ts';
import { marksFor } from '../model/marks.ts';
import type { ActionOf } from '../model/plan.ts';
import { isOurFailure } from './distribute.ts';
import type { Effective } from './merge.ts';
import { tagValue } from './select.ts';
import type { Subject } from './subject.ts';
import type { World } from './world.ts';

/**
 * Marks that are missing or differ. The roles act on marked images only, so this also prepares what will leave: a failed
 * copy of ours that lost its mark could not be cleaned up, and nothing would take its place.
 */
export function markImages(subject: Subject, world: World): ActionOf<'mark-image'>[] {
  const { effective, lineage } = subject;
  const { marks } = effective;
  if (!marks) return [];
  const wanted = marksFor(lineage.root, lineage.built, marks.policy);
  const isMarked = ({ tags }: Image): boolean => tags.complete && hasAll(wanted, tags.value);
  if (subject.ours.every(isMarked)) return [];
  return subject.ours
    .filter((image) => image.tags.complete && !isMarked(image))
    .filter((image) => ['available', 'pending'].includes(image.state) || isOurFailure(image, subject, world))
    .map((image) => markImage(image, subject, marks, lackingIn(tagsOf(image), wanted)));
}

function hasAll(wanted: Tags, present: Tags): boolean {
  for (const key in wanted) if (tagValue(present, key) !== wanted[key]) return false;
  return true;
}

const lackingIn = (present: Tags, wanted: Tags): [string, string][] =>
  Object.entries(wanted).filter(([key, value]) => tagValue(present, key) !== value);

function markImage(
  image: Image,
  { lineage, family }: Subject,
  marks: NonNullable<Effective['marks']>,
  lacking: readonly [string, string][],
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
