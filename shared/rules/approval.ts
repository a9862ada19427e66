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
// Stryker disable ArrayDeclaration: no doubt and no step is named as the fault is.
export function liftedBy(candidates: readonly Candidate[], policyHash: string, world: World): Lifted {
  const { inventory, now } = world;
  const approvals = new Map(
    (inventory.records.approvals ?? [])
      .filter((approval) => approval.at <= now && now < approval.at + approvalLife)
      .filter((approval) => approval.policyHash === policyHash && imagesInUse(inventory) >= approval.inUse)
      .map((approval) => [approval.step, approval]),
  );
  // Stryker disable next-line ConditionalExpression: it only spares the digests.
  if (approvals.size === 0) return () => [];
  // Stryker disable next-line MethodExpression: nobody asks for the digests of other steps.
  const named = candidates.map(({ action }) => action).filter((action) => approvals.has(actionId(action)));
  const digests = digestsOf(inventory, named);
  return ({ action }) => {
    const id = actionId(action);
    const approval = approvals.get(id);
    return approval && changedParts(approval.basis, digests[id] ?? {}).length === 0
      ? approval.lifts.filter((code) => doubts.includes(code))
      : [];
  };
}
// Stryker restore ArrayDeclaration

/** The candidate without the doubts that a person has put aside. */
export function relieved(candidate: Candidate, lifted: Lifted): Candidate {
  const put = lifted(candidate);
  return { ...candidate, guards: candidate.guards.filter(({ code }) => !put.includes(code)) };
}
