import { because, type Reason } from '../model/codes.ts';
import { type Lifted, relieved } from './approval.ts';
import { breaker, type Surroundings } from './breaker.ts';
import type { Candidate } from './retire.ts';

/** What the breaker makes of each candidate: halted, passed on a person's word, or told of what would halt it. */
export function stopper(candidates: readonly Candidate[], lifted: Lifted, surroundings: Surroundings) {
  const passes = (candidate: Candidate): boolean =>
    candidate.counted === undefined || lifted(candidate).includes('breaker');
  const free = candidates.map((candidate) => relieved(candidate, lifted)).filter((candidate) => !passes(candidate));
  const hold = halt(breaker(free, surroundings, 'apply'));
  const warn = forewarn(breaker(free, surroundings, 'plan'));
  return (candidate: Candidate): Candidate => {
    const left = relieved(candidate, lifted);
    if (candidate.action.mode === 'plan') return warn(left);
    return passes(candidate) ? left : hold(left);
  };
}

/**
 * Whatever trips the breaker halts the whole plan. Each step carries what its own policies and family tripped, or the
 * first of all where that is nothing, so that a large plan does not repeat every reason at every image.
 */
function halt(reasons: readonly Reason[]): (candidate: Candidate) => Candidate {
  const [first] = reasons;
  if (!first) return (candidate) => candidate;
  const ownOf = byPlace(reasons);
  return (candidate) => {
    const own = ownOf(candidate);
    return { ...candidate, guards: [...candidate.guards, ...(own.length > 0 ? own : [first])] };
  };
}

/** In mode plan nothing is halted, and whoever reads the plan learns what mode apply would do with it. */
function forewarn(reasons: readonly Reason[]): (candidate: Candidate) => Candidate {
  const ownOf = byPlace(reasons.map(({ data = {} }) => because('breaker-ahead', data)));
  return (candidate) => {
    const ahead = candidate.guards.length > 0 ? [] : ownOf(candidate);
    if (ahead.length === 0) return candidate;
    return { ...candidate, action: { ...candidate.action, why: [...candidate.action.why, ...ahead] } };
  };
}

/** What the policies and the family of a candidate tripped. */
function byPlace(reasons: readonly Reason[]): (candidate: Candidate) => readonly Reason[] {
  const places = Map.groupBy(reasons, ({ data = {} }) => `${data.step} ${data.family ?? ''}`);
  return ({ action: { kind, family } }) => [
    ...(places.get(`${kind} `) ?? []),
    ...(family ? (places.get(`${kind} ${family}`) ?? []) : []),
  ];
}
