import { actionId } from '../model/action-id.ts';
import type { Inventory } from '../model/inventory.ts';
import type { Action, Held, Plan } from '../model/plan.ts';
import { digestsOf } from '../rules/basis.ts';
import { imagesInUse } from '../rules/runs.ts';
import type { Engine } from './engine.ts';
import { startRun, writtenBy } from './engine.ts';

/**
 * Writes down a person's word on halted steps. Whoever decides next, here or in a function, finds it for a day: as long
 * as nothing that a step rests on changes.
 * @param reason in the person's words
 */
export async function approve(
  engine: Engine,
  { inventory, plan }: { readonly inventory: Inventory; readonly plan: Plan },
  isChosen: (action: Action) => boolean,
  reason: string,
): Promise<void> {
  const run = startRun(engine, 'approve');
  const policyHash = engine.policy.hash;
  const chosen = plan.halted.filter(isChosen);
  const digests = digestsOf(inventory, chosen);
  const common = { at: run.at, policyHash, reason, inUse: imagesInUse(inventory) };
  for (const action of chosen) {
    const { image, kind, policy } = action;
    const id = actionId(action);
    const lifts = doubtsOf(action, plan.held);
    await engine.ledger.saveApproval({ ...common, step: id, image, lifts, basis: digests[id] ?? {} });
    const detail = { step: kind, reason, lifts };
    const entry = {
      at: run.at,
      image,
      what: 'approve',
      phase: 'seen' as const,
      ...writtenBy(run),
      policy,
      policyHash,
      detail,
    };
    await engine.ledger.append(entry);
  }
}

const doubtsOf = ({ image, kind }: Action, held: readonly Held[]) => [
  ...new Set(
    held
      .filter((one) => one.image === image && one.step === kind)
      .flatMap(({ guards }) => guards.map(({ code }) => code)),
  ),
];
