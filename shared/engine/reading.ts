import { type Evidence, known, unknown } from '../model/evidence.ts';
import type { ImageKey, Region } from '../model/ids.ts';
import type { Inventory } from '../model/inventory.ts';
import type { Selector } from '../model/policy.ts';

/** What to look at. Images and records are always read in whole, since a lineage is judged with its family in view. */
export interface Look {
  readonly scope: Inventory['scope'];
  /** Launch permissions to read, one call per image: those of the lineage of an image, those due for a check, or all. */
  readonly grants: { readonly of: ImageKey } | 'due' | 'all';
  /** Whether to read who uses what, or where that depends on all the rest: asked once that is there. */
  readonly usage: boolean | ((seen: Inventory) => boolean);
  /** Regions to list besides those that policies watch. Usage is not read there. */
  readonly regions?: readonly Region[];
  /** A question asked of every image: what it needs is read too. */
  readonly question?: Selector;
}

/** A failed read, for whatever reason, is unknown. */
export async function evidence<T>(read: () => Promise<T>): Promise<Evidence<T>> {
  try {
    return known(await read());
  } catch (error) {
    return unknown(error instanceof Error ? error.message : String(error));
  }
}
