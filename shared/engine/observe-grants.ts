import type { Evidence } from '../model/evidence.ts';
import { unknown } from '../model/evidence.ts';
import { type ImageKey, imageRef } from '../model/ids.ts';
import { keyOf } from '../model/image.ts';
import type { Inventory } from '../model/inventory.ts';
import type { Principal } from '../model/policy.ts';
import { day } from '../model/time.ts';
import { lineagesOf, wantedGrants } from '../rules/decide.ts';
import { inBatches } from './batches.ts';
import type { Engine } from './engine.ts';
import { evidence, type Look } from './reading.ts';

/** One call per image, so a run that looks at everything checks in slices; what is not read counts as not read. */
const slice = 200;
const checkEvery = day;

interface GrantsRead {
  readonly grants: Record<ImageKey, Evidence<readonly Principal[]>>;
  readonly granted: Record<ImageKey, readonly Principal[]>;
}

export const withGrants = (inventory: Inventory, { grants, granted }: GrantsRead): Inventory => ({
  ...inventory,
  grants: { ...inventory.grants, ...grants },
  records: { ...inventory.records, granted: { ...inventory.records.granted, ...granted } },
});

export async function readGrants(engine: Engine, images: readonly ImageKey[]): Promise<GrantsRead> {
  const found = await inBatches(images, async (image) => {
    const grants = await evidence(() => engine.images.grants(imageRef(image)));
    const granted = await engine.ledger.granted(image);
    return { image, granted, grants: present(grants) };
  });
  return {
    grants: Object.fromEntries(found.map(({ image, grants }) => [image, grants])),
    granted: Object.fromEntries(found.map(({ image, granted }) => [image, granted])),
  };
}

const present = (grants: Evidence<Principal[] | undefined>): Evidence<readonly Principal[]> => {
  if (!grants.complete) return grants;
  return grants.value ? { complete: true, value: grants.value } : unknown('EC2 does not know the image');
};

/** Images whose launch permissions this look is to compare with what policies want. */
export function grantsToRead(engine: Engine, inventory: Inventory, look: Look['grants']): ImageKey[] {
  const now = engine.clock.now();
  const wanted = wantedGrants(inventory, engine.policy, now);
  if (look === 'all') return [...wanted.keys()];
  if (look === 'due') return due(inventory, wanted, now);
  const lineage = lineagesOf(inventory).find(({ members }) => members.some((image) => keyOf(image) === look.of));
  return (lineage?.members ?? []).map(keyOf).filter((image) => wanted.has(image));
}

function due(inventory: Inventory, wanted: ReadonlyMap<ImageKey, { digest: string }>, now: number): ImageKey[] {
  const last = (image: ImageKey) => inventory.records.images[image]?.shares;
  const old = [...wanted].filter(([image, { digest }]) => {
    const shares = last(image);
    return shares?.wanted !== digest || now - shares.verifiedAt >= checkEvery;
  });
  return old
    .map(([image]) => image)
    .sort((a, b) => (last(a)?.verifiedAt ?? 0) - (last(b)?.verifiedAt ?? 0))
    .slice(0, slice);
}
