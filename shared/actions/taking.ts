import { imageRef } from '../model/ids.ts';
import { type Image, type ImageState, isProtected, tagsOf } from '../model/image.ts';
import { keptBy } from '../model/keep.ts';
import { keepUntilTag, mark } from '../model/marks.ts';
import type { Action } from '../model/plan.ts';
import { type ImageRecord, isResting } from '../model/records.ts';
import { blocked, notNeeded, type Result, type Workbench } from './action.ts';

type Look = { readonly may: true; readonly image: Image } | { readonly may: false; readonly result: Result };

const no = (result: Result): Look => ({ may: false, result });

/** The last look before a step that takes: the image must still be ours, marked, and in the state that was decided on. */
export async function mayTake(action: Action, bench: Workbench, expected: ImageState): Promise<Look> {
  const image = await bench.images.get(imageRef(action.image));
  if (!image) return no(notNeeded('EC2 does not know the image any more'));
  if (image.ownerId !== bench.account) return no(blocked(`it belongs to ${image.ownerId}`));
  if (tagsOf(image)[mark.managed] !== 'true') return no(blocked(`it does not carry ${mark.managed}`));
  if (image.state !== expected) return no(blocked(`it is ${image.state}, not ${expected}, by now`));
  const { deregistrationProtection: protection } = image;
  if (!protection.complete || isProtected(protection.value))
    return no(blocked('it is protected against deregistration'));
  const root = await bench.ledger.image(action.root);
  if (root && isResting(root, bench.clock.now())) return no(blocked('people have restored it since'));
  const hold = await ownersHold(action, image, bench);
  return hold === undefined ? { may: true, image } : no(blocked(hold));
}

/** What an owner has said since the plan was made, on the image itself or on its root, which speaks for it. */
async function ownersHold(action: Action, image: Image, bench: Workbench): Promise<string | undefined> {
  const { keepTags = [keepUntilTag], clock, images, excludes } = bench;
  const root = action.root === action.image ? undefined : await images.get(imageRef(action.root));
  for (const one of [image, ...(root ? [root] : [])]) {
    if (!one.tags.complete) return `its tags could not be read: ${one.tags.why}`;
    const tag = keptBy(one, keepTags, clock.now());
    if (tag) return `tag ${tag.key} says ${tag.value}`;
    if (excludes?.(action.policy, one)) return `policy ${action.policy} excludes images with its tags`;
  }
  return undefined;
}

/** Changes the record of the image acted on, which exists for every image that was ever decided about. */
export const changeRecord = (
  action: Action,
  bench: Pick<Workbench, 'ledger' | 'clock'>,
  change: Partial<ImageRecord>,
): Promise<ImageRecord> =>
  bench.ledger.saveImage(action.image, (record) => ({
    ...(record ?? {
      image: action.image,
      root: action.root,
      role: action.image === action.root ? ('root' as const) : ('copy' as const),
      name: '',
      firstSeenAt: bench.clock.now(),
    }),
    ...change,
  }));
