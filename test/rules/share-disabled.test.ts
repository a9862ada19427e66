import { describe, expect, test } from 'vitest';
import { known } from '../../shared/model/evidence.ts';
import { type Image, keyOf } from '../../shared/model/image.ts';
import type { ActionOf } from '../../shared/model/plan.ts';
import type { Policy, SharePolicy } from '../../shared/model/policy.ts';
import type { ImageRecord } from '../../shared/model/records.ts';
import type { KeyAccess, StorageGrant, StorageReading } from '../../shared/model/storage.ts';
import { day } from '../../shared/model/time.ts';
import { decide } from '../../shared/rules/decide.ts';
import { sentence } from '../../shared/rules/explain.ts';
import { type WantedSharing, wantedGrants } from '../../shared/rules/survey.ts';
import {
  compiled,
  image,
  inventory,
  marked,
  now,
  policy,
  record,
  recorded,
  records,
  retain,
  shareWith,
} from './make.ts';
import { told } from './told.ts';

const [a, b] = ['222233334444', '333344445555'];
const [listed, dropped] = [`account:${a}`, `account:${b}`];
const key = 'arn:aws:kms:us-east-1:111122223333:key/k1';
const available = marked(image(1, { encrypted: true, kmsKeyIds: [key], snapshots: ['snap-1'] }));
const root: Image = { ...available, state: 'disabled' };

const on = (place: string, account: string): StorageGrant => ({ on: place, account });
const access: KeyAccess = { arn: key, manager: 'customer', enabled: true, policy: '{"Statement":[]}', grants: [] };
const openTo = (...accounts: string[]): StorageGrant[] => accounts.flatMap((one) => [on('snap-1', one), on(key, one)]);
const word = (disable?: 'idle' | 'all'): Partial<ImageRecord> => ({
  revoked: { at: now - day, reason: 'CVE-1', ...(disable && { disable }) },
});

interface Given {
  /** What we gave, and is still there. */
  readonly given?: readonly StorageGrant[];
  readonly record?: Partial<ImageRecord>;
  readonly share?: Partial<SharePolicy>;
  readonly rules?: Partial<Policy>;
  readonly image?: Image;
  readonly more?: readonly Image[];
}

function world({ given = [], record: more = {}, share, rules = {}, image: of = root, more: others = [] }: Given) {
  const reading: StorageReading = { snapshots: known(given.filter((one) => one.on !== key)), given, keys: [] };
  const storage = { [keyOf(of)]: { ...reading, keys: [{ key, access: known(access) }] } };
  const sharing = { ...shareWith(listed), snapshots: true, kms: 'grant' as const, ...share };
  const seen = inventory([of, ...others], {
    storage,
    grants: { [keyOf(of)]: known([]) },
    records: records({ images: recorded(record(of, { disabledAt: now - 2 * day, ...more })) }),
  });
  return { seen, rules: compiled(policy({ share: sharing, ...rules })) };
}

const planOf = (given: Given) => {
  const { seen, rules } = world(given);
  return told(decide(seen, rules, now));
};
const changes = (given: Given) =>
  planOf(given).actions.filter(
    (action): action is ActionOf<'share-snapshots' | 'grant-key'> =>
      action.kind === 'share-snapshots' || action.kind === 'grant-key',
  );
const taken = (given: Given) => changes(given).flatMap(({ remove }) => remove);

describe('the snapshots and keys of an image that we disabled', () => {
  test.each<[string, Given, readonly StorageGrant[]]>([
    ['stay open to whom policies list, so that nothing is lost when it comes back', { given: openTo(a) }, []],
    ['are closed to whom no policy lists any more', { given: openTo(a, b) }, openTo(b)],
    [
      'are closed to whom they were to be open for a time that is over',
      { given: openTo(a), share: { with: [{ principal: listed, until: now }] } },
      openTo(a),
    ],
    ['stay open where people only wanted pointers to leave', { given: openTo(a), record: word() }, []],
    ['are closed to all where people revoked it', { given: openTo(a, b), record: word('idle') }, openTo(a, b)],
    ['are left alone where no policy shares it', { given: openTo(b), rules: { share: undefined } as object }, []],
  ])('%s', (_what, given, expected) => {
    expect(taken(given)).toHaveLength(expected.length);
    expect(taken(given)).toEqual(expect.arrayContaining([...expected]));
    expect(changes(given).flatMap(({ add }) => add)).toEqual([]);
  });

  test('are opened to nobody meanwhile', () => {
    expect(planOf({}).actions).toEqual([]);
    expect(changes({ image: available }).flatMap(({ add }) => add)).toEqual(expect.arrayContaining(openTo(a)));
  });

  test('are closed as those of any other once somebody has enabled it again', () => {
    expect(taken({ image: available, given: openTo(b) })).toEqual([on(key, b), on('snap-1', b)]);
  });

  test('are nobody’s business where others disabled it', () => {
    const { seen, rules } = world({ given: openTo(b) });
    const others = records({ images: recorded(record(root)) });
    for (const kept of [others, records({})])
      expect(decide({ ...seen, records: kept }, rules, now).actions).toEqual([]);
  });

  test('are closed in mode plan only as a proposal, unless people revoked it', () => {
    const modes = (more: Partial<ImageRecord>) =>
      changes({ given: openTo(b), rules: { mode: 'plan' }, record: more }).map(({ mode }) => mode);
    expect(modes({})).toEqual(['plan', 'plan']);
    expect(modes(word())).toEqual(['plan', 'plan']);
    expect(modes(word('all'))).toEqual(['apply', 'apply']);
  });

  test('are closed for a reason that people understand', () => {
    const why = (more: Partial<ImageRecord>) =>
      changes({ given: openTo(b), record: more }).map((one) => one.why.map(sentence).join());
    expect(why({})).toEqual(Array(2).fill(expect.stringContaining(dropped)));
    expect(why(word('idle'))).toEqual(Array(2).fill('revoked on 2026-11-22: CVE-1'));
  });

  test('are closed by no more than the breaker allows, unless people revoked it', () => {
    const rules = { retain: retain({ limits: { perPlan: 0, percentOfFamily: 1 } }) };
    const of = (more: Partial<ImageRecord>) => ({ given: openTo(b), rules, record: more });
    expect(taken(of({}))).toEqual([]);
    expect(planOf(of({})).halted.map(({ kind }) => kind)).toEqual(['grant-key', 'share-snapshots']);
    expect(taken(of(word('idle')))).toHaveLength(2);
  });
});

describe('what a disabled image should be shared with', () => {
  const wanted = (given: Given): WantedSharing | undefined => {
    const { seen, rules } = world(given);
    return wantedGrants(seen, rules, now).get(keyOf(given.image ?? root));
  };

  test('is nobody who launches it, and whom policies list for snapshots and keys', () => {
    expect(wanted({ share: { exact: true } })).toMatchObject({
      principals: [],
      verify: [],
      exact: false,
      snapshots: [{ principal: listed, mode: 'apply' }],
      keys: [{ principal: listed, mode: 'apply' }],
    });
  });

  test('is nothing that anybody looks at where no policy shares it', () => {
    expect(wanted({ rules: { share: undefined } as object })).toBeUndefined();
  });

  test('is nobody at all once people revoked it', () => {
    expect(wanted({ record: word('idle') })).toMatchObject({ principals: [], snapshots: [], keys: [] });
  });

  test('is looked at anew with every turn of this', () => {
    const digests = [
      wanted({ image: available }),
      wanted({ image: available, share: { exact: true } }),
      wanted({}),
      wanted({ share: { exact: true } }),
      wanted({ record: word('idle') }),
    ].map((one) => one?.digest);
    expect(new Set(digests).size).toBe(5);
    expect(wanted({ record: word() })?.digest).toBe(wanted({})?.digest);
  });
});
