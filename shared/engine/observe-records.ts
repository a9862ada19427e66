import type { Ledger } from '../actions/ledger.ts';
import type { Evidence } from '../model/evidence.ts';
import type { ImageKey, Region } from '../model/ids.ts';
import { type Image, keyOf } from '../model/image.ts';
import { type PointerKey, type PointerRecord, pointerKey } from '../model/pointer.ts';
import type { CompiledPolicy } from '../model/policy.ts';
import type { CopyIntent, ImageRecord } from '../model/records.ts';
import { sourceOf } from '../rules/lineages.ts';

/** Records of every image that is listed, that one of them came from, or that was alive when last heard of, and their roots. */
export async function readImageRecords(
  ledger: Ledger,
  images: Readonly<Record<Region, Evidence<readonly Image[]>>>,
): Promise<Record<ImageKey, ImageRecord>> {
  const listed = Object.values(images).flatMap((seen) => (seen.complete ? seen.value : []));
  const sources = listed.flatMap((image) => sourceOf(image) ?? []);
  const wanted = [...new Set([...listed.map(keyOf), ...sources, ...(await ledger.alive())])].sort();
  const records = await ledger.images(wanted);
  const known = new Set(wanted);
  const roots = [...new Set(records.map(({ root }) => root))].filter((root) => !known.has(root)).sort();
  const all = roots.length > 0 ? [...records, ...(await ledger.images(roots))] : records;
  return Object.fromEntries(all.map((record) => [record.image, record]));
}

/** Copy intents of these roots in every Region that a policy copies to. */
export async function readIntents(
  ledger: Ledger,
  roots: readonly ImageKey[],
  policy: CompiledPolicy,
): Promise<Record<ImageKey, Record<Region, CopyIntent>>> {
  const targets = policy.policies.flatMap(({ copy }) => (copy?.to ?? []).map(({ region }) => region));
  const regions = [...new Set(targets)].sort();
  const found = await ledger.intents(roots.flatMap((root) => regions.map((region) => ({ root, region }))));
  const byRoot: Record<ImageKey, Record<Region, CopyIntent>> = {};
  for (const intent of found) byRoot[intent.root] = { ...byRoot[intent.root], [intent.region]: intent };
  return byRoot;
}

/** What every pointer was last asked to name, also where no policy speaks of it any more. */
export async function readPointerRecords(ledger: Ledger): Promise<Record<PointerKey, PointerRecord>> {
  const records = await ledger.pointers();
  return Object.fromEntries(records.map((record) => [pointerKey(record.pointer), record]));
}
