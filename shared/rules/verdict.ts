import { because, codes, type Reason, type Standing } from '../model/codes.ts';
import { type Image, isLive, keyOf } from '../model/image.ts';
import type { Action, Verdict } from '../model/plan.ts';
import type { Draft } from './draft.ts';
import type { Next } from './ladder.ts';
import type { Candidate } from './retire.ts';

const weight: Record<Standing, number> = { act: 0, blocked: 1, held: 2, waiting: 3, done: 4, unmanaged: 5 };

/** One verdict for every member of the lineage: what is taken or held first, then the weightiest of the rest. */
export function verdictsOf({ subject, actions, candidates, notes }: Draft): Verdict[] {
  const { lineage, effective, family, leftAlone } = subject;
  return lineage.members.map((image) => {
    const key = keyOf(image);
    const own = notes.filter((note) => note.image === key);
    const acting = actions.filter((action) => action.image === key);
    const lead = candidates.filter(({ action }) => action.image === key).flatMap(leadOf);
    const rest = [...acting.flatMap(whyOf), ...own.map(({ why }) => why)].sort(byWeight);
    const reasons = unique(leftAlone ? [leftAlone] : [...stateOf(image), ...lead, ...rest]);
    const first = reasons[0] ?? fallback(image, subject.ours);
    const next = earliest(own.flatMap((note) => note.next ?? []));
    return {
      image: key,
      root: lineage.root,
      ...(effective.names[0] !== undefined && { policy: effective.names[0] }),
      ...(family !== undefined && { family }),
      code: first.code,
      reasons: reasons.length > 0 ? reasons : [first],
      ...(next && !leftAlone && { next }),
    };
  });
}

const whyOf = ({ why }: Action): readonly Reason[] => why;

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

const unique = (reasons: readonly Reason[]): readonly Reason[] =>
  reasons.length < 2 ? reasons : [...new Map(reasons.map((reason) => [JSON.stringify(reason), reason])).values()];

const earliest = (all: readonly Next[]): Next | undefined =>
  all.reduce<Next | undefined>((a, b) => (a === undefined || b.at < a.at ? b : a), undefined);
