import { type Evidence, known } from '../model/evidence.ts';
import { type ImageKey, imageKey, isImageId, type Region } from '../model/ids.ts';
import { keyOf } from '../model/image.ts';
import type { Inventory } from '../model/inventory.ts';
import {
  everyNamed,
  type Pointer,
  type PointerKey,
  type PointerRecord,
  type PointerState,
  pointerKey,
} from '../model/pointer.ts';
import type { ImageRecord } from '../model/records.ts';
import { lineagesOf } from '../rules/lineages.ts';
import { wantedPointers } from '../rules/survey.ts';
import type { Engine } from './engine.ts';
import { evidence, type Look } from './reading.ts';

interface PointersRead {
  readonly pointers: Record<PointerKey, Evidence<PointerState>>;
  /** Records of images that a pointer names and that were not read before: gone ones, mostly. */
  readonly images: Record<ImageKey, ImageRecord>;
}

/** The inventory with the pointers, and the records of the images that they name. */
export function withPointers(inventory: Inventory, { pointers, images }: PointersRead): Inventory {
  if (Object.keys(pointers).length === 0) return inventory;
  const records = { ...inventory.records, images: { ...inventory.records.images, ...images } };
  return { ...inventory, pointers, records };
}

/** What the pointers name that policies want and that were ever moved; in a look at one lineage, its own only. */
export async function readPointers(engine: Engine, inventory: Inventory, look: Look): Promise<PointersRead> {
  const groups = toRead(engine, inventory, look).flatMap((pointers) => [
    ...Map.groupBy(pointers, ({ kind, region }) => `${region} ${kind}`).values(),
  ]);
  const read = (await Promise.all(groups.map((group) => readGroup(engine, group)))).flat();
  return { pointers: Object.fromEntries(read), images: await namedRecords(engine, inventory, read) };
}

/** Those that a policy has dropped come apart: the role may no longer read them, which must not blind us to the others. */
function toRead(
  engine: Engine,
  inventory: Inventory,
  { scope, grants }: Look,
): [wanted: Pointer[], dropped: Pointer[]] {
  const recorded = Object.values(inventory.records.pointers);
  if (recorded.length === 0 && !engine.policy.policies.some(({ publish }) => publish)) return [[], []];
  const byRoot = wantedPointers(inventory, engine.policy, engine.clock.now());
  if (scope === 'account' || typeof grants === 'string') return apart([...byRoot.values()].flat(), recorded);
  const lineage = lineagesOf(inventory).find(({ members }) => members.some((image) => keyOf(image) === grants.of));
  if (!lineage) return [[], []];
  const own = recorded.filter(({ root }) => root === lineage.root);
  return apart(byRoot.get(lineage.root) ?? [], own);
}

function apart(wanted: readonly Pointer[], recorded: readonly PointerRecord[]): [Pointer[], Pointer[]] {
  const first = new Map(wanted.map((pointer) => [pointerKey(pointer), pointer]));
  const rest = recorded.map(({ pointer }) => pointer).filter((pointer) => !first.has(pointerKey(pointer)));
  return [[...first.values()], rest];
}

type Reading = readonly [PointerKey, Evidence<PointerState>];

/** Pointers of another kind or Region are no worse off when these cannot be read. */
async function readGroup({ pointers }: Engine, group: readonly Pointer[]): Promise<Reading[]> {
  const [first] = group;
  if (!first) return [];
  const names = group.map(({ name }) => name).sort();
  const states = await evidence(() => pointers.read(first.kind, first.region, names));
  return group.map((pointer) => {
    const state = states.complete ? known(states.value.get(pointer.name) ?? absent) : states;
    return [pointerKey(pointer), state];
  });
}

const absent: PointerState = { kind: 'absent' };

async function namedRecords(engine: Engine, inventory: Inventory, read: readonly Reading[]) {
  const named = read.flatMap(([key, seen]) => (seen.complete ? imagesOf(regionOf(key), seen.value) : []));
  // What people said of an image that a pointer has left counts also once that image is gone.
  const left = Object.values(inventory.records.pointers).flatMap(({ leaves }) => leaves ?? []);
  const wanted = [...new Set([...named, ...left])];
  const unknown = wanted.filter((image) => inventory.records.images[image] === undefined).sort();
  const records = await engine.ledger.images(unknown);
  return Object.fromEntries(records.map((record) => [record.image, record]));
}

const regionOf = (key: PointerKey): Region => key.slice(0, key.indexOf(' '));

const imagesOf = (region: Region, state: PointerState): ImageKey[] =>
  everyNamed(state)
    .filter(isImageId)
    .map((id) => imageKey(region, id));
