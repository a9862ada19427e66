import { type ImageKey, imageKey, imageRef, parseImageKey } from '../model/ids.ts';
import { type Image, keyOf, tagsOf } from '../model/image.ts';
import type { Inventory } from '../model/inventory.ts';
import type { Lineage, LineageOrigin } from '../model/lineage.ts';
import { mark } from '../model/marks.ts';
import type { Instant } from '../model/time.ts';
import { onceFor } from './once.ts';
import { byText } from './order.ts';

interface Trace {
  readonly root: ImageKey;
  readonly doubt?: Doubt;
}

type Doubt = Exclude<LineageOrigin, 'known'>;

interface Member {
  readonly key: ImageKey;
  readonly image: Image;
  readonly doubt: Doubt | undefined;
}

type Members = [Member, ...Member[]];

/** Either the end of the search, or the image to go on with. */
type Step = Trace | { readonly via: ImageKey };

/**
 * All images of the Regions that answered, in the order of their keys. EC2 goes on listing an image for a while after
 * it was deregistered: our tombstone is believed.
 */
export const imagesByKey = onceFor(
  ({ images, records }: Inventory) => [images, records.images],
  (inventory): ReadonlyMap<ImageKey, Image> => {
    const images = Object.values(inventory.images).flatMap((evidence) => (evidence.complete ? evidence.value : []));
    const isBuried = (key: ImageKey): boolean => inventory.records.images[key]?.goneAt !== undefined;
    return new Map(
      images
        .map((image): [ImageKey, Image] => {
          const key = keyOf(image);
          return [key, isBuried(key) ? { ...image, state: 'deregistered' } : image];
        })
        .sort((a, b) => byText(a[0], b[0])),
    );
  },
);

/** The image that EC2 names as the source: of a copy, or of the instance that an image was made from. */
export function sourceOf(image: Image): ImageKey | undefined {
  const region = image.sourceImageRegion ?? (image.sourceInstanceId ? image.region : undefined);
  return image.sourceImageId && region ? imageKey(region, image.sourceImageId) : undefined;
}

/** Groups images into lineages, each image in exactly one, by EC2's evidence first, our records second, tags last. */
export const lineagesOf = onceFor(
  ({ images, records, origins, account }: Inventory) => [images, records.images, origins, account],
  (inventory): readonly Lineage[] => {
    const images = imagesByKey(inventory);
    const traces = new Map<ImageKey, Trace>();
    const groups = new Map<ImageKey, Members>();
    for (const [key, image] of images) {
      const { root, doubt } = follow(key, images, inventory, traces);
      const group = groups.get(root);
      if (group) group.push({ key, image, doubt });
      else groups.set(root, [{ key, image, doubt }]);
    }
    return [...groups]
      .map(([root, members]) => lineage(root, members, inventory))
      .sort((a, b) => byText(a.root, b.root));
  },
);

function lineage(root: ImageKey, all: Readonly<Members>, inventory: Inventory): Lineage {
  const images = all.map(({ image }) => image);
  const rootImage = all.find(({ key }) => key === root)?.image;
  const first = rootImage ?? all[0].image;
  const built = rootImage ? rootImage.createdAt : buildDate(root, images, inventory);
  return {
    root,
    origin: leastSure(all.map(({ doubt }) => doubt)),
    members: [first, ...images.filter((image) => image !== first)],
    ...(rootImage && { rootImage }),
    ...(built !== undefined && { built }),
  };
}

/** Without its root a lineage is as old as our record says, else as its oldest copy; a tag never makes it older. */
function buildDate(root: ImageKey, copies: readonly Image[], inventory: Inventory): Instant | undefined {
  const dates = copies.flatMap((image) => (image.createdAt === undefined ? [] : [image.createdAt]));
  return inventory.records.images[root]?.built ?? (dates.length > 0 ? Math.min(...dates) : undefined);
}

function leastSure(doubts: readonly (Doubt | undefined)[]): LineageOrigin {
  const order: readonly Doubt[] = ['ambiguous', 'unread', 'gone'];
  return order.find((doubt) => doubts.includes(doubt)) ?? 'known';
}

/** Walks up the sources from one image; everything passed on the way shares the answer. */
function follow(
  start: ImageKey,
  images: ReadonlyMap<ImageKey, Image>,
  inventory: Inventory,
  traces: Map<ImageKey, Trace>,
): Trace {
  let found = traces.get(start);
  if (found) return found;
  const path = new Set<ImageKey>();
  let key = start;
  while (!found && !path.has(key)) {
    path.add(key);
    const image = images.get(key);
    const step: Step = image ? stepFrom(image, images, inventory) : missing(key, inventory);
    if ('via' in step) key = step.via;
    else found = step;
    found ??= traces.get(key);
  }
  const answer = (passed: ImageKey): Trace => found ?? { root: passed, doubt: 'ambiguous' };
  for (const passed of path) traces.set(passed, answer(passed));
  return answer(start);
}

function stepFrom(image: Image, images: ReadonlyMap<ImageKey, Image>, inventory: Inventory): Step {
  const self = keyOf(image);
  const own: Trace = { root: self };
  if (image.ownerId !== inventory.account || image.sourceInstanceId) return own;
  const source = sourceOf(image);
  if (!source) return withoutSource(image, inventory);
  if (source === self) return own;
  if (images.get(source)?.ownerId === inventory.account) return { via: source };
  if (images.has(source) || inventory.origins[source] === 'foreign') return own;
  const recorded = inventory.records.images[source]?.root ?? recordedRoot(self, inventory);
  if (recorded) return { via: recorded };
  if (markedRoot(image) === source) return { via: source };
  return { root: source, doubt: inventory.origins[source] === 'gone' ? 'gone' : 'unread' };
}

/** EC2 names no source: our record may; a tag alone, which anybody may write, is no evidence. */
function withoutSource(image: Image, inventory: Inventory): Step {
  const self = keyOf(image);
  const recorded = recordedRoot(self, inventory);
  if (recorded) return { via: recorded };
  const claimed = markedRoot(image);
  const claims = image.sourceImageId !== undefined || (claimed !== undefined && claimed !== self);
  return { root: self, ...(claims && !inventory.records.images[self] && { doubt: 'ambiguous' }) };
}

/** The root is ours and was not listed: it is gone if its Region answered. */
const missing = (root: ImageKey, inventory: Inventory): Trace => ({
  root,
  doubt: inventory.images[imageRef(root).region]?.complete ? 'gone' : 'unread',
});

function recordedRoot(self: ImageKey, inventory: Inventory): ImageKey | undefined {
  const record = inventory.records.images[self];
  return record?.role === 'copy' && record.root !== self ? record.root : undefined;
}

function markedRoot(image: Image): ImageKey | undefined {
  const claim = tagsOf(image)[mark.root];
  return claim === undefined ? undefined : parseImageKey(claim);
}
