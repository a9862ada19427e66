import { describe, expect, test } from 'vitest';
import { type Evidence, known, unknown } from '../../shared/model/evidence.ts';
import { type Image, keyOf } from '../../shared/model/image.ts';
import type { ActionOf, Plan } from '../../shared/model/plan.ts';
import type { Policy, SharePolicy } from '../../shared/model/policy.ts';
import type { Refusal } from '../../shared/model/refusal.ts';
import {
  grantName,
  type KeyAccess,
  keyOperations,
  type StorageGrant,
  type StorageReading,
} from '../../shared/model/storage.ts';
import { day } from '../../shared/model/time.ts';
import { decide } from '../../shared/rules/decide.ts';
import { finished, wantedGrants } from '../../shared/rules/survey.ts';
import { compiled, image, inventory, marked, now, policy, records, shareWith } from './make.ts';
import { told } from './told.ts';

const [a, b] = ['222233334444', '333344445555'];
const unit = 'unit:arn:aws:organizations::111122223333:ou/o-a1b2c3d4e5/ou-ab12-cdef3456';
const key = 'arn:aws:kms:us-east-1:111122223333:key/k1';
const root = marked(image(1, { encrypted: true, kmsKeyIds: [key], snapshots: ['snap-1', 'snap-2'] }));
const rootKey = keyOf(root);

const on = (place: string, account: string): StorageGrant => ({ on: place, account });
const letsIn = (...accounts: string[]): string =>
  JSON.stringify({
    Statement: [
      {
        Effect: 'Allow',
        Principal: { AWS: accounts.map((id) => `arn:aws:iam::${id}:root`) },
        Action: keyOperations.map((one) => `kms:${one}`),
      },
    ],
  });
const keyOpenTo = (...accounts: string[]): KeyAccess => ({
  arn: key,
  manager: 'customer',
  enabled: true,
  policy: letsIn('111122223333', ...accounts),
  grants: [],
});

interface Given {
  readonly share?: Partial<SharePolicy>;
  readonly more?: readonly Policy[];
  readonly with?: readonly string[];
  readonly snapshots?: Evidence<readonly StorageGrant[]>;
  readonly key?: Evidence<KeyAccess>;
  readonly given?: readonly StorageGrant[];
  readonly refused?: readonly Refusal[];
  readonly present?: readonly string[];
  readonly rules?: Partial<Policy>;
  readonly image?: Image;
}

const sharees = [`account:${a}`, `account:${b}`];

function world(given: Given) {
  const storage: StorageReading = {
    keys: [{ key, access: given.key ?? known(keyOpenTo(a, b)) }],
    given: given.given ?? [],
    snapshots: given.snapshots ?? known([]),
  };
  const rules = compiled(
    policy({ share: { ...shareWith(...(given.with ?? sharees)), ...given.share }, ...given.rules }),
    ...(given.more ?? []),
  );
  const seen = inventory([given.image ?? root], {
    grants: { [rootKey]: known([...(given.present ?? given.with ?? sharees)]) },
    storage: { [rootKey]: storage },
    records: records({ ...(given.refused && { refused: { [rootKey]: given.refused } }) }),
  });
  return { seen, rules };
}

const planOf = (given: Given): Plan => {
  const { seen, rules } = world(given);
  return told(decide(seen, rules, now));
};
const changes = (plan: Plan, kind: 'share-snapshots' | 'grant-key') =>
  plan.actions
    .filter((action): action is ActionOf<'share-snapshots' | 'grant-key'> => action.kind === kind)
    .map(({ add, remove, mode }) => ({ add, remove, mode }));
const codes = (plan: Plan) => plan.verdicts[0]?.reasons.map(({ code }) => code) ?? [];

describe('snapshots of shared images', () => {
  test('are nobody’s business unless a policy says so', () => {
    expect(changes(planOf({}), 'share-snapshots')).toEqual([]);
  });

  test('are opened to the accounts, one by one where something is missing', () => {
    const plan = planOf({ share: { snapshots: true }, snapshots: known([on('snap-1', a)]) });
    const add = [on('snap-1', b), on('snap-2', a), on('snap-2', b)];
    expect(changes(plan, 'share-snapshots')).toEqual([{ add, remove: [], mode: 'apply' }]);
    expect(codes(plan)).toContain('snapshots-missing');
  });

  test('are opened to no organization and no unit', () => {
    expect(changes(planOf({ with: [unit], share: { snapshots: true } }), 'share-snapshots')).toEqual([]);
  });

  test('are opened to those sharees alone whose policy asks for it', () => {
    const other = policy({ name: 'other', share: { ...shareWith(`account:${b}`), snapshots: true } });
    const plan = planOf({ with: [`account:${a}`], more: [other], present: sharees });
    expect(changes(plan, 'share-snapshots').flatMap(({ add }) => add)).toEqual([on('snap-1', b), on('snap-2', b)]);
  });

  test.each<[string, Partial<SharePolicy>, readonly StorageGrant[], readonly StorageGrant[], readonly StorageGrant[]]>([
    [
      'F33 ours that nobody lists goes',
      { snapshots: true },
      [on('snap-1', '9')],
      [on('snap-1', '9')],
      [on('snap-1', '9')],
    ],
    ['F33 a foreign one stays', { snapshots: true }, [on('snap-1', '9')], [], []],
    ['a foreign one stays under exact as well', { snapshots: true, exact: true }, [on('snap-1', '9')], [], []],
    ['ours goes once snapshots are shared no more', {}, [on('snap-1', a)], [on('snap-1', a)], [on('snap-1', a)]],
    ['what is gone already needs no taking', {}, [], [on('snap-1', a)], []],
  ])('%s', (_name, share, present, given, remove) => {
    const plan = planOf({ share, snapshots: known([...present]), given });
    expect(changes(plan, 'share-snapshots').flatMap((one) => one.remove)).toEqual(remove);
  });

  test('are left as they are while nobody can read who may use them', () => {
    const plan = planOf({ share: { snapshots: true }, snapshots: unknown('denied'), given: [on('snap-1', '9')] });
    expect([changes(plan, 'share-snapshots'), codes(plan)]).toEqual([[], expect.arrayContaining(['snapshots-unread'])]);
  });

  test('are opened to nobody under a key that AWS manages', () => {
    const managed = known({ ...keyOpenTo(a, b), manager: 'aws' as const });
    const plan = planOf({ share: { snapshots: true, kms: 'grant' }, key: managed, present: [] });
    expect([plan.actions, codes(plan).includes('cannot-share')]).toEqual([[], true]);
  });

  test('count for an image to be finished', () => {
    const all = sharees.flatMap((one) => root.snapshots.map((place) => on(place, one.slice(8))));
    const done = (snapshots: Evidence<readonly StorageGrant[]>) => {
      const { seen, rules } = world({ share: { snapshots: true }, snapshots });
      return [finished(seen, rules, now).size, wantedGrants(seen, rules, now).get(rootKey)?.seen];
    };
    expect(done(known(all))).toEqual([1, 'yes']);
    expect(done(known(all.slice(1)))).toEqual([0, 'no']);
    expect(done(unknown('denied'))).toEqual([0, 'unknown']);
  });
});

describe('F31 the key under a shared image', () => {
  test('is said to be closed to each sharee who cannot use it, and sharing goes on', () => {
    const plan = planOf({ key: known(keyOpenTo(a)), present: [] });
    const reason = plan.verdicts[0]?.reasons.find(({ code }) => code === 'key-not-shared');
    expect(reason?.data).toEqual({ key, principals: [`account:${b}`] });
    expect(plan.actions.map(({ kind }) => kind)).toEqual(['share-image']);
  });

  test.each<[string, Given, readonly string[]]>([
    ['open to all', {}, []],
    ['nobody asked', { share: { kms: 'off' }, key: known(keyOpenTo()) }, []],
    ['could not be read', { key: unknown('denied') }, ['key-unread']],
    ['says what nobody can judge', { key: known({ ...keyOpenTo(), policy: '{' }) }, ['key-undecided']],
    ['is disabled', { key: known({ ...keyOpenTo(a, b), enabled: false }) }, ['key-disabled']],
    ['is managed by AWS', { key: known({ ...keyOpenTo(a, b), manager: 'aws' }), present: [] }, ['cannot-share']],
  ])('%s', (_name, given, expected) => {
    const plan = planOf(given);
    expect(codes(plan).filter((code) => code.startsWith('key-') || code === 'cannot-share')).toEqual(expected);
    expect(changes(plan, 'grant-key')).toEqual([]);
    if (expected.includes('cannot-share')) expect(plan.actions).toEqual([]);
  });
});

describe('an image that is only planned to be marked', () => {
  const unmarked = { ...root, tags: known({}) };
  const planned = { image: unmarked, rules: { mode: 'plan' as const }, with: [`account:${a}`] };

  test('has its snapshots opened only in the plan', () => {
    const add = [on('snap-1', a), on('snap-2', a)];
    expect(changes(planOf({ ...planned, share: { snapshots: true } }), 'share-snapshots')).toEqual([
      { add, remove: [], mode: 'plan' },
    ]);
  });

  test('has them opened to nobody where nothing under it can be shared', () => {
    const managed = known({ ...keyOpenTo(a, b), manager: 'aws' as const });
    const plan = planOf({ ...planned, share: { snapshots: true }, key: managed, present: [] });
    expect(changes(plan, 'share-snapshots')).toEqual([]);
  });
});

describe('grants on the key', () => {
  const grant: Partial<SharePolicy> = { kms: 'grant' };

  test('are made for accounts that cannot use it, and come first', () => {
    const plan = planOf({ share: { ...grant, snapshots: true }, key: known(keyOpenTo(a)), present: [] });
    expect(changes(plan, 'grant-key')).toEqual([{ add: [on(key, b)], remove: [], mode: 'apply' }]);
    expect(plan.actions.map(({ kind }) => kind)).toEqual(['grant-key', 'share-snapshots', 'share-image']);
    expect(codes(plan)).not.toContain('key-not-shared');
  });

  test('are made for each image, whatever was granted for others', () => {
    const grantee = `arn:aws:iam::${b}:root`;
    const granted = (name: string) => ({ id: '1', name, grantee, operations: [...keyOperations] });
    const add = (name: string) =>
      changes(planOf({ share: grant, key: known({ ...keyOpenTo(a), grants: [granted(name)] }) }), 'grant-key');
    expect(add(`ami-steward/ami-other/${b}`).flatMap((one) => one.add)).toEqual([on(key, b)]);
    expect(add(grantName(root.id, b))).toEqual([]);
    expect(add('by somebody else')).toEqual([]);
  });

  test('are not made for organizations, of which it is said', () => {
    const plan = planOf({ share: grant, with: [unit], key: known(keyOpenTo()) });
    expect([changes(plan, 'grant-key'), codes(plan)]).toEqual([[], expect.arrayContaining(['key-not-shared'])]);
  });

  test.each<[string, Partial<SharePolicy>, readonly StorageGrant[]]>([
    ['stay while the account is listed', grant, []],
    ['end with until', { ...grant, with: [{ principal: `account:${a}`, until: now }] }, [on(key, a)]],
    ['end when the policy grants no more', { kms: 'verify' }, [on(key, a)]],
  ])('%s', (_name, share, remove) => {
    const plan = planOf({ share, given: [on(key, a)], present: [] });
    expect(changes(plan, 'grant-key').flatMap((one) => one.remove)).toEqual(remove);
  });
});

describe('what AWS refused', () => {
  const refused = (ago: number, more: Partial<Refusal> = {}): Refusal[] => [
    { principal: `account:${a}`, at: now - ago, why: 'no room', ...more },
  ];
  test.each<[string, Refusal[], string[]]>([
    ['rests for a day, and others go on', refused(day - 1), [`account:${b}`]],
    ['is tried again after a day', refused(day), sharees],
    ['on a snapshot rests nothing else', refused(0, { on: 'snap-1' }), sharees],
  ])('%s', (_name, list, add) => {
    const plan = planOf({ refused: list, present: [] });
    const found = plan.actions.filter((action): action is ActionOf<'share-image'> => action.kind === 'share-image');
    expect(found.flatMap((action) => action.add)).toEqual(add);
    expect(codes(plan).includes('share-refused')).toBe(add.length === 1);
  });

  test('of another account on the same snapshot rests nothing', () => {
    const list = refused(0, { on: 'snap-1', principal: `account:${b}` });
    const plan = planOf({ share: { snapshots: true }, with: [`account:${a}`], refused: list });
    expect(changes(plan, 'share-snapshots').flatMap(({ add }) => add)).toEqual([on('snap-1', a), on('snap-2', a)]);
  });

  test('to be taken back rests as well', () => {
    const [there, gone] = [on('snap-1', '9'), on('snap-2', '9')];
    const list = refused(0, { on: 'snap-1', principal: 'account:9' });
    const plan = planOf({ snapshots: known([there, gone]), given: [there, gone], refused: list });
    expect(changes(plan, 'share-snapshots').flatMap(({ remove }) => remove)).toEqual([gone]);
  });

  test('on a snapshot rests there', () => {
    const list = refused(0, { on: 'snap-1' });
    const plan = planOf({ share: { snapshots: true }, with: [`account:${a}`], refused: list });
    expect(changes(plan, 'share-snapshots').flatMap(({ add }) => add)).toEqual([on('snap-2', a)]);
    expect(codes(plan)).toContain('share-refused');
  });
});
