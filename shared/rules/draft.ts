import type { Reason } from '../model/codes.ts';
import type { ImageKey } from '../model/ids.ts';
import type { Action } from '../model/plan.ts';
import type { Next } from './ladder.ts';
import type { Candidate } from './retire.ts';
import type { Subject } from './subject.ts';

/** One thing to say about one image. */
export interface Note {
  readonly image: ImageKey;
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

export const join = (...parts: readonly Part[]): Part => ({
  actions: parts.flatMap(({ actions }) => actions),
  candidates: parts.flatMap(({ candidates }) => candidates),
  notes: parts.flatMap(({ notes }) => notes),
});
