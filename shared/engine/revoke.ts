import type { Evidence } from '../model/evidence.ts';
import type { ImageKey } from '../model/ids.ts';
import type { Inventory } from '../model/inventory.ts';
import type { Plan } from '../model/plan.ts';
import { type ImageRecord, type Revocation, withoutFields } from '../model/records.ts';
import { type Engine, startRun, writtenBy } from './engine.ts';
import { withUsageOfImages } from './observe-usage.ts';
import { recordingOf } from './recording.ts';

interface Seen {
  readonly inventory: Inventory;
  readonly plan: Plan;
}

/** What pointers are to name in the place of these roots. */
export interface StandIn {
  readonly to: ImageKey;
  readonly roots: readonly ImageKey[];
}

/**
 * The inventory as it will be once these lineages are revoked, with what is then to be read of their images: what would
 * follow can be decided before anything is done.
 */
export async function asRevoked(
  engine: Engine,
  { inventory, plan }: Seen,
  roots: readonly ImageKey[],
  word: Omit<Revocation, 'at'>,
  standIn?: StandIn,
): Promise<Inventory> {
  const at = engine.clock.now();
  const fresh = recordingOf(inventory, engine.policy, plan, at).images.map(({ record }) => record);
  const records: Inventory['records']['images'] = {
    ...Object.fromEntries(fresh.map((record) => [record.image, record])),
    ...inventory.records.images,
  };
  const revoked = roots.flatMap((root) => {
    const record = records[root];
    const to = standIn?.roots.includes(root) && { to: standIn.to };
    return record ? [[root, revokedBy(record, { ...word, at, ...to })] as const] : [];
  });
  const images = { ...inventory.records.images, ...Object.fromEntries(revoked) };
  const after: Inventory = { ...inventory, records: { ...inventory.records, images } };
  return word.disable ? withUsageOfImages(engine, after) : after;
}

/**
 * Writes down that people took lineages out of use. Whoever decides next, here or in a function, moves pointers back,
 * copies and ranks them no more, and disables them where that was asked for. `restore` takes it back.
 * @param revoked what `asRevoked` made
 */
export async function revoke(engine: Engine, revoked: Inventory, roots: readonly ImageKey[]): Promise<void> {
  const run = startRun(engine, 'revoke');
  await noteAncestry(engine, revoked);
  for (const root of roots) {
    const record = revoked.records.images[root];
    const { revoked: word } = record ?? {};
    if (!record || !word) throw new Error(`${root} was never seen`);
    const { at: _when, ...detail } = word;
    await engine.ledger.append({
      at: engine.clock.now(),
      image: root,
      what: 'revoke',
      phase: 'seen',
      ...writtenBy(run),
      policyHash: engine.policy.hash,
      detail,
    });
    await engine.ledger.saveImage(root, (before) => revokedBy(before ?? record, word));
  }
}

/** So that whoever decides next knows as well what was made of the bad image. */
async function noteAncestry({ ledger }: Engine, { ancestry = {}, records }: Inventory): Promise<void> {
  for (const [image, told] of Object.entries(ancestry) as [ImageKey, Evidence<readonly ImageKey[]>][]) {
    const record = records.images[image];
    if (!told.complete || !record || record.newer || record.ancestors) continue;
    await ledger.saveImage(image, (before = record) => ({ ...before, ancestors: told.value }));
  }
}

const revokedBy = (record: ImageRecord, revoked: Revocation): ImageRecord => ({
  ...withoutFields(record, ['restored']),
  revoked,
});
