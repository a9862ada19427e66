import { describe, expect, test } from 'vitest';
import { known, unknown } from '../../shared/model/evidence.ts';
import type { ImageKey } from '../../shared/model/ids.ts';
import { type Image, keyOf } from '../../shared/model/image.ts';
import type { Inventory } from '../../shared/model/inventory.ts';
import type { Lineage } from '../../shared/model/lineage.ts';
import type { Policy, SharePolicy } from '../../shared/model/policy.ts';
import {
  grantName,
  type KeyGrant,
  type KeyReading,
  keyOperations,
  type StorageReading,
} from '../../shared/model/storage.ts';
import { day } from '../../shared/model/time.ts';
import { finished, noticesWanted, surveyOf, wantedGrants, wantedPointers } from '../../shared/rules/survey.ts';
import {
  abroad,
  compiled,
  copyOf,
  copyTo,
  home,
  image,
  inventory,
  marked,
  now,
  policy,
  record,
  recorded,
  records,
  shareWith,
} from './make.ts';

const one = 'account:111100001111';
const other = 'account:222200002222';
const root = marked(image(1));
const copy = copyOf(root, 11);

const wanted = (share: SharePolicy | undefined, more: Partial<Inventory> = {}, given: Partial<Policy> = {}) =>
  wantedGrants(
    inventory([root, copy], more),
    compiled(policy({ copy: copyTo(abroad), ...(share && { share }), ...given })),
    now,
  );
const ofRoot = (...given: Parameters<typeof wanted>) => wanted(...given).get(keyOf(root));

describe('what an image should be shared with', () => {
  test('is told for root and copies that are available', () => {
    expect([...wanted(shareWith(one)).keys()]).toEqual([keyOf(root), keyOf(copy)]);
    const half = inventory([root, { ...copy, state: 'pending' }]);
    const rules = compiled(policy({ copy: copyTo(abroad), share: shareWith(one) }));
    expect([...wantedGrants(half, rules, now).keys()]).toEqual([keyOf(root)]);
  });

  test('is nothing where no policy shares', () => expect([...wanted(undefined)]).toEqual([]));

  test('is told with the principals, and the keys to look at', () => {
    const key = 'arn:aws:kms:us-east-1:111122223333:key/1';
    const secret = { ...root, encrypted: true, kmsKeyIds: [key] };
    const found = wantedGrants(inventory([secret]), compiled(policy({ share: shareWith(one) })), now).get(keyOf(root));
    expect(found).toMatchObject({ principals: [{ principal: one, mode: 'apply' }], keysUnder: [key], exact: false });
  });
});

test('what is asked about one lineage is told of all its images, and of no other', () => {
  const second = image(2);
  const rules = compiled(policy({ copy: copyTo(abroad), share: shareWith(one) }));
  const told = (of?: ImageKey) => {
    const concerns = of === undefined ? undefined : (lineage: Lineage) => lineage.root === of;
    return [...wantedGrants(inventory([root, copy, second]), rules, now, concerns).keys()];
  };
  expect(told(keyOf(root))).toEqual([keyOf(root), keyOf(copy)]);
  expect(told(keyOf(second))).toEqual([keyOf(second)]);
  expect(told(keyOf(copy))).toEqual([]);
  expect(told()).toEqual([keyOf(root), keyOf(copy), keyOf(second)]);
});

test('a key that EC2 does not name is the one that the policy demands of a copy, never of the root', () => {
  const demand = (region: string) => ({ ...copyTo(region), to: [{ region, kmsKey: 'alias/golden' }] });
  const sealed = [root, copy].map((one_) => ({ ...one_, encrypted: true }));
  const keys = (region: string) => {
    const rules = compiled(policy({ copy: demand(region), share: shareWith(one) }));
    const told = wantedGrants(
      inventory(sealed, { records: records({ images: recorded(record(copy, { role: 'copy' })) }) }),
      rules,
      now,
    );
    return [...told.values()].map(({ keysUnder }) => keysUnder);
  };
  expect(keys(abroad)).toEqual([[], ['alias/golden']]);
  expect(keys(home)).toEqual([[], []]);
});

describe('of sharing that was seen', () => {
  const grants = (...all: string[]): Partial<Inventory> => ({ grants: { [keyOf(root)]: known(all) } });

  test.each<[string, Partial<Inventory>, string]>([
    ['all is there', grants(one), 'yes'],
    ['something is missing', grants(other), 'no'],
    ['nobody read it', {}, 'unknown'],
    ['it could not be read', { grants: { [keyOf(root)]: unknown('denied') } }, 'unknown'],
  ])('%s', (_name, given, seen) => expect(ofRoot(shareWith(one), given)?.seen).toBe(seen));
});

describe('of what sharees need beside launch permissions', () => {
  const [snapshot = ''] = root.snapshots;
  const id = one.slice('account:'.length);
  const keyArn = 'arn:aws:kms:us-east-1:111122223333:key/';
  const open = (account: string) => [{ id: 'g', grantee: `arn:aws:iam::${account}:root`, operations: keyOperations }];
  const key = (name: string, grants: KeyGrant[] = []): KeyReading => ({
    key: keyArn + name,
    access: known({ arn: keyArn + name, manager: 'customer', enabled: true, policy: '{"Statement":[]}', grants }),
  });
  const shut = (name: string): KeyReading => ({ key: keyArn + name, access: unknown('denied') });

  const seen = (share: SharePolicy, storage?: Partial<StorageReading>, more: Partial<Image> = {}) => {
    const given = {
      grants: { [keyOf(root)]: known([one, other]) },
      ...(storage && { storage: { [keyOf(root)]: { keys: [], given: [], ...storage } } }),
    };
    const world = inventory([{ ...root, ...more }], given);
    return wantedGrants(world, compiled(policy({ share })), now).get(keyOf(root))?.seen;
  };
  const copying = { ...shareWith(one), snapshots: true };
  const granting: SharePolicy = { ...shareWith(one), kms: 'grant' };
  const encrypted = { encrypted: true, kmsKeyIds: [`${keyArn}a`] };

  test.each<[string, Partial<StorageReading> | undefined, Partial<Image>, string]>([
    ['nobody looked', undefined, {}, 'unknown'],
    ['nobody looked at the snapshots', {}, {}, 'unknown'],
    ['they could not be read', { snapshots: unknown('denied') }, {}, 'unknown'],
    ['each is shared', { snapshots: known([{ on: snapshot, account: id }]) }, {}, 'yes'],
    ['none is shared', { snapshots: known([]) }, {}, 'no'],
    ['another is shared', { snapshots: known([{ on: 'snap-x', account: id }]) }, {}, 'no'],
    ['somebody else has it', { snapshots: known([{ on: snapshot, account: '999900001111' }]) }, {}, 'no'],
    [
      'one of two is shared',
      { snapshots: known([{ on: snapshot, account: id }]) },
      { snapshots: [snapshot, 'snap-2'] },
      'no',
    ],
  ])('the snapshots: %s', (_name, storage, more, expected) => expect(seen(copying, storage, more)).toBe(expected));

  test.each<[string, Partial<StorageReading> | undefined, string]>([
    ['nobody looked', undefined, 'unknown'],
    ['none was found', {}, 'unknown'],
    ['it could not be read', { keys: [shut('a')] }, 'unknown'],
    ['one of two could not be read', { keys: [key('a', open(id)), shut('b')] }, 'unknown'],
    ['it is open', { keys: [key('a', open(id))] }, 'yes'],
    ['it is shut', { keys: [key('a')] }, 'no'],
    ['one of two is shut', { keys: [key('a', open(id)), key('b')] }, 'no'],
    ['it is open to others', { keys: [key('a', open('999900001111'))] }, 'no'],
    [
      'it is open for another image',
      {
        keys: [
          key(
            'a',
            open(id).map((grant) => ({ ...grant, name: grantName('ami-9', id) })),
          ),
        ],
      },
      'no',
    ],
  ])('the key: %s', (_name, storage, expected) => expect(seen(granting, storage, encrypted)).toBe(expected));

  test('no key is needed for what is not encrypted, or where no account is to get a grant', () => {
    expect(seen(granting)).toBe('yes');
    expect(seen(shareWith(one), undefined, encrypted)).toBe('yes');
  });

  test('of two accounts each needs the key and the snapshots', () => {
    const both = { ...shareWith(one, other), snapshots: true, kms: 'grant' as const };
    const [first = '', second = ''] = [id, other.slice('account:'.length)];
    const snapshots = (...accounts: string[]) => known(accounts.map((account) => ({ on: snapshot, account })));
    const keys = (...accounts: string[]) => [key('a', accounts.flatMap(open))];
    expect(seen(both, { snapshots: snapshots(first, second), keys: keys(first, second) }, encrypted)).toBe('yes');
    expect(seen(both, { snapshots: snapshots(first), keys: keys(first, second) }, encrypted)).toBe('no');
    expect(seen(both, { snapshots: snapshots(first, second), keys: keys(first) }, encrypted)).toBe('no');
    expect(seen(both, { snapshots: snapshots(first), keys: [shut('a')] }, encrypted)).toBe('no');
  });
});

describe('something is to be taken back', () => {
  const exact = { ...shareWith(one), exact: true };
  const sharedWith = (...all: string[]) => ({ [keyOf(root)]: known(all) });
  const given = (...all: string[]) => ({ ...inventory([]).records, granted: { [keyOf(root)]: all } });

  test.each<[string, SharePolicy, Partial<Inventory>, Partial<Policy>, boolean]>([
    [
      'what we gave and nobody lists',
      shareWith(one),
      { grants: sharedWith(one, other), records: given(other) },
      {},
      true,
    ],
    ['not what somebody else gave', shareWith(one), { grants: sharedWith(one, other) }, {}, false],
    ['unless the list is to be exact', exact, { grants: sharedWith(one, other) }, {}, true],
    ['not what is listed', exact, { grants: sharedWith(one), records: given(one) }, {}, false],
    ['not what is there no more', shareWith(one), { grants: sharedWith(one), records: given(other) }, {}, false],
    ['not what nobody read', exact, { records: given(other) }, {}, false],
    ['not by a policy that only shows', exact, { grants: sharedWith(one, other) }, { mode: 'plan' }, false],
  ])('%s', (_name, share, more, rules, expected) => {
    expect(ofRoot(share, more, rules)?.surplus).toBe(expected);
  });

  const [snapshot = ''] = root.snapshots;
  const arn = 'arn:aws:kms:us-east-1:111122223333:key/1';
  const access = { arn, manager: 'customer' as const, enabled: true, policy: '{"Statement":[]}', grants: [] };
  const account = (principal: string): string => principal.slice('account:'.length);
  const reading = (more: Partial<StorageReading>): Partial<Inventory> => ({
    storage: { [keyOf(root)]: { keys: [], given: [], ...more } },
  });
  const onSnapshot = { on: snapshot, account: account(other) };
  const onKey = { on: arn, account: account(other) };
  const keys = [{ key: arn, access: known(access) }];

  test.each<[string, SharePolicy, Partial<Inventory>, boolean]>([
    [
      'a snapshot that we shared and that is shared still',
      shareWith(one),
      reading({ snapshots: known([onSnapshot]), given: [onSnapshot] }),
      true,
    ],
    ['not one that somebody else shared', shareWith(one), reading({ snapshots: known([onSnapshot]) }), false],
    [
      'not one that is shared no more',
      shareWith(one),
      reading({ snapshots: known([{ ...onSnapshot, account: account(one) }]), given: [onSnapshot] }),
      false,
    ],
    [
      'not another snapshot',
      shareWith(one),
      reading({ snapshots: known([{ ...onSnapshot, on: 'snap-other' }]), given: [onSnapshot] }),
      false,
    ],
    [
      'not one of which nobody could read who has it',
      shareWith(one),
      reading({ snapshots: unknown('denied'), given: [onSnapshot] }),
      false,
    ],
    [
      'not one that is wanted',
      { ...shareWith(other), snapshots: true },
      reading({ snapshots: known([onSnapshot]), given: [onSnapshot] }),
      false,
    ],
    ['a grant on the key under the image', shareWith(one), reading({ keys, given: [onKey] }), true],
    ['not one on another key', shareWith(one), reading({ given: [onKey] }), false],
    [
      'not one on a key that could not be read',
      shareWith(one),
      reading({ keys: [{ key: arn, access: unknown('denied') }], given: [onKey] }),
      false,
    ],
    [
      'not one that is wanted on the key',
      { ...shareWith(other), kms: 'grant' },
      reading({ keys, given: [onKey] }),
      false,
    ],
    [
      'not a grant for the snapshots alone',
      { ...shareWith(other), snapshots: true },
      reading({ keys, given: [onKey] }),
      true,
    ],
  ])('%s', (_name, share, more, expected) => expect(ofRoot(share, more)?.surplus).toBe(expected));
});

describe('a lineage is finished', () => {
  const rules = compiled(policy({ copy: copyTo(abroad), share: shareWith(one) }));
  const shared = { [keyOf(root)]: known([one]), [keyOf(copy)]: known([one]) };

  test.each<[string, Image[], Partial<Inventory>, boolean]>([
    ['available everywhere and shared', [root, copy], { grants: shared }, true],
    ['without its copy', [root], { grants: shared }, false],
    ['with a copy that nobody looked at', [root, copy], { grants: { [keyOf(root)]: known([one]) } }, false],
    ['and not shared', [root, copy], { grants: { ...shared, [keyOf(copy)]: known([]) } }, false],
    ['of another owner', [{ ...root, ownerId: '999900001111' }], { grants: shared }, false],
  ])('%s', (_name, images, more, expected) => {
    expect(finished(inventory(images, more), rules, now).has(keyOf(root))).toBe(expected);
  });
});

test('the pointers that could name an image are told for its lineage', () => {
  const publish = {
    when: 'all-regions' as const,
    ssm: [{ parameter: '/a', regions: 'all' as const }],
    launchTemplates: [],
  };
  const found = wantedPointers(inventory([root, copy]), compiled(policy({ publish })), now);
  expect([...found]).toEqual([
    [
      keyOf(root),
      [
        { kind: 'parameter', region: abroad, name: '/a' },
        { kind: 'parameter', region: home, name: '/a' },
      ],
    ],
  ]);
});

test('who is to be told is told for images that a policy selects', () => {
  const notify = [{ on: ['copied' as const], sns: 'topic' }];
  const stray = image(2, { name: 'stray' });
  const found = noticesWanted(inventory([root, stray]), compiled(policy({ notify })), now);
  expect([...found]).toEqual([[keyOf(root), notify]]);
});

describe('the same survey answers several questions', () => {
  const world = inventory([root]);
  const rules = compiled(policy());

  test('about one world at one time', () =>
    expect(surveyOf(world, rules, now).world).toBe(surveyOf(world, rules, now).world));
  test('but not about another time', () => expect(surveyOf(world, rules, now + day).world.now).toBe(now + day));
  test('nor under another policy', () => {
    const [subject] = surveyOf(world, compiled(policy({ name: 'silver' })), now).subjects;
    expect(subject?.effective.names).toEqual(['silver']);
  });
  test('nor about another world', () => expect(surveyOf(inventory([]), rules, now).subjects).toEqual([]));
});
