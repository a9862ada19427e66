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

/**
 * The inventory as it will be once these lineages are revoked, with what is then to be read of their images: what would
 * follow can be decided before anything is done.
 */
export async function asRevoked(
  engine: Engine,
  { inventory, plan }: Seen,
  roots: readonly ImageKey[],
  word: Omit<Revocation, 'at'>,
): Promise<Inventory> {
  const at = engine.clock.now();
  const fresh = recordingOf(inventory, engine.policy, plan, at).images.map(({ record }) => record);
  const records: Inventory['records']['images'] = {
    ...Object.fromEntries(fresh.map((record) => [record.image, record])),
    ...inventory.records.images,
  };
  const revoked = roots.flatMap((root) => {
    const record = records[root];
    return record ? [[root, revokedBy(record, { ...word, at })] as const] : [];
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

const revokedBy = (record: ImageRecord, revoked: Revocation): ImageRecord => ({
  ...withoutFields(record, ['restored']),
  revoked,
});
