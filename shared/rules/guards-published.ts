import { because, type Reason } from '../model/codes.ts';
import { type Image, keyOf } from '../model/image.ts';
import type { Unit } from './ladder.ts';
import { sorted } from './order.ts';
import { claimsOf } from './pointers.ts';
import type { World } from './world.ts';

/** A pointer is a user of what it names; one that nobody could read may name any image of its policies. */
export function publishedGuards(images: readonly Image[], { subject, taking }: Unit, world: World): Reason[] {
  if (!taking.keepPublished) return [];
  const keys = sorted([subject.lineage.root, ...images.map(keyOf)]);
  const named = keys.flatMap((image) =>
    (world.published.get(image) ?? []).map((by) => because('published', { image, by })),
  );
  const unread = claimsOf(subject).flatMap(({ key, pointer }) => {
    const seen = world.inventory.pointers[key];
    if (seen?.complete) return [];
    const why = seen ? seen.why : 'it was not read';
    return [because('pointer-unread', { pointer: pointer.name, region: pointer.region, why })];
  });
  return [...named, ...unread];
}
