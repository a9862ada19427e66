import type { ImageKey } from '../model/ids.ts';
import { keyOf } from '../model/image.ts';
import { face, type Lineage } from '../model/lineage.ts';
import { sourceOf } from './lineages.ts';
import type { World } from './world.ts';

/** What a lineage was built from, nearest first, copies on the way included. */
export interface Ancestors {
  readonly keys: readonly ImageKey[];
  /** Why there may be more. Absent: the chain was followed to its end. */
  readonly why?: string;
}

type Known = Pick<World, 'images' | 'inventory'>;

/** Follows what the images, our records and EC2 say, upward from the root, or from a copy once the root is gone. */
export function ancestorsOf(lineage: Lineage, world: Known): Ancestors {
  const { keys, ...end } = chainFrom(keyOf(face(lineage)), world);
  return { keys: keys.filter((key) => key !== lineage.root), ...end };
}

function chainFrom(start: ImageKey, world: Known): Ancestors {
  const keys: ImageKey[] = [];
  for (let at = start; ; ) {
    const told = toldOf(at, world);
    if (told) return { keys: [...keys, ...told] };
    const parent = parentOf(at, world);
    if (parent === 'none') return { keys };
    if (parent === 'lost') return { keys, why: lostAt(start, at, world) };
    if (parent === start || keys.includes(parent)) return { keys, why: `its sources run in a circle at ${parent}` };
    keys.push(parent);
    at = parent;
  }
}

/** The whole chain above an image, where EC2 has been asked for it, now or before. */
function toldOf(key: ImageKey, { inventory }: Known): readonly ImageKey[] | undefined {
  const told = inventory.ancestry?.[key];
  return inventory.records.images[key]?.ancestors ?? (told?.complete ? told.value : undefined);
}

/** A record alone proves no end: it knows the parent of an image made by CreateImage and the root of a copy, no more. */
function parentOf(key: ImageKey, { images, inventory }: Known): ImageKey | 'none' | 'lost' {
  const image = images.get(key);
  const source = image && sourceOf(image);
  if (source) return source;
  const record = inventory.records.images[key];
  const recorded = record?.role === 'copy' && record.root !== key ? record.root : record?.parent;
  if (recorded) return recorded;
  return image && image.sourceImageId === undefined ? 'none' : 'lost';
}

function lostAt(start: ImageKey, at: ImageKey, { inventory }: Known): string {
  const told = inventory.ancestry?.[start];
  return told && !told.complete ? told.why : `what ${at} was built from was not read`;
}
