import type { Evidence } from '../model/evidence.ts';
import { type ImageId, type ImageKey, imageRef, type Region } from '../model/ids.ts';
import type { Inventory } from '../model/inventory.ts';
import { type ImageRecord, withoutFields } from '../model/records.ts';
import type { Instant } from '../model/time.ts';
import { type Gone, recoveries } from '../rules/recover.ts';
import { type Engine, startRun, writtenBy } from './engine.ts';
import { evidence } from './reading.ts';

/** The inventory as it will be once people have had a lineage restored. */
export function asRestored(inventory: Inventory, root: ImageKey, at: Instant, reason: string): Inventory {
  const record = inventory.records.images[root];
  if (!record) return inventory;
  const images = { ...inventory.records.images, [root]: restored(record, at, reason) };
  return { ...inventory, records: { ...inventory.records, images } };
}

/** What the Recycle Bin can give back of a lineage, and what is lost. */
export async function lookBack({ ledger, images }: Engine, root: ImageKey) {
  const gone = (await ledger.lineage(root)).filter(({ goneAt }) => goneAt !== undefined);
  const bins = new Map<Region, Evidence<ImageId[]>>();
  for (const { region } of gone.map(({ image }) => imageRef(image)))
    if (!bins.has(region)) bins.set(region, await evidence(() => images.inBin(region)));
  const found = gone.map((record): Gone => {
    const { region, id } = imageRef(record.image);
    const bin = bins.get(region);
    return { record, inBin: bin?.complete ? { complete: true, value: bin.value.includes(id) } : unread(bin) };
  });
  return recoveries(found);
}

const unread = (bin: Evidence<unknown> | undefined): Evidence<boolean> => ({
  complete: false,
  why: bin?.complete === false ? bin.why : 'it was not read',
});

/**
 * Writes down that people want undone what was done to a lineage. Whoever decides next, here or in a function, undoes
 * the steps of the ladder and a revocation, and takes nothing from it for a while.
 */
export async function restore(engine: Engine, root: ImageKey, reason: string): Promise<void> {
  const { ledger, policy } = engine;
  const run = startRun(engine, 'restore');
  const { at } = run;
  const entry = {
    at,
    image: root,
    what: 'restore',
    phase: 'seen' as const,
    ...writtenBy(run),
    policyHash: policy.hash,
  };
  await ledger.append({ ...entry, detail: { reason } });
  await ledger.saveImage(root, (record) => {
    if (!record) throw new Error(`${root} was never recorded`);
    return restored(record, at, reason);
  });
}

const restored = (record: ImageRecord, at: Instant, reason: string): ImageRecord => ({
  ...withoutFields(record, ['revoked']),
  restored: { at, reason },
});
