import { principalOf } from '../../shared/aws/launch-permissions.ts';
import { type Evidence, unknown } from '../../shared/model/evidence.ts';
import { type ImageKey, imageKey } from '../../shared/model/ids.ts';
import { type Image, keyOf } from '../../shared/model/image.ts';
import type { Principal } from '../../shared/model/policy.ts';
import { type Answers, absent } from './answers.ts';
import { attempt } from './attempt.ts';
import { doubtOn, type Item } from './listings.ts';
import type { SavedPermissions } from './shapes.ts';

type LaunchPermission = Parameters<typeof principalOf>[1];

/** Launch permissions of the images; for those whose answer was not saved, what to run. */
export function grantsOf(images: readonly Image[], answers: Answers): Record<ImageKey, Evidence<readonly Principal[]>> {
  const saved = new Map(
    [...answers.permissions].flatMap(([region, { items }]) =>
      items.map((item) => [imageKey(region, item.value.ImageId), item] as const),
    ),
  );
  return Object.fromEntries(images.map((image) => [keyOf(image), grants(image, saved.get(keyOf(image)), answers)]));
}

function grants(
  { region, id }: Image,
  item: Item<SavedPermissions> | undefined,
  { newest }: Answers,
): Evidence<readonly Principal[]> {
  if (!item) return unknown(`${absent('LaunchPermissions', region)} --image-id ${id}`);
  const doubt = doubtOn([item.document], newest);
  if (doubt !== undefined) return unknown(doubt);
  return attempt(() =>
    item.value.LaunchPermissions.map((permission) => principalOf(region, permission as LaunchPermission)),
  );
}
