import type { ImageKey } from '../model/ids.ts';
import { type Image, keyOf } from '../model/image.ts';
import type { Inventory } from '../model/inventory.ts';
import type { CompiledPolicy, Selector } from '../model/policy.ts';
import type { Instant } from '../model/time.ts';
import { matches, openQuestions } from './select.ts';
import type { OpenQuestion, Sight } from './select-evidence.ts';
import { sightOf } from './sight.ts';
import { worldOf } from './world.ts';

export interface Hit {
  readonly image: Image;
  /** Absent for images of other owners, which have no lineage here. */
  readonly root?: ImageKey;
  /** The root's build date. */
  readonly built?: Instant;
}

export interface SearchResult {
  readonly hits: readonly Hit[];
  /** Images that may match: what is lacking to tell. */
  readonly open: readonly { readonly image: ImageKey; readonly questions: readonly OpenQuestion[] }[];
}

/** Own images that match. Each image is asked itself, with its root's build date and ancestry. */
export function searchOwn(
  inventory: Inventory,
  policy: CompiledPolicy,
  question: Selector,
  now: Instant,
): SearchResult {
  const world = worldOf(inventory, policy, now);
  const select = { ...question, regions: regionsOf(question, inventory) };
  return joined(
    world.lineages.flatMap((lineage) =>
      lineage.members
        .filter(({ state }) => state !== 'deregistered' || select.state?.includes(state))
        .map((image) => {
          const hit = { image, root: lineage.root, ...(lineage.built !== undefined && { built: lineage.built }) };
          return asked(hit, select, sightOf(lineage, world, image));
        }),
    ),
  );
}

/** Images of other owners that match, as far as EC2 tells about them. */
export function searchForeign(images: readonly Image[], question: Selector, at: Pick<Sight, 'homeRegion' | 'now'>) {
  return joined(
    images.map((image) => {
      const built = image.createdAt;
      const select = { ...question, regions: [image.region] };
      return asked({ image, ...(built !== undefined && { built }) }, select, { ...at, built });
    }),
  );
}

const regionsOf = (question: Selector, { images }: Inventory): readonly string[] =>
  question.regions.length > 0 ? question.regions : Object.keys(images);

/** Tags that are not there yet do not match, however young the image is. */
function asked(hit: Hit, select: Selector, sight: Sight): SearchResult {
  const { image } = hit;
  const match = matches(select, image, sight);
  if (match === 'yes') return { hits: [hit], open: [] };
  if (match === 'no' || match === 'undecided') return { hits: [], open: [] };
  const lacking = match === 'unknown' && !image.tags.complete ? [{ key: 'tags' as const, why: image.tags.why }] : [];
  return { hits: [], open: [{ image: keyOf(image), questions: [...lacking, ...openQuestions(select, image, sight)] }] };
}

export const joined = (parts: readonly SearchResult[]): SearchResult => ({
  hits: parts.flatMap(({ hits }) => hits),
  open: parts.flatMap(({ open }) => open),
});
