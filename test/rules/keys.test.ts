import { describe, expect, test } from 'vitest';
import { known, unknown } from '../../shared/model/evidence.ts';
import { type Image, keyOf } from '../../shared/model/image.ts';
import type { Inventory } from '../../shared/model/inventory.ts';
import { placeOfKey } from '../../shared/model/storage.ts';
import { decide } from '../../shared/rules/decide.ts';
import { sentence } from '../../shared/rules/explain.ts';
import { copy, kept, newer, planOf, root, table } from './expiring.ts';
import { abroad, compiled, home, inventory, now, policy, records, retain } from './make.ts';

const key = keyOf(root);
const alias = 'alias/golden';
const [first, second] = ['arn:aws:kms:us-east-1:111122223333:key/k1', 'arn:aws:kms:us-east-1:111122223333:key/k2'];
const under = (...kmsKeyIds: string[]): Partial<Image> => ({ encrypted: true, kmsKeyIds });
const on = known(true);
const off = known(false);
const keys = (states: Record<string, NonNullable<Inventory['keys']>[string]>, region = home): Partial<Inventory> => ({
  keys: Object.fromEntries(Object.entries(states).map(([key, state]) => [placeOfKey(region, key), state])),
});

table('an image whose key', [
  ['is on may be disabled', { root: under(first), inventory: keys({ [first]: on }) }, []],
  ['is off stays', { root: under(first), inventory: keys({ [first]: off }) }, ['key-disabled']],
  [
    'could not be read stays',
    { root: under(first), inventory: keys({ [first]: unknown('denied') }) },
    ['key-state-unknown'],
  ],
  ['nobody looked at stays', { root: under(first), inventory: keys({}) }, ['key-state-unknown']],
  ['could not be looked at, as nobody looked at any, stays', { root: under(first) }, ['key-state-unknown']],
  [
    'is one of two, and off, stays',
    { root: under(first, second), inventory: keys({ [first]: on, [second]: off }) },
    ['key-disabled'],
  ],
  [
    'is another than the one that is off may be disabled',
    { root: under(first), inventory: keys({ [first]: on, [second]: off }) },
    [],
  ],
  [
    'is its copy’s, and off, stays with it',
    { copy: under(alias), inventory: keys({ [alias]: off }, abroad) },
    ['key-disabled'],
  ],
  [
    'has the name of one that is on in another Region stays',
    { copy: under(alias), inventory: keys({ [alias]: on }) },
    ['key-state-unknown'],
  ],
]);

describe('an image that stays for its key', () => {
  const held = (inventory: Partial<Inventory>) =>
    planOf({ root: under(first), inventory }).held.flatMap(({ guards }) => guards.map(sentence));

  test.each<[string, Partial<Inventory>, string]>([
    ['names the key that is off', keys({ [first]: off }), `key ${first} is disabled or being deleted`],
    [
      'says why its key could not be read',
      keys({ [first]: unknown('denied') }),
      `${first} under ${key} works is not known: denied`,
    ],
    ['says that nobody looked', {}, `${first} under ${key} works is not known: it was not looked at`],
  ])('%s', (_what, seen, text) => expect(held(seen)).toEqual(Array(2).fill(expect.stringContaining(text))));

  test('is deprecated all the same, which takes no way back', () => {
    const { deprecationAt: _none, ...young } = { ...root, ...under(first) };
    const seen = inventory([young, copy, ...newer], { ...keys({ [first]: off }), records: records({ images: kept }) });
    const { actions, held } = decide(seen, compiled(policy({ retain: retain() })), now);
    expect(actions.map(({ kind, image }) => [kind, image])).toEqual([['deprecate-image', key]]);
    expect(held).toEqual([]);
  });
});
