import { because } from '../model/codes.ts';
import { type Image, keyOf, tagsOf } from '../model/image.ts';
import { isCounted, marksFor, mostTags } from '../model/marks.ts';
import type { ActionOf } from '../model/plan.ts';
import { isOurFailure } from './distribute.ts';
import { join, type Part, said } from './draft.ts';
import type { Effective } from './merge.ts';
import { tagValue } from './select.ts';
import type { Subject } from './subject.ts';
import type { World } from './world.ts';

interface Lacking {
  readonly image: Image;
  readonly marks: readonly [string, string][];
}

/**
 * Marks that are missing or differ. The roles act on marked images only, so this also prepares what will leave: a failed
 * copy of ours that lost its mark could not be cleaned up, and nothing would take its place.
 */
export function markImages(subject: Subject, world: World): ActionOf<'mark-image'>[] {
  const { marks } = subject.effective;
  if (!marks) return [];
  return lackingMarks(subject, world)
    .filter((lacking) => tagsWith(lacking) <= mostTags)
    .map((lacking) => markImage(lacking, subject, marks));
}

/** Images that have so many tags that ours find no room: nothing can be given of them, which is said. */
export const withoutRoom = (subject: Subject, world: World): Part =>
  join(
    ...lackingMarks(subject, world)
      .filter((lacking) => tagsWith(lacking) > mostTags)
      .map((lacking) => said(lacking.image, because('marks-lack-room', { count: tagsWith(lacking), limit: mostTags }))),
  );

const tagsWith = ({ image, marks }: Lacking): number =>
  new Set([...Object.keys(tagsOf(image)).filter(isCounted), ...marks.map(([key]) => key)]).size;

function lackingMarks(subject: Subject, world: World): Lacking[] {
  const { effective, lineage } = subject;
  const { marks } = effective;
  if (!marks) return [];
  const wanted = Object.entries(marksFor(lineage.root, lineage.built, marks.policy));
  return subject.ours
    .filter(({ tags }) => tags.complete)
    .filter((image) => ['available', 'pending'].includes(image.state) || isOurFailure(image, subject, world))
    .flatMap((image) => {
      const present = tagsOf(image);
      const lacking = wanted.filter(([key, value]) => tagValue(present, key) !== value);
      return lacking.length === 0 ? [] : [{ image, marks: lacking }];
    });
}

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
