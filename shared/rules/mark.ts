import { because } from '../model/codes.ts';
import { type Image, keyOf, tagsOf } from '../model/image.ts';
import { marksFor } from '../model/marks.ts';
import type { ActionOf } from '../model/plan.ts';
import { tagValue } from './select.ts';
import type { Subject } from './subject.ts';

/** Marks that are missing or differ. The roles act on marked images only, so this also prepares what will leave. */
export const markImages = (subject: Subject): ActionOf<'mark-image'>[] =>
  subject.ours
    .filter(({ state, tags }) => tags.complete && (state === 'available' || state === 'pending'))
    .flatMap((image) => markImage(image, subject) ?? []);

function markImage(image: Image, { lineage, effective, family }: Subject): ActionOf<'mark-image'> | undefined {
  const { marks } = effective;
  if (!marks) return undefined;
  const present = tagsOf(image);
  const wanted = Object.entries(marksFor(lineage.root, lineage.built, marks.policy));
  const lacking = wanted.filter(([key, value]) => tagValue(present, key) !== value);
  if (lacking.length === 0) return undefined;
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
