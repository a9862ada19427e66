import { because, codes, type Reason, type Standing } from '../model/codes.ts';
import type { ImageKey } from '../model/ids.ts';
import { type Image, isLive, keyOf } from '../model/image.ts';
import type { Verdict } from '../model/plan.ts';
import type { Draft, Note } from './draft.ts';
import type { Next } from './ladder.ts';
import { sortFew } from './order.ts';
import type { Candidate } from './retire.ts';
import type { Subject } from './subject.ts';

const weight: Record<Standing, number> = { act: 0, blocked: 1, held: 2, waiting: 3, done: 4, unmanaged: 5 };

/** One verdict for every member of the lineage: what is taken or held first, then the weightiest of the rest. */
export function verdictsOf(draft: Draft): Verdict[] {
  const { subject, notes } = draft;
  const { lineage, leftAlone } = subject;
  return lineage.members.map((image, place) => {
    const key = lineage.keys[place] ?? keyOf(image);
    const reasons = leftAlone ? [leftAlone] : unique(reasonsFor(image, key, draft));
    const next = leftAlone ? undefined : earliest(image, notes);
    const verdict = verdictOf(key, subject, reasons.length > 0 ? reasons : [fallback(image, subject.ours)]);
    return next ? { ...verdict, next } : verdict;
  });
}

/** There is one for every image, so each kind is written out: what is put together by spreading takes twice the room. */
function verdictOf(image: ImageKey, { lineage, effective, family }: Subject, reasons: readonly Reason[]): Verdict {
  const { root } = lineage;
  const policy = effective.names[0];
  const { code } = reasons[0] ?? because('in-place');
  if (policy === undefined) return { image, root, code, reasons };
  return family === undefined ? { image, root, policy, code, reasons } : { image, root, policy, family, code, reasons };
}

function reasonsFor(image: Image, key: ImageKey, { candidates, actions, notes }: Draft): readonly Reason[] {
  const reasons = stateOf(image);
  for (const candidate of candidates) if (candidate.action.image === key) reasons.push(...leadOf(candidate));
  const rest: Reason[] = [];
  for (const action of actions) if (action.image === key) rest.push(...action.why);
  for (const note of notes) if (note.image === image) rest.push(note.why);
  const sorted = sortFew(rest, byWeight);
  return reasons.length > 0 ? [...reasons, ...sorted] : sorted;
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

/** Each once, in a list of its own that has no spare room, since a plan keeps very many of them. */
const unique = (reasons: readonly Reason[]): readonly Reason[] =>
  reasons.some(isRepeated) ? reasons.filter((one, place, all) => !isRepeated(one, place, all)) : reasons.slice();

function isRepeated(reason: Reason, place: number, all: readonly Reason[]): boolean {
  for (let at = 0; at < place; at += 1) if (isSame(all[at] as Reason, reason)) return true;
  return false;
}

function isSame(a: Reason, b: Reason): boolean {
  if (a.code !== b.code) return false;
  const [some = {}, others = {}] = [a.data, b.data];
  for (const key in some) if (!isEqual(some[key], others[key])) return false;
  for (const key in others) if (!(key in some)) return false;
  return true;
}

type Datum = NonNullable<Reason['data']>[string] | undefined;

const isEqual = (a: Datum, b: Datum): boolean =>
  a === b || (Array.isArray(a) && Array.isArray(b) && a.length === b.length && a.every((one, at) => one === b[at]));

function earliest(image: Image, notes: readonly Note[]): Next | undefined {
  let first: Next | undefined;
  for (const { image: about, next } of notes)
    if (next && about === image && (first === undefined || next.at < first.at)) first = next;
  return first;
}
