import type { Reason } from '../model/codes.ts';
import type { Image } from '../model/image.ts';
import type { Action } from '../model/plan.ts';
import type { Next } from './ladder.ts';
import type { Candidate } from './retire.ts';
import type { Subject } from './subject.ts';

/** One thing to say about one member of a lineage. */
export interface Note {
  readonly image: Image;
  readonly why: Reason;
  readonly next?: Next;
}

/** What the rules say about one lineage, before the breaker has seen the whole. */
export interface Draft {
  readonly subject: Subject;
  readonly actions: readonly Action[];
  readonly candidates: readonly Candidate[];
  readonly notes: readonly Note[];
}

export type Part = Omit<Draft, 'subject'>;

export const nothing: Part = { actions: [], candidates: [], notes: [] };

export const said = (image: Image, ...why: readonly Reason[]): Part =>
  why.length === 0 ? nothing : { ...nothing, notes: why.map((reason) => ({ image, why: reason })) };

/** Most parts say little, and there is one of them for every image: lists are made only where two meet. */
export function join(...parts: readonly Part[]): Part {
  let { actions, candidates, notes } = nothing;
  for (const part of parts) {
    actions = both(actions, part.actions);
    candidates = both(candidates, part.candidates);
    notes = both(notes, part.notes);
  }
  return { actions, candidates, notes };
}

/** One after the other. */
export const both = <T>(a: readonly T[], b: readonly T[]): readonly T[] =>
  b.length === 0 ? a : a.length === 0 ? b : [...a, ...b];
