import { actionId } from '../model/action-id.ts';
import { type Code, doubts } from '../model/codes.ts';
import { approvalLife } from '../model/control.ts';
import { changedParts, digestsOf } from './basis.ts';
import type { Candidate } from './retire.ts';
import { imagesInUse } from './runs.ts';
import type { World } from './world.ts';

/** Nothing but doubts holds it, so a person's word is enough. */
export const isHalted = ({ guards }: Candidate): boolean =>
  guards.length > 0 && guards.every(({ code }) => doubts.includes(code));

/** Which doubts a person has put aside for a step, seeing what it still rests on. */
export type Lifted = (candidate: Candidate) => readonly Code[];

/** An approval counts for a day, under the same policy, and while nothing that the step rests on has changed. */
export function liftedBy(candidates: readonly Candidate[], policyHash: string, world: World): Lifted {
  const { inventory, now } = world;
  const approvals = new Map(
    (inventory.records.approvals ?? [])
      .filter((approval) => approval.at <= now && now < approval.at + approvalLife)
      .filter((approval) => approval.policyHash === policyHash && imagesInUse(inventory) >= approval.inUse)
      .map((approval) => [approval.step, approval]),
  );
  if (approvals.size === 0) return () => [];
  const named = candidates.map(({ action }) => action).filter((action) => approvals.has(actionId(action)));
  const digests = digestsOf(inventory, named);
  return ({ action }) => {
    const id = actionId(action);
    const approval = approvals.get(id);
    const rests = digests[id];
    return approval && rests && changedParts(approval.basis, rests).length === 0
      ? approval.lifts.filter((code) => doubts.includes(code))
      : [];
  };
}

/** The candidate without the doubts that a person has put aside. */
export function relieved(candidate: Candidate, lifted: Lifted): Candidate {
  const put = lifted(candidate);
  return put.length === 0
    ? candidate
    : { ...candidate, guards: candidate.guards.filter(({ code }) => !put.includes(code)) };
}
