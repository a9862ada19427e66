import { known, unknown } from '../../shared/model/evidence.ts';
import type { Image } from '../../shared/model/image.ts';
import type { Inventory } from '../../shared/model/inventory.ts';
import { placeOfKey } from '../../shared/model/storage.ts';
import { day, hour } from '../../shared/model/time.ts';
import { now, regions } from '../rules/make.ts';
import type { Dice } from './dice.ts';

type Locks = NonNullable<Inventory['locks']>;

/** Drawn last, so that worlds differ in nothing else. */
export function drawKeepers(dice: Dice, inventory: Inventory, images: readonly Image[]): Inventory {
  const { records } = inventory;
  return {
    ...inventory,
    locks: drawLocks(dice, images),
    keys: drawKeys(dice, images),
    records: { ...records, images: refuseSteps(dice, records.images) },
  };
}

/** Which snapshots are locked in each Region, as far as it was read. */
function drawLocks(dice: Dice, images: readonly Image[]): Locks {
  const locked = images
    .flatMap(({ region, snapshots }) => snapshots.map((id) => ({ region, id })))
    .filter(() => dice.odd(6));
  const locks = regions
    .filter(() => dice.usual(90))
    .map((region) => {
      const here = locked.filter((one) => one.region === region);
      const seen = Object.fromEntries(here.map(({ id }) => [id, dice.chance(50) ? { until: now + day } : {}]));
      return [region, dice.usual(85) ? known(seen) : unknown<Locks[string]>('denied')] as const;
    });
  return Object.fromEntries(locks) as Locks;
}

/** Some images with a step that AWS refused, lately or just a day ago. */
const refuseSteps = (dice: Dice, images: Inventory['records']['images']): Inventory['records']['images'] =>
  Object.fromEntries(
    Object.entries(images).map(([key, record]) => {
      if (!dice.odd(5)) return [key, record];
      const step = dice.one(['deprecate-image', 'disable-image', 'approve-removal', 'deregister-image']);
      return [key, { ...record, refused: { step, at: now - dice.one([hour, day]), why: 'denied' } }];
    }),
  );

/** Whether the keys under images work, as far as somebody looked. */
function drawKeys(dice: Dice, images: readonly Image[]): NonNullable<Inventory['keys']> {
  const places = new Set(images.flatMap(({ region, kmsKeyIds }) => kmsKeyIds.map((key) => placeOfKey(region, key))));
  const read = [...places].filter(() => dice.usual(50));
  return Object.fromEntries(read.map((place) => [place, dice.usual(60) ? known(dice.usual(60)) : unknown('denied')]));
}
