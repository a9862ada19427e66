import type { Answer } from './case.ts';
import { placesOf } from './match.ts';
import type { Played } from './play.ts';

export interface Difference {
  readonly call: string;
  readonly id: string;
  readonly kind:
    | 'missing operation'
    | 'other error'
    | 'error'
    | 'no error'
    | 'missing field'
    | 'additional field'
    | 'value'
    | 'not asked';
  readonly what: string;
}

/** What endpoints call an operation that they do not have; the SDK has its own words for a page that is no answer. */
const unknownCodes =
  /^(?:InvalidAction|UnknownOperationException|NotImplemented|UnsupportedOperation|SyntaxError|Error|UnknownError)$/;

const lacksOperation = (answer: Answer): boolean =>
  'failure' in answer && (unknownCodes.test(answer.failure.code) || answer.failure.status === 501);

const outcome = (answer: Answer): string =>
  'failure' in answer ? `${answer.failure.code} (${answer.failure.status})` : 'an answer';

/** Places in the first that the second lacks; below one that is lacking, all is. */
function lacking(here: readonly string[], there: readonly string[]): string[] {
  const missing = here.filter((place) => !there.includes(place));
  return missing.filter((place) => !missing.some((other) => place.startsWith(`${other}.`)));
}

type Found = Pick<Difference, 'kind' | 'what'>;

function ofAnswers(ours: Answer, theirs: Answer): Found[] {
  if (lacksOperation(theirs) && !('failure' in ours && outcome(ours) === outcome(theirs)))
    return [{ kind: 'missing operation', what: outcome(theirs) }];
  if ('failure' in ours || 'failure' in theirs) {
    if (outcome(ours) === outcome(theirs)) return [];
    const kind = 'failure' in ours ? ('failure' in theirs ? 'other error' : 'no error') : 'error';
    const message = 'failure' in theirs ? `: ${theirs.failure.message}` : '';
    return [{ kind, what: `${outcome(theirs)}${message}, not ${outcome(ours)}` }];
  }
  const here = placesOf(ours.output);
  const there = placesOf(theirs.output);
  return [
    ...lacking(here, there).map((what): Found => ({ kind: 'missing field', what })),
    ...lacking(there, here).map((what): Found => ({ kind: 'additional field', what })),
  ];
}

function ofCase(ours: Played, theirs: Played): Found[] {
  if (theirs.left !== undefined) return [{ kind: 'not asked', what: theirs.left }];
  if (!ours.answer || !theirs.answer) return [];
  const found = ofAnswers(ours.answer, theirs.answer);
  if ('failure' in theirs.answer || found.some(({ kind }) => kind === 'no error')) return found;
  return [...found, ...theirs.problems.map((what): Found => ({ kind: 'value', what }))];
}

/** How an endpoint's answers differ from those of the embedded AWS to the same cases. */
export const differencesOf = (ours: readonly Played[], theirs: readonly Played[]): Difference[] =>
  ours.flatMap((played, index) => {
    const other = theirs[index];
    const { call, id } = played.test;
    return other ? ofCase(played, other).map((found) => ({ call, id, ...found })) : [];
  });
