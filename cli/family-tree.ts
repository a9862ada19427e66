import type { Engine } from '../shared/engine/engine.ts';
import { evidence } from '../shared/engine/reading.ts';
import { knownOr } from '../shared/model/evidence.ts';
import { type ImageKey, imageRef } from '../shared/model/ids.ts';
import { type Image, keyOf } from '../shared/model/image.ts';
import type { Inventory } from '../shared/model/inventory.ts';
import type { ImageRecord } from '../shared/model/records.ts';
import { imagesByKey, lineagesOf, sourceOf } from '../shared/rules/lineages.ts';
import type { World } from './worlds/world.ts';

/** What ties an image to the one above it. */
export type Evidence = 'source id' | 'record' | 'tag';

/** An image in the tree of what was built from what. */
export interface TreeNode {
  readonly image: ImageKey;
  readonly name?: string;
  /** EC2's state, `gone` once it was deregistered, `unknown` where it cannot be seen. */
  readonly state: string;
  readonly relation: 'ancestor' | 'root' | 'copy' | 'child';
  readonly owner?: string;
  /** How we know; absent at the top. */
  readonly evidence?: Evidence;
  readonly uses: readonly string[];
  readonly below: readonly TreeNode[];
}

/** What cannot be read is shown as an id without a name. */
const lookUp = async (image: ImageKey, { images }: Engine): Promise<Image | undefined> =>
  knownOr(await evidence(() => images.get(imageRef(image))), undefined);

/** EC2 itself follows no further. */
const mostAncestors = 50;

export class FamilyTree {
  readonly #inventory: Inventory;
  readonly #images: ReadonlyMap<ImageKey, Image>;
  readonly #records: Readonly<Record<ImageKey, ImageRecord>>;
  readonly #roots = new Map<ImageKey, ImageKey>();
  readonly #uses: ReadonlyMap<ImageKey, readonly string[]>;

  constructor(inventory: Inventory) {
    this.#inventory = inventory;
    this.#images = imagesByKey(inventory);
    this.#records = inventory.records.images;
    for (const { image, root } of Object.values(this.#records)) this.#roots.set(image, root);
    for (const { root, members } of lineagesOf(inventory))
      for (const member of members) this.#roots.set(keyOf(member), root);
    const uses = inventory.usage.flatMap((reading) => (reading.uses.complete ? reading.uses.value : []));
    const byImage = Map.groupBy(uses, ({ image }) => image);
    this.#uses = new Map([...byImage].map(([image, list]) => [image, list.map(({ by }) => by).sort()]));
  }

  rootOf = (image: ImageKey): ImageKey => this.#roots.get(image) ?? image;

  /** The lineage of a root with its copies, and below them the lineages that were built from it. */
  descendants(root: ImageKey, depth = Number.POSITIVE_INFINITY, passed: readonly ImageKey[] = []): TreeNode {
    const members = [...this.#roots].flatMap(([image, of]) => (of === root ? [image] : []));
    const copies = members.filter((image) => image !== root).sort();
    const deeper = depth > 0 && !passed.includes(root);
    const children = deeper ? this.#childrenOf([root, ...copies], root) : [];
    const below = children.map(([child, evidence]) => ({
      ...this.descendants(child, depth - 1, [...passed, root]),
      relation: 'child' as const,
      evidence,
    }));
    const copyNodes = copies.map((copy) => this.#node(copy, 'copy', [], this.#copyEvidence(copy, root)));
    return this.#node(root, 'root', [...copyNodes, ...below]);
  }

  /** The chain from a root upwards, nearest first; images that are not ours are looked up one by one. */
  async ancestors(root: ImageKey, { engine }: World): Promise<TreeNode[]> {
    const chain: TreeNode[] = [];
    const passed = new Set<ImageKey>([root]);
    let at = this.#images.get(root);
    let recorded = this.#records[root]?.parent;
    while (chain.length < mostAncestors) {
      const parent = (at && sourceOf(at)) ?? recorded;
      if (!parent || passed.has(parent)) return chain;
      passed.add(parent);
      const seen = this.#images.get(parent) ?? (engine && (await lookUp(parent, engine)));
      chain.push({ ...this.#node(parent, 'ancestor', [], at && sourceOf(at) ? 'source id' : 'record', seen) });
      at = seen;
      recorded = this.#records[parent]?.parent;
    }
    return chain;
  }

  #childrenOf(parents: readonly ImageKey[], own: ImageKey): [ImageKey, Evidence][] {
    const children = new Map<ImageKey, Evidence>();
    for (const record of Object.values(this.#records))
      if (record.parent && parents.includes(record.parent)) children.set(record.image, 'record');
    for (const [key, image] of this.#images) {
      const source = image.sourceInstanceId === undefined ? undefined : sourceOf(image);
      if (source && parents.includes(source)) children.set(key, 'source id');
    }
    children.delete(own);
    return [...children].sort(([a], [b]) => (a < b ? -1 : 1));
  }

  #copyEvidence(copy: ImageKey, root: ImageKey): Evidence {
    const image = this.#images.get(copy);
    if (image && sourceOf(image) !== undefined) return 'source id';
    return this.#records[copy]?.root === root ? 'record' : 'tag';
  }

  #node(
    key: ImageKey,
    relation: TreeNode['relation'],
    below: readonly TreeNode[],
    evidence?: Evidence,
    image = this.#images.get(key),
  ): TreeNode {
    const record = this.#records[key];
    const name = image?.name ?? record?.name;
    const owner = image && image.ownerId !== this.#inventory.account ? (image.ownerAlias ?? image.ownerId) : undefined;
    return {
      image: key,
      state: image?.state ?? (record?.goneAt === undefined ? 'unknown' : 'gone'),
      relation,
      ...(name && { name }),
      ...(owner && { owner }),
      ...(evidence && { evidence }),
      uses: this.#uses.get(key) ?? [],
      below,
    };
  }
}
