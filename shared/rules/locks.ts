import { because, type Reason } from '../model/codes.ts';
import { type Image, keyOf } from '../model/image.ts';
import { lockedAmong } from '../model/locks.ts';
import type { TakingStep, Unit } from './ladder.ts';
import type { World } from './world.ts';

/** Where its snapshots are to go with it, an image stays as long as somebody has locked one of them. */
export const lockGuards = (step: TakingStep, { taking, images }: Unit, world: World): Reason[] =>
  taking.stages.deregister?.deleteSnapshots && (step === 'approve-removal' || step === 'deregister-image')
    ? images.flatMap((image) => lockGuard(image, world))
    : [];

function lockGuard(image: Image, { inventory }: World): Reason[] {
  const { region, snapshots } = image;
  const seen = inventory.locks?.[region];
  if (!seen?.complete) return [because('locks-unread', { region, why: seen ? seen.why : 'they were not looked at' })];
  const locked = lockedAmong(snapshots, seen.value, keyOf(image));
  return locked ? [locked] : [];
}
