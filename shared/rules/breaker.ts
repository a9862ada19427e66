import { because, type Reason } from '../model/codes.ts';
import type { ImageKey } from '../model/ids.ts';
import { isLive } from '../model/image.ts';
import type { CompiledPolicy, Mode } from '../model/policy.ts';
import type { RunHistory } from '../model/records.ts';
import { once } from './once.ts';
import type { Candidate } from './retire.ts';
import { largestBefore } from './runs.ts';
import type { Subject } from './subject.ts';

/** What applies where no `retain` says otherwise. */
export const usualLimits = { perPlan: 5, percentOfFamily: 10 };

interface Count {
  readonly step: string;
  readonly policy: string;
  readonly family: string | undefined;
  readonly unit: 'lineage' | 'image';
  readonly as: ImageKey;
}

/** What the plan is held against. */
export interface Surroundings {
  readonly subjects: readonly Subject[];
  readonly policy: CompiledPolicy;
  readonly runs: RunHistory | undefined;
}

/**
 * Counts what policies in one mode would take, per step and policy, a lineage once with all its copies.
 * @returns why the whole plan is halted, or would be; empty when it may go on
 */
export function breaker(
  candidates: readonly Candidate[],
  { subjects, policy, runs }: Surroundings,
  mode: Mode,
): Reason[] {
  const live = liveByFamily(subjects);
  const limits = new Map(policy.policies.map(({ name, retain }) => [name, retain?.limits ?? usualLimits]));
  return [...countedBy(candidates, mode)].flatMap(([step, group]) => [
    ...tooMany(group, limits.get(group[0]?.policy ?? '') ?? usualLimits, live),
    ...moreThanUsual(group, largestBefore(runs, step)),
  ]);
}

/** The same counts as figures, under the step and the policy. */
export const countTaken = (candidates: readonly Candidate[]): Record<string, number> =>
  Object.fromEntries([...countedBy(candidates, 'apply')].map(([step, group]) => [step, distinct(group)]));

function countedBy(candidates: readonly Candidate[], mode: Mode): Map<string, Count[]> {
  const counts = candidates
    .filter(({ action, guards }) => action.mode === mode && guards.length === 0)
    .flatMap(({ action, counted }) => (counted ? [{ action, counted }] : []))
    .flatMap(({ action, counted }) =>
      counted.policies.map((name): Count => {
        return { step: action.kind, policy: name, family: action.family, unit: counted.unit, as: counted.as };
      }),
    );
  return Map.groupBy(counts, ({ step, policy: name }) => `${step} ${name}`);
}

/** A raised limit is watched: what is far more than earlier plans took is looked at by a person first. */
function moreThanUsual(group: readonly Count[], earlier: number | undefined): Reason[] {
  const first = group[0];
  const count = distinct(group);
  if (!first || earlier === undefined || count <= Math.max(usualLimits.perPlan, 2 * earlier)) return [];
  return [because('breaker', { step: first.step, policy: first.policy, count, earlier })];
}

function tooMany(group: readonly Count[], limits: typeof usualLimits, live: Live): Reason[] {
  const first = group[0];
  if (!first) return [];
  const { step, policy } = first;
  const total = distinct(group);
  const reasons: Reason[] = [];
  if (total > limits.perPlan) reasons.push(because('breaker', { step, policy, count: total, limit: limits.perPlan }));
  for (const [family, members] of Map.groupBy(group, (count) => count.family)) {
    if (family === undefined) continue;
    const count = distinct(members);
    const size = live.get(family)?.[members[0]?.unit ?? 'lineage'] ?? 0;
    if (count > 1 && count * 100 > size * limits.percentOfFamily)
      reasons.push(because('breaker', { step, policy, family, count, size, percent: limits.percentOfFamily }));
  }
  return reasons;
}

const distinct = (counts: readonly Count[]): number => new Set(counts.map(({ as }) => as)).size;

type Live = ReadonlyMap<string, Readonly<Record<Count['unit'], number>>>;

/** Live lineages and live images of each family. */
const liveByFamily = once((subjects: readonly Subject[]): Live => {
  const live = new Map<string, Record<Count['unit'], number>>();
  for (const { family, lineage } of subjects) {
    if (family === undefined || !lineage.members.some(isLive)) continue;
    const counts = live.get(family) ?? { lineage: 0, image: 0 };
    live.set(family, counts);
    counts.lineage += 1;
    for (const image of lineage.members) if (isLive(image)) counts.image += 1;
  }
  return live;
});
