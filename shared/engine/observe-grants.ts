import type { Evidence } from '../model/evidence.ts';
import { unknown } from '../model/evidence.ts';
import { type ImageKey, imageRef } from '../model/ids.ts';
import { keyOf } from '../model/image.ts';
import type { Inventory } from '../model/inventory.ts';
import { accountOf, type Principal } from '../model/policy.ts';
import type { Grant } from '../model/records.ts';
import type { Refusal } from '../model/refusal.ts';
import type { StorageGrant, StorageReading } from '../model/storage.ts';
import { day } from '../model/time.ts';
import { lineagesOf } from '../rules/lineages.ts';
import { wantedGrants } from '../rules/survey.ts';
import { inBatches } from './batches.ts';
import type { Engine } from './engine.ts';
import { storageReader } from './observe-storage.ts';
import { evidence, type Look } from './reading.ts';

/** One call per image, so a run that looks at everything checks in slices; what is not read counts as not read. */
const slice = 200;
const checkEvery = day;

interface GrantsRead {
  readonly grants: Record<ImageKey, Evidence<readonly Principal[]>>;
  readonly storage: Record<ImageKey, StorageReading>;
  readonly granted: Record<ImageKey, readonly Principal[]>;
  readonly onceGranted: Record<ImageKey, readonly Principal[]>;
  readonly refused: Record<ImageKey, readonly Refusal[]>;
}

/** The inventory with what was read put over what it knew. */
export const withGrants = (
  inventory: Inventory,
  { grants, storage, granted, onceGranted, refused }: GrantsRead,
): Inventory => ({
  ...inventory,
  grants: { ...inventory.grants, ...grants },
  storage: { ...inventory.storage, ...storage },
  records: {
    ...inventory.records,
    granted: { ...inventory.records.granted, ...granted },
    onceGranted: { ...inventory.records.onceGranted, ...onceGranted },
    refused: { ...inventory.records.refused, ...refused },
  },
});

export async function readGrants(
  engine: Engine,
  inventory: Inventory,
  images: readonly ImageKey[],
  also: { readonly snapshots?: boolean } = {},
): Promise<GrantsRead> {
  const asked = new Set(images);
  const wanted = wantedGrants(inventory, engine.policy, engine.clock.now(), ({ members }) =>
    members.some((image) => asked.has(keyOf(image))),
  );
  const readStorage = storageReader(engine, inventory);
  const found = await inBatches(images, async (image) => {
    const grants = present(await evidence(() => engine.images.grants(imageRef(image))));
    const rows = await engine.ledger.grants(image);
    const given = rows.flatMap(storageGrant);
    return { image, grants, rows, storage: await readStorage(image, wanted.get(image), given, also) };
  });
  const each = <T>(read: (one: (typeof found)[number]) => T): Record<ImageKey, T> =>
    Object.fromEntries(found.map((one) => [one.image, read(one)]));
  return {
    grants: each(({ grants }) => grants),
    storage: each(({ storage }) => storage),
    granted: each(({ rows }) => rows.flatMap(launchGrant)),
    onceGranted: each(({ rows }) => rows.map(({ principal }) => principal)),
    refused: each(({ rows }) => rows.flatMap(refusal)),
  };
}

/** What a newer version gave is for that version to take back. */
const launchGrant = ({ principal, on, given, newer }: Grant): Principal[] =>
  given && !newer && on === undefined ? [principal] : [];

function storageGrant({ principal, on, given, newer }: Grant): StorageGrant[] {
  const account = accountOf(principal);
  return given && !newer && on !== undefined && account !== undefined ? [{ on, account }] : [];
}

const refusal = ({ principal, on, at, refused }: Grant): Refusal[] =>
  refused === undefined ? [] : [{ principal, ...(on !== undefined && { on }), at, why: refused }];

const present = (grants: Evidence<Principal[] | undefined>): Evidence<readonly Principal[]> => {
  if (!grants.complete) return grants;
  return grants.value ? { complete: true, value: grants.value } : unknown('EC2 does not know the image');
};

/** Images whose launch permissions this look is to compare with what policies want. */
export function grantsToRead(engine: Engine, inventory: Inventory, look: Look['grants']): ImageKey[] {
  const now = engine.clock.now();
  if (typeof look !== 'string') return ofLineage(engine, inventory, look.of, now);
  const wanted = wantedGrants(inventory, engine.policy, now);
  return look === 'all' ? [...wanted.keys()] : due(inventory, wanted, now);
}

function ofLineage(engine: Engine, inventory: Inventory, member: ImageKey, now: number): ImageKey[] {
  const lineage = lineagesOf(inventory).find(({ members }) => members.some((image) => keyOf(image) === member));
  if (!lineage) return [];
  const wanted = wantedGrants(inventory, engine.policy, now, ({ root }) => root === lineage.root);
  return lineage.members.map(keyOf).filter((image) => wanted.has(image));
}

/** What is to be taken back comes first, with half of the places: of the rest, who was looked at longest ago. */
function due(inventory: Inventory, wanted: ReadonlyMap<ImageKey, { digest: string }>, now: number): ImageKey[] {
  const last = (image: ImageKey) => inventory.records.images[image]?.shares;
  const surplus = [...wanted.keys()].filter((image) => last(image)?.surplus).slice(0, slice / 2);
  const old = [...wanted].filter(([image, { digest }]) => {
    const shares = last(image);
    return shares?.wanted !== digest || now - shares.verifiedAt >= checkEvery;
  });
  const aged = old.map(([image]) => image).sort((a, b) => (last(a)?.verifiedAt ?? 0) - (last(b)?.verifiedAt ?? 0));
  return [...new Set([...surplus, ...aged])].slice(0, slice);
}
