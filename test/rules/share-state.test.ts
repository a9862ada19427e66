import { describe, expect, test } from 'vitest';
import { type Evidence, known, unknown } from '../../shared/model/evidence.ts';
import { type Image, keyOf } from '../../shared/model/image.ts';
import type { Inventory } from '../../shared/model/inventory.ts';
import type { CopyPolicy, SharePolicy } from '../../shared/model/policy.ts';
import { type KeyAccess, keyOperations, type StorageReading } from '../../shared/model/storage.ts';
import { merge } from '../../shared/rules/merge.ts';
import {
  cannotShare,
  grantsWanted,
  hasSurplus,
  isShared,
  isSharedNow,
  keysUnder,
  neverPublic,
} from '../../shared/rules/share-state.ts';
import { worldOf } from '../../shared/rules/world.ts';
import {
  abroad,
  compiled,
  copyTo,
  far,
  image,
  inventory,
  now,
  policy,
  record,
  recorded,
  records,
  shareWith,
} from './make.ts';

const [one, two] = ['account:111100001111', 'account:222200002222'] as const;
const account = '111100001111';
const plain = image(1);
const key = keyOf(plain);
const locked = image(1, { encrypted: true, kmsKeyIds: ['key-1'] });
const snapshot = plain.snapshots[0] ?? '';

const effectiveOf = (share: SharePolicy, copy?: CopyPolicy) => merge([policy({ share, ...(copy && { copy }) })], now);
const wantedOf = (share: SharePolicy) => {
  const wanted = grantsWanted(effectiveOf(share), now);
  if (!wanted) throw new Error('nothing is wanted');
  return wanted;
};
const seen = (more: Partial<Inventory> = {}, of: Image = plain) => worldOf(inventory([of], more), compiled(), now);
const grants = (...all: string[]) => ({ [key]: known(all) });
const reading = (more: Partial<StorageReading>) => ({ [key]: { keys: [], given: [], ...more } });

describe('what is wanted', () => {
  test('is worked out once for a moment', () => {
    const effective = effectiveOf(shareWith(one));
    expect(grantsWanted(effective, now)).toBe(grantsWanted(effective, now));
    const passing = effectiveOf({ ...shareWith(), with: [{ principal: one, until: now + 1 }] });
    expect(grantsWanted(passing, now)?.principals).toHaveLength(1);
    expect(grantsWanted(passing, now + 1)?.principals).toHaveLength(0);
  });

  test.each([
    ['a', 'b'],
    ['b', 'a'],
  ])('acts as soon as one policy does, and goes by name (%s acts)', (acting, showing) => {
    const policies = [
      policy({ name: acting, share: shareWith(two) }),
      policy({ name: showing, mode: 'plan', share: shareWith(two, one) }),
    ];
    expect(grantsWanted(merge(policies, now), now)).toMatchObject({
      principals: [
        { principal: one, mode: 'plan' },
        { principal: two, mode: 'apply' },
      ],
      verify: [one, two],
    });
  });
});

describe('the key under an image', () => {
  const under = (region: string) => image(1, { region, encrypted: true });
  const to = [
    { region: far, kmsKey: 'key-far' },
    { region: abroad, kmsKey: 'key-abroad' },
  ];
  const effective = effectiveOf(shareWith(one), { ...copyTo(), to });

  test.each<[string, Image, boolean, string[]]>([
    ['is the one that EC2 names', { ...under(abroad), kmsKeyIds: ['key-1'] }, false, ['key-1']],
    ["is the one that the policy names for the copy's Region", under(abroad), false, ['key-abroad']],
    ['is unknown in a Region without copies', under('eu-north-1'), false, []],
    ['of a root is none of a copy', under(abroad), true, []],
    ['is none where nothing is encrypted', { ...under(abroad), encrypted: false }, false, []],
  ])('%s', (_how, of, isRoot, keys) => expect(keysUnder(of, isRoot, effective)).toEqual(keys));

  test('does not forbid sharing where storage was read of other images alone', () => {
    expect(cannotShare(locked, true, effective, seen({ storage: {} }, locked))).toBe(false);
  });
});

test.each<[string | undefined, Partial<Image>]>([
  [undefined, {}],
  ['its snapshots are encrypted', { encrypted: true }],
  ['it carries a Marketplace product code', { productCodes: ['x'] as never }],
  ['it carries a watermark', { watermarked: true }],
])('an image is never public because %s', (why, more) => expect(neverPublic(image(1, more))).toBe(why));

describe('an image is shared', () => {
  const shared = (share: SharePolicy, of: Image, more: Partial<Inventory> = {}) =>
    isShared(of, true, effectiveOf(share), seen(more, of));
  const checked = (wanted: string): Partial<Inventory> => ({
    records: records({ images: recorded(record(plain, { shares: { wanted, verifiedAt: 0 } })) }),
  });
  const unshareable = { ...locked, kmsKeyIds: ['alias/aws/ebs'] };

  test.each<[string, string, SharePolicy, Image, Partial<Inventory>?]>([
    ['as soon as nobody is to have it', 'yes', { ...shareWith(), exact: true }, unshareable],
    ['never under a key that nobody can share', 'no', shareWith(one), unshareable, { grants: grants(one) }],
    ['where all have it', 'yes', shareWith(one), plain, { grants: grants(two, one) }],
    [
      'not where one lacks it, whatever was seen before',
      'no',
      shareWith(one, two),
      plain,
      { ...checked(wantedOf(shareWith(one, two)).digest), grants: grants(two) },
    ],
    [
      'as it was seen when it was last compared',
      'yes',
      shareWith(one),
      plain,
      checked(wantedOf(shareWith(one)).digest),
    ],
    ['perhaps, where it was compared with another wish', 'unknown', shareWith(one), plain, checked('another')],
    ['perhaps, where nobody looked', 'unknown', shareWith(one), plain],
  ])('%s: %s', (_how, answer, share, of, more) => expect(shared(share, of, more)).toBe(answer));
});

describe('with its storage, an image is shared now', () => {
  const access = (more: Partial<KeyAccess> = {}): Evidence<KeyAccess> =>
    known({
      arn: 'arn:aws:kms:us-east-1:111122223333:key/k',
      manager: 'customer',
      enabled: true,
      policy: JSON.stringify({
        Statement: { Effect: 'Allow', Principal: { AWS: account }, Action: keyOperations.map((name) => `kms:${name}`) },
      }),
      grants: [],
      ...more,
    });
  const shut = access({ policy: '{"Statement":[]}' });
  const snapshots = { ...shareWith(one), snapshots: true };
  const keys = { ...shareWith(one), kms: 'grant' as const };
  const both = { ...keys, snapshots: true };
  const on = (id: string, whose = account) => ({ on: id, account: whose });
  const has = known([on(snapshot)]);

  test.each<[string, string, SharePolicy, Image, Partial<StorageReading> | undefined]>([
    ['whatever its storage, where only launching is wanted', 'yes', shareWith(one), plain, undefined],
    ['where its snapshots are', 'yes', snapshots, plain, { snapshots: has }],
    ['not where they are with another', 'no', snapshots, plain, { snapshots: known([on(snapshot, '2')]) }],
    ['not where another snapshot is', 'no', snapshots, plain, { snapshots: known([on('snap-2')]) }],
    ['perhaps, where its snapshots are unread', 'unknown', snapshots, plain, { snapshots: unknown('denied') }],
    ['perhaps, where no storage was read', 'unknown', snapshots, plain, undefined],
    ['where its key is', 'yes', keys, locked, { keys: [{ key: 'key-1', access: access() }] }],
    ['where it has no key', 'yes', keys, plain, undefined],
    ['not where its key is not', 'no', keys, locked, { keys: [{ key: 'key-1', access: shut }] }],
    [
      'not where one of its keys is not',
      'no',
      keys,
      locked,
      {
        keys: [
          { key: 'a', access: access() },
          { key: 'b', access: shut },
        ],
      },
    ],
    [
      'perhaps, where its key is unread',
      'unknown',
      keys,
      locked,
      { keys: [{ key: 'key-1', access: unknown('denied') }] },
    ],
    ['perhaps, where nobody names its key', 'unknown', keys, locked, {}],
    ['perhaps, where nothing was read of its key', 'unknown', keys, locked, undefined],
    [
      'not where its snapshots are and its key is not',
      'no',
      both,
      locked,
      { snapshots: has, keys: [{ key: 'a', access: shut }] },
    ],
    ['not where its key is unread and its snapshots are not', 'no', both, locked, { snapshots: known([]) }],
  ])('%s: %s', (_how, answer, share, of, storage) => {
    const more = { grants: grants(one), ...(storage && { storage: reading(storage) }) };
    expect(isSharedNow(of, wantedOf(share), seen(more, of))).toBe(answer);
  });

  const arn = 'arn:aws:kms:us-east-1:111122223333:key/k';
  const keyRead = [{ key: 'key-1', access: access() }];

  test.each<[string, boolean, SharePolicy, Partial<Inventory>]>([
    ['nothing was read', false, { ...shareWith(), exact: true }, {}],
    [
      'somebody has it whom nobody lists, and nobody else may',
      true,
      { ...shareWith(), exact: true },
      { grants: grants(one) },
    ],
    ['somebody has it whom others gave it', false, shareWith(two), { grants: grants(one, two) }],
    [
      'somebody has it whom we gave it',
      true,
      shareWith(two),
      { grants: grants(one), records: records({ granted: { [key]: [one] } }) },
    ],
    [
      'a snapshot that we gave is there',
      true,
      shareWith(one),
      { storage: reading({ given: [on(snapshot)], snapshots: has }) },
    ],
    [
      'it is there no more',
      false,
      shareWith(one),
      { storage: reading({ given: [on(snapshot)], snapshots: known([]) }) },
    ],
    [
      'another snapshot is there',
      false,
      shareWith(one),
      { storage: reading({ given: [on(snapshot)], snapshots: known([on('snap-2')]) }) },
    ],
    [
      'it is there for another',
      false,
      shareWith(one),
      { storage: reading({ given: [on(snapshot)], snapshots: known([on(snapshot, '2')]) }) },
    ],
    ['it is there and wanted', false, snapshots, { storage: reading({ given: [on(snapshot)], snapshots: has }) }],
    [
      'nobody read whether it is there',
      false,
      shareWith(one),
      { storage: reading({ given: [on(snapshot)], snapshots: unknown('denied') }) },
    ],
    ['nobody asked whether it is there', false, shareWith(one), { storage: reading({ given: [on(snapshot)] }) }],
    ['a grant on its key is there', true, shareWith(one), { storage: reading({ given: [on(arn)], keys: keyRead }) }],
    ['the grant is wanted', false, keys, { storage: reading({ given: [on(arn)], keys: keyRead }) }],
    [
      'the grant is on another key',
      false,
      shareWith(one),
      { storage: reading({ given: [on(`${arn}2`)], keys: keyRead }) },
    ],
    [
      'its key is unread',
      false,
      shareWith(one),
      { storage: reading({ given: [on(arn)], keys: [{ key: 'key-1', access: unknown('denied') }] }) },
    ],
  ])('and something is to be taken back where %s: %s', (_how, answer, share, more) => {
    expect(hasSurplus(locked, wantedOf(share), seen(more, locked))).toBe(answer);
  });
});
