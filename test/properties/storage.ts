import { known, unknown } from '../../shared/model/evidence.ts';
import type { ImageKey } from '../../shared/model/ids.ts';
import { type Image, keyOf } from '../../shared/model/image.ts';
import type { Inventory } from '../../shared/model/inventory.ts';
import type { KeyAccess, KeyReading, StorageGrant, StorageReading } from '../../shared/model/storage.ts';
import { day, hour } from '../../shared/model/time.ts';
import { now } from '../rules/make.ts';
import type { Dice } from './dice.ts';

const accounts: [string, string] = ['222233334444', '333344445555'];

const allows = (principal: unknown, condition?: object): string =>
  JSON.stringify({ Statement: { Effect: 'Allow', Principal: principal, Action: 'kms:*', Condition: condition } });

function drawKey(dice: Dice, key: string): KeyReading {
  if (dice.chance(10)) return { key, access: unknown('denied') };
  const access: KeyAccess = {
    arn: 'arn:aws:kms:us-east-1:111122223333:key/k1',
    manager: dice.odd(10) ? 'aws' : 'customer',
    enabled: dice.usual(80),
    policy: dice.one([
      allows({ AWS: 'arn:aws:iam::111122223333:root' }),
      allows({ AWS: accounts[0] }),
      allows('*', { StringLike: { 'aws:PrincipalTag/x': 'y' } }),
    ]),
    grants: [],
  };
  return { key, access: known(access) };
}

function drawReading(dice: Dice, image: Image): StorageReading {
  const all = image.snapshots.flatMap((on) => accounts.map((account): StorageGrant => ({ on, account })));
  const given = all.filter(() => dice.chance(30));
  const present = dice.chance(95) ? known(all.filter(() => dice.chance(40))) : unknown<never>('denied');
  return {
    keys: image.kmsKeyIds.map((key) => drawKey(dice, key)),
    given,
    ...(dice.usual(80) && { snapshots: present }),
  };
}

/** What lies under the images whose launch permissions were read, and what AWS refused before. */
export function drawStorage(dice: Dice, images: readonly Image[], grants: Inventory['grants']) {
  const read = images.filter((image) => grants[keyOf(image)] !== undefined);
  const storage: Record<ImageKey, StorageReading> = Object.fromEntries(
    read.map((image) => [keyOf(image), drawReading(dice, image)]),
  );
  const refused: Inventory['records']['refused'] = Object.fromEntries(
    read
      .filter(() => dice.odd(5))
      .map((image) => [
        keyOf(image),
        [{ principal: `account:${dice.one(accounts)}`, at: now - dice.one([hour, day]), why: 'quota' }],
      ]),
  );
  return { storage, refused };
}
