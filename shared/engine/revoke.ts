import type { ImageKey } from '../model/ids.ts';
import type { Inventory } from '../model/inventory.ts';
import type { Plan } from '../model/plan.ts';
import type { ImageRecord } from '../model/records.ts';
import { type Engine, startRun } from './engine.ts';
import { recordingOf } from './recording.ts';

interface Seen {
  readonly inventory: Inventory;
  readonly plan: Plan;
}

/** The inventory as it will be once these lineages are revoked: what would follow can be decided before anything is done. */
export function asRevoked(
  engine: Engine,
  { inventory, plan }: Seen,
  roots: readonly ImageKey[],
  reason: string,
): Inventory {
  const at = engine.clock.now();
  const fresh = recordingOf(inventory, engine.policy, plan, at).images.map(({ record }) => record);
  const records: Inventory['records']['images'] = {
    ...Object.fromEntries(fresh.map((record) => [record.image, record])),
    ...inventory.records.images,
  };
  const revoked = roots.flatMap((root) => {
    const record = records[root];
    return record ? [[root, { ...record, revoked: { at, reason } }] as const] : [];
  });
  return {
    ...inventory,
    records: { ...inventory.records, images: { ...inventory.records.images, ...Object.fromEntries(revoked) } },
  };
}

/**
 * Writes down that people took lineages out of use. Whoever decides next, here or in a function, moves pointers back, and
 * copies and ranks them no more.
 * @param revoked what `asRevoked` made
 */
export async function revoke(engine: Engine, revoked: Inventory, roots: readonly ImageKey[]): Promise<void> {
  const run = startRun(engine, 'revoke');
  for (const root of roots) {
    const record = revoked.records.images[root];
    const { revoked: word } = record ?? {};
    if (!record || !word) throw new Error(`${root} was never seen`);
    await note(engine, run.id, root, 'revoke', word.reason);
    await engine.ledger.saveImage(root, (before) => ({ ...(before ?? record), revoked: word }));
  }
}

/** The opposite: from now on it is an image like others, and pointers go forward to it again. */
export async function unrevoke(engine: Engine, root: ImageKey, reason: string): Promise<void> {
  await note(engine, startRun(engine, 'unrevoke').id, root, 'unrevoke', reason);
  await engine.ledger.saveImage(root, (record) => {
    if (!record) throw new Error(`${root} was never recorded`);
    const { revoked: _over, ...rest }: ImageRecord = record;
    return rest;
  });
}

async function note({ ledger, policy, clock }: Engine, run: string, image: ImageKey, what: string, reason: string) {
  await ledger.append({
    at: clock.now(),
    image,
    what,
    phase: 'seen',
    run,
    policyHash: policy.hash,
    detail: { reason },
  });
}
