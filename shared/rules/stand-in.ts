import { because, type Reason } from '../model/codes.ts';
import { type ImageKey, imageKey } from '../model/ids.ts';
import { isNewer, namedBy } from '../model/pointer.ts';
import type { ImageRecord, Revocation } from '../model/records.ts';
import type { Instant } from '../model/time.ts';
import { descentFrom } from './descent.ts';
import { once } from './once.ts';
import { push } from './order.ts';
import type { Claim } from './pointers.ts';
import { type Context, type Ready, revocationOf } from './publish-forward.ts';
import { recordedIn } from './recorded.ts';
import type { World } from './world.ts';

/** A revoked lineage that a pointer names, was asked to name or has left, and what people said of it. */
export interface Left {
  readonly root: ImageKey;
  readonly word: Revocation;
  /** What people put in its place, as long as that is not revoked itself. */
  readonly to: ImageKey | undefined;
}

/** Of several the one revoked last: the others were in view by then. */
export function leftBy(claim: Claim, context: Context): Left | undefined {
  const { world } = context;
  const { asked, shown } = followedBy(claim, context);
  const left = [shown?.root, asked?.root, asked?.leaves].flatMap((root): Left[] => {
    const word = root && revocationOf({ root }, world);
    if (!root || !word) return [];
    return [{ root, word, to: revocationOf({ root: word.to }, world) ? undefined : word.to }];
  });
  return left.reduce<Left | undefined>((a, b) => (a && a.word.at >= b.word.at ? a : b), undefined);
}

/** The lineage that a pointer names, and what it was last asked for. */
function followedBy({ key, pointer, wish }: Claim, { world, lineageOf }: Context) {
  const { pointers, records } = world.inventory;
  const seen = pointers[key];
  const named = seen?.complete ? namedBy(seen.value, wish.setDefault) : undefined;
  // Stryker disable next-line ConditionalExpression: no image is named `undefined`.
  const image = named === undefined ? undefined : imageKey(pointer.region, named);
  return { asked: records.pointers[key], shown: image && (lineageOf.get(image) ?? records.images[image]) };
}

/**
 * Whether a lineage has no place behind a revoked one: people named another, or it was made of the bad one. What is built
 * after their word is what they wait for.
 */
export function isPassedOver(
  { root, built = Number.POSITIVE_INFINITY }: { readonly root: ImageKey; readonly built?: Instant },
  { root: left, word, to }: Left,
  world: World,
): boolean {
  if (built > word.at) return false;
  return to === undefined ? madeOf(world)(left).has(root) : root !== to;
}

/** What a pointer leaves to name this image, where that is no step forward, or people asked for this very step. */
export function leaving(ready: Ready, context: Context): Left | undefined {
  const left = leftBy(ready, context);
  if (left?.to === ready.release.root) return left;
  const { world } = context;
  const { asked, shown } = followedBy(ready, context);
  return [asked, shown].flatMap((one) => {
    if (!one) return [];
    const { built = Number.NEGATIVE_INFINITY, root } = one;
    const word = isNewer({ built, root }, ready.release) ? revocationOf({ root }, world) : undefined;
    return word ? [{ root, word, to: undefined }] : [];
  })[0];
}

/** The lineage that people named goes where they want it, whatever newer one is named now. */
export const withWord = (ready: Ready, left: Left | undefined): Ready =>
  left?.to === ready.release.root ? { ...ready, despite: left.word.at } : ready;

/** Who took whose place, by their names. */
export const inPlaceOf = ({ root, to }: Left, { inventory: { records } }: World) => ({
  // Stryker disable next-line OptionalChaining: what is revoked has a record.
  left: records.images[root]?.name ?? root,
  ...(to !== undefined && { to: records.images[to]?.name ?? to }),
});

/** What is told of a pointer that leaves: it may name nothing, or another by now. */
export const toldOf = (left: Left, world: World) => ({
  from: inPlaceOf(left, world).left,
  reason: left.word.reason,
  ...(left.to !== undefined && { chosen: true }),
});

/** Lineages that were made of one, and that one itself. */
const madeOf = once((world: World) => {
  const known = new Map<ImageKey, ReadonlySet<ImageKey>>();
  return (root: ImageKey): ReadonlySet<ImageKey> => {
    const made = known.get(root) ?? new Set(descentFrom(root, world).lineages.map((one) => one.root));
    // Stryker disable next-line CallExpression: it only spares the search.
    known.set(root, made);
    return made;
  };
});

/** Why a lineage is not retired: people put it in the place of a revoked one, and a pointer follows one of them. */
export function standsIn(root: ImageKey, world: World): Reason | undefined {
  const replaced = replacedBy(world).get(root);
  if (!replaced) return undefined;
  const left = replaced.find(({ image }) => isFollowed(image, world));
  return left && because('stands-in', { left: left.name });
}

/** Some pointer names a root, was asked to, or has left it for another one than people put in its place since. */
const isFollowed = (root: ImageKey, { inventory: { records }, published }: World): boolean =>
  Object.values(records.pointers).some((one) => one.root === root || one.leaves === root) ||
  [...published.keys()].some((image) => records.images[image]?.root === root);

/** Revoked images, by what people put in their place. */
const replacedBy = once(({ inventory }: World) => {
  const replaced = new Map<ImageKey, ImageRecord[]>();
  recordedIn(inventory).all.forEach((record) => {
    if (record.revoked?.to !== undefined) push(replaced, record.revoked.to, record);
  });
  return replaced;
});
