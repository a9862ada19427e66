import { type ImageKey, imageKey, imageRef, parseImageKey, type Region } from '../model/ids.ts';
import { type Image, keyOf, tagsOf } from '../model/image.ts';
import type { Inventory } from '../model/inventory.ts';
import type { Lineage, LineageOrigin } from '../model/lineage.ts';
import { mark } from '../model/marks.ts';
import type { Instant } from '../model/time.ts';
import { onceFor } from './once.ts';
import { byText, push } from './order.ts';
import { recordedIn } from './recorded.ts';

interface Trace {
  readonly root: ImageKey;
  readonly doubt?: Doubt;
}

type Doubt = Exclude<LineageOrigin, 'known'>;

/** Among all images, of those of one root. */
type Places = [number, ...number[]];

/** All images in the order of their keys, and what is doubtful about the roots that were found for them. */
interface Found {
  readonly inventory: Inventory;
  readonly keys: readonly ImageKey[];
  readonly images: readonly Image[];
  readonly doubted: Map<ImageKey, Doubt[]>;
}

/** Either the end of the search, or the image to go on with. */
type Step = Trace | { readonly via: ImageKey };

/**
 * All images of the Regions that answered, in the order of their keys. EC2 goes on listing an image for a while after
 * it was deregistered: our tombstone is believed.
 */
export const imagesByKey = onceFor(
  ({ images, records }: Inventory) => [images, records.images],
  (inventory): ReadonlyMap<ImageKey, Image> => {
    const { buried } = recordedIn(inventory);
    const found = new Map<ImageKey, Image>();
    for (const region of Object.keys(inventory.images).sort(byKeyOfRegion))
      for (const image of byId(inventory.images[region])) {
        const key = keyOf(image);
        found.set(key, buried.has(key) ? { ...image, state: 'deregistered' } : image);
      }
    return found;
  },
);

const byKeyOfRegion = (a: Region, b: Region): number => byText(`${a}/`, `${b}/`);

const byId = (images: Inventory['images'][Region] | undefined): readonly Image[] =>
  images?.complete ? images.value.toSorted((a, b) => byText(a.id, b.id)) : [];

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
    const found: Found = {
      inventory,
      keys: Array.from(images.keys()),
      images: Array.from(images.values()),
      doubted: new Map(),
    };
    const search: Search = { images, inventory, traces: new Map() };
    const groups = new Map<ImageKey, Places>();
    found.keys.forEach((key, place) => {
      const { root, doubt } = follow(key, found.images[place] as Image, search);
      const group = groups.get(root);
      if (group) group.push(place);
      else groups.set(root, [place]);
      if (doubt) push(found.doubted, root, doubt);
    });
    return Array.from(groups, ([root, places]) => lineage(root, places, found)).sort((a, b) => byText(a.root, b.root));
  },
);

function lineage(root: ImageKey, all: Places, { inventory, keys, images, doubted }: Found): Lineage {
  const at = all.findIndex((place) => keys[place] === root);
  const places = at > 0 ? startingAt(at, all) : each(all, (place) => place);
  const members = each(places, (place) => images[place] as Image);
  const rootImage = at >= 0 ? members[0] : undefined;
  const built = rootImage ? rootImage.createdAt : buildDate(root, members, inventory);
  return {
    root,
    origin: leastSure(doubted.get(root) ?? []),
    members,
    keys: each(places, (place) => keys[place] as ImageKey),
    places,
    ...(rootImage && { rootImage }),
    ...(built !== undefined && { built }),
  };
}

const startingAt = (at: number, all: Places): Places => [
  all[at] ?? all[0],
  ...all.filter((_place, other) => other !== at),
];

const each = <T>(places: Places, of: (place: number) => T) => places.map(of) as [T, ...T[]];

/** Without its root a lineage is as old as our record says, else as its oldest copy; a tag never makes it older. */
function buildDate(root: ImageKey, copies: readonly Image[], inventory: Inventory): Instant | undefined {
  const dates = copies.flatMap((image) => (image.createdAt === undefined ? [] : [image.createdAt]));
  return inventory.records.images[root]?.built ?? (dates.length > 0 ? Math.min(...dates) : undefined);
}

const doubts: readonly Doubt[] = ['ambiguous', 'unread', 'gone'];

const leastSure = (found: readonly Doubt[]): LineageOrigin => doubts.find((doubt) => found.includes(doubt)) ?? 'known';

/** What is known of one inventory, and the images that others were found to come from. */
interface Search {
  readonly images: ReadonlyMap<ImageKey, Image>;
  readonly inventory: Inventory;
  readonly traces: Map<ImageKey, Trace>;
}

/** Most images are roots, or copies of one: only the others need the way to be kept. */
function follow(start: ImageKey, image: Image, search: Search): Trace {
  const first = search.traces.get(start) ?? stepFrom(start, image, search);
  if ('root' in first) return first;
  const second = search.traces.get(first.via) ?? stepAt(first.via, search);
  if ('via' in second) return climb(start, first.via, search);
  search.traces.set(first.via, second);
  return second;
}

/** Walks up the sources from one image; everything passed on the way shares the answer. */
function climb(start: ImageKey, next: ImageKey, search: Search): Trace {
  const { traces } = search;
  const path = new Set([start]);
  let key = next;
  let found: Trace | undefined;
  while (!found && !path.has(key)) {
    path.add(key);
    const step = stepAt(key, search);
    if ('via' in step) key = step.via;
    else found = step;
    found ??= traces.get(key);
  }
  const answer = (passed: ImageKey): Trace => found ?? { root: passed, doubt: 'ambiguous' };
  for (const passed of path) traces.set(passed, answer(passed));
  return answer(start);
}

function stepAt(key: ImageKey, search: Search): Step {
  const image = search.images.get(key);
  return image ? stepFrom(key, image, search) : missing(key, search.inventory);
}

function stepFrom(self: ImageKey, image: Image, { images, inventory }: Search): Step {
  if (image.ownerId !== inventory.account || image.sourceInstanceId) return { root: self };
  const source = sourceOf(image);
  if (!source) return withoutSource(self, image, inventory);
  if (source === self) return { root: self };
  const owner = images.get(source)?.ownerId;
  if (owner === inventory.account) return { via: source };
  if (owner !== undefined || inventory.origins[source] === 'foreign') return { root: self };
  const recorded = inventory.records.images[source]?.root ?? recordedRoot(self, inventory);
  if (recorded) return { via: recorded };
  if (markedRoot(image) === source) return { via: source };
  return { root: source, doubt: inventory.origins[source] === 'gone' ? 'gone' : 'unread' };
}

/** EC2 names no source: our record may; a tag alone, which anybody may write, is no evidence. */
function withoutSource(self: ImageKey, image: Image, inventory: Inventory): Step {
  const recorded = recordedRoot(self, inventory);
  if (recorded) return { via: recorded };
  const claims = image.sourceImageId !== undefined || claimsAnother(self, image);
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

function claimsAnother(self: ImageKey, image: Image): boolean {
  const claimed = tagsOf(image)[mark.root] === self ? self : markedRoot(image);
  return claimed !== undefined && claimed !== self;
}

function markedRoot(image: Image): ImageKey | undefined {
  const claim = tagsOf(image)[mark.root];
  return claim === undefined ? undefined : parseImageKey(claim);
}
