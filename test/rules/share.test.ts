import { describe, expect, test } from 'vitest';
import { known, unknown } from '../../shared/model/evidence.ts';
import { type Image, keyOf } from '../../shared/model/image.ts';
import type { Inventory } from '../../shared/model/inventory.ts';
import type { ActionOf, Plan } from '../../shared/model/plan.ts';
import type { Policy, SharePolicy } from '../../shared/model/policy.ts';
import { day } from '../../shared/model/time.ts';
import { decide } from '../../shared/rules/decide.ts';
import { finished, wantedGrants } from '../../shared/rules/survey.ts';
import {
  abroad,
  compiled,
  copyOf,
  copyTo,
  image,
  inventory,
  marked,
  now,
  policy,
  record,
  recorded,
  records,
} from './make.ts';

const [a, b, c] = ['account:222233334444', 'account:333344445555', 'account:444455556666'] as const;
const root = marked(image(1));
const rootKey = keyOf(root);

const rules = (share: Partial<SharePolicy>, more: Partial<Policy> = {}) =>
  compiled(
    policy({
      share: { with: [{ principal: a }, { principal: b }], exact: false, snapshots: false, kms: 'verify', ...share },
      ...more,
    }),
  );
const world = (one: Image, grants: string[] | undefined, granted: string[] = [], more: Partial<Inventory> = {}) =>
  inventory([one], {
    ...(grants && { grants: { [keyOf(one)]: known(grants) } }),
    records: records({ granted: { [keyOf(one)]: granted } }),
    ...more,
  });
const changes = (plan: Plan) =>
  plan.actions
    .filter((action): action is ActionOf<'share-image'> => action.kind === 'share-image')
    .map(({ add, remove, mode }) => ({ add, remove, mode }));
const codes = (plan: Plan) => plan.verdicts[0]?.reasons.map(({ code }) => code);

describe('launch permissions are a goal', () => {
  test.each<[string, Partial<SharePolicy>, string[], string[], string[], string[]]>([
    ['missing ones are added', {}, [a], [], [b], []],
    ['nothing to do', {}, [a, b], [], [], []],
    ['F33 ours that nobody lists goes', {}, [a, b, c], [c], [], [c]],
    ['F33 foreign ones stay', {}, [a, b, c], [], [], []],
    ['exact takes foreign ones too', { exact: true }, [a, b, c], [], [], [c]],
    ['one before until: wanted', { with: [{ principal: a, until: now + 1 }] }, [], [], [a], []],
    ['at until: no longer wanted', { with: [{ principal: a, until: now }] }, [], [], [], []],
    ['after until ours is taken back', { with: [{ principal: a, until: now }] }, [a], [a], [], [a]],
    ['after until a foreign one stays', { with: [{ principal: a, until: now }] }, [a], [], [], []],
  ])('%s', (_name, share, grants, granted, add, remove) => {
    const found = changes(decide(world(root, grants, granted), rules(share), now));
    expect(found.flatMap((one) => one.add)).toEqual(add);
    expect(found.flatMap((one) => one.remove)).toEqual(remove);
  });

  test('F29 a pending image is not shared', () => {
    expect(changes(decide(world({ ...root, state: 'pending' }, []), rules({}), now))).toEqual([]);
  });

  test('one that people revoked is given to nobody, while what is to be taken back is taken', () => {
    const images = recorded(record(root, { revoked: { at: now, reason: 'a hole' } }));
    const seen = world(root, [a, c], [c]);
    const plan = (more: object) => changes(decide({ ...seen, records: { ...seen.records, ...more } }, rules({}), now));
    expect(plan({ images })).toEqual([{ add: [], remove: [c], mode: 'apply' }]);
    expect(plan({}).flatMap(({ add }) => add)).toEqual([b]);
  });

  test('an image without marks is shared only when this plan sets them', () => {
    const bare = image(1);
    expect(changes(decide(world(bare, []), rules({}), now))).toHaveLength(1);
    const unstamped = decide(world(bare, []), rules({}, { lineage: { stampTags: false } }), now);
    expect([changes(unstamped), codes(unstamped)]).toEqual([[], ['unmarked', 'no-retain']]);
  });

  test('in mode plan it is shown, not done', () => {
    expect(changes(decide(world(root, [c], [c]), rules({}, { mode: 'plan' }), now)).map(({ mode }) => mode)).toEqual([
      'plan',
      'plan',
    ]);
  });

  test('a deprecated image gets no further permission, and loses those whose time is over', () => {
    const old = { ...root, deprecationAt: now - day };
    expect(changes(decide(world(old, [c], [c]), rules({}), now))).toEqual([{ add: [], remove: [c], mode: 'apply' }]);
  });

  test('while tags may still bring another policy, nothing is taken back', () => {
    const young = marked(image(1, { createdAt: now - 1 }));
    const late = policy({ name: 'late', select: { ...policy().select, tags: { Team: ['x'] } } });
    const two = { ...rules({}), policies: [...rules({}).policies, late] };
    const plan = decide(world(young, [a, b, c], [c]), two, now);
    expect([changes(plan), plan.held[0]?.guards[0]?.code]).toEqual([[], 'tags-undecided']);
  });
});

describe('F31 what cannot be shared is said before it is tried', () => {
  test.each<[string, Partial<Image>, boolean]>([
    ['not encrypted', {}, true],
    ['a customer key', { encrypted: true, kmsKeyIds: ['arn:aws:kms:us-east-1:111122223333:key/a'] }, true],
    [
      'the AWS managed key',
      { encrypted: true, kmsKeyIds: ['arn:aws:kms:us-east-1:111122223333:alias/aws/ebs'] },
      false,
    ],
    ['an unknown key', { encrypted: true }, false],
  ])('%s', (_name, more, possible) => {
    const plan = decide(world({ ...root, ...more }, []), rules({}), now);
    expect(changes(plan)).toHaveLength(possible ? 1 : 0);
    expect(codes(plan)?.includes('cannot-share')).toBe(!possible);
  });

  test('a key that the policy names for that Region proves that the copy can be shared', () => {
    const copy = copyOf(root, 2, { encrypted: true });
    const images = inventory([root, copy], { grants: { [keyOf(copy)]: known([]), [rootKey]: known([a, b]) } });
    const to = [{ region: abroad, kmsKey: 'alias/golden' }];
    expect(changes(decide(images, rules({}, { copy: { ...copyTo(abroad), to } }), now))).toHaveLength(1);
    expect(changes(decide(images, rules({}, { copy: copyTo(abroad) }), now))).toEqual([]);
  });

  test('P7 an encrypted image is never shared with everyone', () => {
    const sealed = { ...root, encrypted: true, kmsKeyIds: ['k'] };
    const plan = decide(world(sealed, []), rules({ with: [{ principal: 'everyone' }, { principal: a }] }), now);
    expect(changes(plan).map(({ add }) => add)).toEqual([[a]]);
  });
});

describe('permissions that were not read in this run', () => {
  const wanted = wantedGrants(world(root, undefined), rules({}), now).get(rootKey)?.digest ?? '';
  const checked = (digest: string, ago: number) =>
    decide(
      world(root, undefined, [], {
        records: records({ images: recorded(record(root, { shares: { wanted: digest, verifiedAt: now - ago } })) }),
      }),
      rules({}),
      now,
    );
  test.each([
    ['checked within a day', wanted, day - 1, 'shares-verified'],
    ['checked a day ago', wanted, day, 'shares-unread'],
    ['checked for another wish', 'other', 0, 'shares-unread'],
  ])('%s', (_name, digest, ago, code) => {
    const plan = checked(digest, ago);
    expect([changes(plan), codes(plan)]).toEqual([[], expect.arrayContaining([code])]);
  });

  test('could not be read', () => {
    const plan = decide(world(root, undefined, [], { grants: { [rootKey]: unknown('denied') } }), rules({}), now);
    expect([changes(plan), codes(plan)]).toEqual([[], expect.arrayContaining(['shares-unread'])]);
  });
});

test('a lineage is finished when every wanted Region has it, available and shared', () => {
  const copy = copyOf(root, 2);
  const policies = rules({}, { copy: copyTo(abroad) });
  const done = (images: Image[], grants: Inventory['grants']) => [
    ...finished(inventory(images, { grants }), policies, now),
  ];
  const all = { [rootKey]: known([a, b]), [keyOf(copy)]: known([a, b]) };
  expect(done([root, copy], all)).toEqual([rootKey]);
  expect(done([root, copy], { ...all, [keyOf(copy)]: known([a]) })).toEqual([]);
  expect(done([root, copy], { [rootKey]: known([a, b]) })).toEqual([]);
  expect(done([root, { ...copy, state: 'pending' }], all)).toEqual([]);
  expect(done([root], all)).toEqual([]);
});
