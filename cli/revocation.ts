import type { Engine } from '../shared/engine/engine.ts';
import { asRevoked } from '../shared/engine/revoke.ts';
import { InputError } from '../shared/model/errors.ts';
import { type ImageKey, imageRef } from '../shared/model/ids.ts';
import { keyOf } from '../shared/model/image.ts';
import type { Inventory } from '../shared/model/inventory.ts';
import type { Action, ActionOf, Plan } from '../shared/model/plan.ts';
import { pointerKey } from '../shared/model/pointer.ts';
import type { Revocation } from '../shared/model/records.ts';
import { decide } from '../shared/rules/decide.ts';
import { descentFrom } from '../shared/rules/descent.ts';
import { lineagesOf } from '../shared/rules/lineages.ts';
import { sorted } from '../shared/rules/order.ts';
import { publishedIn } from '../shared/rules/published.ts';
import { worldOf } from '../shared/rules/world.ts';
import { descentIn, type Looked } from './descent.ts';
import { findImage } from './find-image.ts';
import type { Consequences } from './render/revocation.ts';
import { checkArrives, standInFor } from './stand-in.ts';
import { type Survey, survey } from './survey.ts';
import type { World } from './worlds/world.ts';

/** What a person wants taken out of use. */
export interface Wish {
  readonly text: string;
  readonly word: Omit<Revocation, 'at' | 'to'>;
  readonly descendants: boolean;
  /** What pointers are to name instead. */
  readonly to?: string | undefined;
}

export interface Foreseen {
  readonly seen: Survey;
  /** The inventory as it will be once people have said so. */
  readonly inventory: Inventory;
  readonly found: Consequences;
}

/**
 * What would come of a revocation, before anything is written down.
 * @throws InputError for an image that nobody knows, and where `--to` cannot take its place
 */
export async function foresee(world: World, engine: Engine, wish: Wish): Promise<Foreseen> {
  const { descendants, text, to, word } = wish;
  const looked = descendants || to !== undefined ? await descentIn(world, text) : await plainly(world, text);
  const { descent, inventory: now } = looked;
  const all = descendants ? descent.lineages : descent.lineages.slice(0, 1);
  const isWithin = (root: ImageKey): boolean => now.images[imageRef(root).region] !== undefined;
  const roots = all.filter(({ root }, nth) => nth === 0 || isWithin(root)).map(({ root }) => root);
  const standIn = to === undefined ? undefined : standInFor(to, roots, looked, world.policy);
  const inventory = await asRevoked(engine, looked, roots, word, standIn);
  const known = roots.filter((root) => inventory.records.images[root]?.revoked);
  if (known[0] !== roots[0])
    throw new InputError(
      'is no image of this account that we ever saw',
      String(roots[0]),
      'give the root of its lineage',
    );
  const plan = decide(inventory, world.policy, looked.now);
  const beyond = descendants ? everyImage(looked).filter((image) => !isWithin(image)) : [];
  const unsure = descendants ? descent.unsure : [];
  const found = { ...consequences(known, inventory, plan), beyond, unsure };
  if (standIn) checkArrives(standIn, followersOf(standIn.roots, inventory), found, plan);
  return { seen: looked, inventory, found };
}

/** What our records and EC2's sources tell, without asking anybody. */
async function plainly(world: World, text: string): Promise<Looked> {
  const found = await survey(world);
  const seen = worldOf(found.inventory, world.policy, found.now);
  const image = findImage(text, found.inventory);
  return { ...found, image, descent: descentFrom(image, seen), everything: found.inventory, seen, more: [] };
}

/** Listed images of the lineages that are affected. */
const everyImage = ({ descent, seen }: Looked): ImageKey[] =>
  descent.lineages.flatMap(({ images }) => images.filter((image) => seen.images.has(image)));

/** Where each pointer that names a member goes, which find nothing else, and which images are disabled, now or later. */
function consequences(roots: readonly ImageKey[], inventory: Inventory, plan: Plan) {
  const pointers = pointersOf(roots, inventory);
  const followers = followersOf(roots, inventory);
  const moves = plan.actions.filter(
    (action): action is ActionOf<'publish-image'> =>
      action.kind === 'publish-image' && action.mode === 'apply' && followers.includes(pointerKey(action.pointer)),
  );
  const moved = new Set<string>(moves.map(({ pointer }) => pointerKey(pointer)));
  const held = plan.held.filter(({ root, step }) => step === 'disable-image' && roots.includes(root));
  const stuck = sorted(pointers.filter((key) => !moved.has(key)));
  const waitsForPointers = ({ guards }: (typeof held)[number]): boolean =>
    stuck.length === 0 && guards.every(({ code }) => code === 'published');
  return {
    roots,
    moves,
    stuck,
    disables: [
      ...plan.actions.filter((action) => isDisabled(action, roots)).map(({ image }) => image),
      ...held.filter(waitsForPointers).map(({ image }) => image),
    ].sort(),
    held: held.filter((one) => !waitsForPointers(one)),
  };
}

/** Pointers that name a member of these lineages, as far as it could be read or was recorded. */
function pointersOf(roots: readonly ImageKey[], inventory: Inventory): string[] {
  const members = lineagesOf(inventory).flatMap((lineage) =>
    roots.includes(lineage.root) ? lineage.members.map(keyOf) : [],
  );
  const published = publishedIn(inventory);
  return members.flatMap((image) => (published.get(image) ?? []).map((name) => `${imageRef(image).region} ${name}`));
}

/** Those, and pointers that have left one of these lineages for another image, which may yet be another. */
function followersOf(roots: readonly ImageKey[], inventory: Inventory): string[] {
  const left = Object.values(inventory.records.pointers).filter(({ leaves }) => leaves && roots.includes(leaves));
  return sorted([...pointersOf(roots, inventory), ...left.map(({ pointer }) => pointerKey(pointer))]);
}

export const isDisabled = ({ kind, root }: Action, roots: readonly ImageKey[]): boolean =>
  kind === 'disable-image' && roots.includes(root);
