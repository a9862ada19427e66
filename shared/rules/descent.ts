import type { ImageKey } from '../model/ids.ts';
import { keyOf } from '../model/image.ts';
import { ancestorsOf } from './ancestry.ts';
import { sourceOf } from './lineages.ts';
import { byText, push } from './order.ts';
import { recordedIn } from './recorded.ts';
import type { World } from './world.ts';

/** What shows that an image was made of another one. */
export type Tie = 'source id' | 'record' | 'EC2 ancestry';

/** A lineage with all its images, also those that are gone and only recorded. */
export interface Descendant {
  readonly root: ImageKey;
  readonly images: readonly ImageKey[];
  /** The nearest image above it that is affected, too; absent at the top. */
  readonly from?: ImageKey;
  readonly tie?: Tie;
}

export interface Descent {
  /** The lineage of the image that was asked about, then what was built on it, by key. */
  readonly lineages: readonly [Descendant, ...Descendant[]];
  /** Lineages that may descend from it as well: what is above them could not be followed to its end. */
  readonly unsure: readonly { readonly root: ImageKey; readonly why: string }[];
}

interface Link {
  readonly above: ImageKey;
  readonly tie: Tie;
}

interface Node {
  readonly root: ImageKey;
  readonly images: readonly ImageKey[];
  /** Nearest first. */
  readonly links: readonly Link[];
  readonly why: string | undefined;
}

/** Everything that was made of an image, whoever owns it and whether it is still there, in any number of steps. */
export function descentFrom(image: ImageKey, world: World): Descent {
  const nodes = nodesOf(world);
  const own = [...nodes.values()].find(({ images }) => images.includes(image));
  // Stryker disable next-line ArrayDeclaration,ObjectLiteral: what the image was made of itself is not asked.
  const none: Pick<Node, 'links' | 'why'> = { links: [], why: undefined };
  const top = own ?? { root: image, images: [image], ...none };
  const below = belowOf(nodes);
  const passed = new Map<ImageKey, Node>([[top.root, top]]);
  for (const { images } of passed.values())
    for (const one of images)
      below.get(one)?.forEach((node) => {
        passed.set(node.root, node);
      });
  const affected = new Set([...passed.values()].flatMap(({ images }) => images));
  const built = [...passed.values()].filter((node) => node !== top).sort((a, b) => byText(a.root, b.root));
  return {
    lineages: [{ root: top.root, images: top.images }, ...built.map((node) => descendant(node, affected))],
    unsure: [...nodes.values()].flatMap(({ root, why }) =>
      why === undefined || passed.has(root) ? [] : [{ root, why }],
    ),
  };
}

/** Every image that somebody knows of, those of other owners included: each may be asked about. */
export const everyKnown = (world: World): Set<ImageKey> =>
  new Set([...nodesOf(world).values()].flatMap(({ images, links }) => [...images, ...links.map(({ above }) => above)]));

function descendant({ root, images, links }: Node, affected: ReadonlySet<ImageKey>): Descendant {
  const link = links.find(({ above }) => affected.has(above));
  return { root, images, ...(link && { from: link.above, tie: link.tie }) };
}

function belowOf(nodes: ReadonlyMap<ImageKey, Node>): Map<ImageKey, Node[]> {
  const below = new Map<ImageKey, Node[]>();
  for (const node of nodes.values()) for (const { above } of node.links) push(below, above, node);
  return below;
}

/** By root, in the order of the keys. What is listed says better than a record which lineage an image belongs to. */
function nodesOf(world: World): Map<ImageKey, Node> {
  const { lineages, inventory } = world;
  const rootOf = new Map<ImageKey, ImageKey>();
  for (const { image, root } of recordedIn(inventory).all) rootOf.set(image, root);
  for (const { root, members } of lineages) for (const member of members) rootOf.set(keyOf(member), root);
  const listed = new Map(lineages.map((lineage) => [lineage.root, lineage]));
  const groups = new Map<ImageKey, ImageKey[]>();
  for (const [image, root] of rootOf) push(groups, root, image);
  return new Map(
    [...groups]
      .sort(([a], [b]) => byText(a, b))
      .map(([root, members]) => {
        const images = [root, ...members.filter((image) => image !== root).sort(byText)];
        const lineage = listed.get(root);
        const why = lineage ? ancestorsOf(lineage, world).why : recordedEnd(root, images, world);
        const links = images.flatMap((image) => linksOf(image, world)).filter(({ above }) => !images.includes(above));
        return [root, { root, images, links, why }];
      }),
  );
}

function linksOf(key: ImageKey, { images, inventory }: World): Link[] {
  const image = images.get(key);
  const source = image && sourceOf(image);
  const { parent, ancestors = [] } = inventory.records.images[key] ?? {};
  const told = inventory.ancestry?.[key];
  const chain = [...(told?.complete ? told.value : []), ...ancestors];
  return [
    ...(source ? [{ above: source, tie: 'source id' as const }] : []),
    ...(parent ? [{ above: parent, tie: 'record' as const }] : []),
    ...chain.map((above) => ({ above, tie: 'EC2 ancestry' as const })),
  ];
}

/** Nobody can ask about a lineage that is gone; it matters while something still uses it. */
function recordedEnd(root: ImageKey, images: readonly ImageKey[], { inventory, uses }: World): string | undefined {
  const { ancestors, parent } = inventory.records.images[root] ?? {};
  if (ancestors || parent || !images.some((image) => uses.has(image))) return undefined;
  return 'it is gone, and no record says what it was built from';
}
