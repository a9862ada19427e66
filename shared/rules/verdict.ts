import { because, codes, type Reason, type Standing } from '../model/codes.ts';
import type { ImageKey } from '../model/ids.ts';
import { type Image, isLive, keyOf } from '../model/image.ts';
import type { Verdict } from '../model/plan.ts';
import type { Draft, Note } from './draft.ts';
import type { Next } from './ladder.ts';
import { sortFew } from './order.ts';
import type { Candidate } from './retire.ts';

const weight: Record<Standing, number> = { act: 0, blocked: 1, held: 2, waiting: 3, done: 4, unmanaged: 5 };

/** One verdict for every member of the lineage: what is taken or held first, then the weightiest of the rest. */
export function verdictsOf(draft: Draft): Verdict[] {
  const { subject, notes } = draft;
  const { lineage, effective, family, leftAlone } = subject;
  return lineage.members.map((image) => {
    const key = keyOf(image);
    const reasons = leftAlone ? [leftAlone] : unique(reasonsFor(image, key, draft));
    const first = reasons[0] ?? fallback(image, subject.ours);
    const next = leftAlone ? undefined : earliest(image, notes);
    return {
      image: key,
      root: lineage.root,
      ...(effective.names[0] !== undefined && { policy: effective.names[0] }),
      ...(family !== undefined && { family }),
      code: first.code,
      reasons: reasons.length > 0 ? reasons : [first],
      ...(next && { next }),
    };
  });
}

function reasonsFor(image: Image, key: ImageKey, { candidates, actions, notes }: Draft): Reason[] {
  const reasons = stateOf(image);
  for (const candidate of candidates) if (candidate.action.image === key) reasons.push(...leadOf(candidate));
  const rest: Reason[] = [];
  for (const action of actions) if (action.image === key) rest.push(...action.why);
  for (const note of notes) if (note.image === image) rest.push(note.why);
  reasons.push(...sortFew(rest, byWeight));
  return reasons;
}

const leadOf = ({ action, guards }: Candidate): readonly Reason[] => [
  ...guards,
  ...action.why,
  ...(action.mode === 'plan' ? [because('mode-plan', { policy: action.policy })] : []),
];

const stateOf = (image: Image): Reason[] =>
  isLive(image) ? [] : [because('image-failed', { state: image.state, reason: image.stateReason ?? image.state })];

/** Nothing was said: a copy that is not ours, or an image that has all it should have. */
const fallback = (image: Image, ours: readonly Image[]): Reason =>
  because(ours.includes(image) ? 'in-place' : 'unmarked');

const byWeight = (a: Reason, b: Reason): number => weight[codes[a.code]] - weight[codes[b.code]];

/** Each once. Data are compared only where codes are equal, which few are. */
const unique = (reasons: readonly Reason[]): readonly Reason[] =>
  reasons.filter(
    (reason, place) => !reasons.some((other, at) => at < place && other.code === reason.code && isSame(other, reason)),
  );

function isSame({ data: a = {} }: Reason, { data: b = {} }: Reason): boolean {
  const names = Object.keys(a);
  const isEqual = (name: string) => a[name] === b[name] || JSON.stringify(a[name]) === JSON.stringify(b[name]);
  return names.length === Object.keys(b).length && names.every(isEqual);
}

function earliest(image: Image, notes: readonly Note[]): Next | undefined {
  let first: Next | undefined;
  for (const { image: about, next } of notes)
    if (next && about === image && (first === undefined || next.at < first.at)) first = next;
  return first;
}
