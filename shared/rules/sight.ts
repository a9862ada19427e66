import type { ImageKey } from '../model/ids.ts';
import { type Image, keyOf } from '../model/image.ts';
import type { Inventory } from '../model/inventory.ts';
import { face, type Lineage } from '../model/lineage.ts';
import type { CompiledPolicy, Selector } from '../model/policy.ts';
import type { Instant } from '../model/time.ts';
import { ancestorsOf } from './ancestry.ts';
import { sorted } from './order.ts';
import { openQuestions } from './select.ts';
import type { Sight } from './select-evidence.ts';
import { regionOf, type World, worldOf } from './world.ts';

/** What selectors may ask about a lineage, or about one image of it. */
export function sightOf(lineage: Lineage, world: World, of: Image = face(lineage)): Sight {
  const { homeRegion, grants } = world.inventory;
  return {
    homeRegion,
    now: world.now,
    built: lineage.built,
    grants: grants[of === face(lineage) ? lineage.keys[0] : keyOf(of)],
    ancestors: () => ancestorsOf(lineage, world),
  };
}

/** Images of which something has to be read before selectors can be decided. */
export interface EvidenceWanted {
  readonly grants: readonly ImageKey[];
  readonly ancestry: readonly ImageKey[];
}

/** @param question asked of every image, while policies ask about roots only */
export function evidenceWanted(
  inventory: Inventory,
  policy: CompiledPolicy,
  now: Instant,
  question?: Selector,
): EvidenceWanted {
  const questions = question ? [question] : [];
  const selects = [...policy.policies.map(({ select }) => select), ...questions];
  // Stryker disable next-line ConditionalExpression: where nobody asks, the rest finds nothing either, more slowly
  if (!selects.some(({ sharedWith, descendsFrom }) => sharedWith ?? descendsFrom)) return { grants: [], ancestry: [] };
  const world = worldOf(inventory, policy, now);
  const open = world.lineages.flatMap((lineage) => [
    ...policy.policies.flatMap(({ select }) =>
      questionsAbout(face(lineage), faceOf(lineage, world), select, lineage, world),
    ),
    ...questions.flatMap((one) =>
      lineage.members.flatMap((image) => questionsAbout(image, image, one, lineage, world)),
    ),
  ]);
  const wanting = (key: keyof Selector) => sorted(open.filter((one) => one.key === key).map(({ image }) => image));
  return { grants: wanting('sharedWith'), ancestry: wanting('descendsFrom') };
}

/** The root as selectors see it; once it is gone, a copy with the root's recorded name and Region. */
export function faceOf(lineage: Lineage, world: World): Image {
  const image = face(lineage);
  if (lineage.rootImage) return image;
  const name = world.inventory.records.images[lineage.root]?.name ?? image.name;
  return { ...image, name, region: regionOf(lineage.root) };
}

function questionsAbout(image: Image, seenAs: Image, select: Selector, lineage: Lineage, world: World) {
  const asked = (key: keyof Selector): ImageKey => keyOf(key === 'descendsFrom' ? face(lineage) : image);
  return openQuestions(select, seenAs, sightOf(lineage, world, image)).map(({ key }) => ({ key, image: asked(key) }));
}
