import { describe, expect, test } from 'vitest';
import { known, unknown } from '../../shared/model/evidence.ts';
import { type Image, keyOf, tagsOf } from '../../shared/model/image.ts';
import type { Inventory } from '../../shared/model/inventory.ts';
import type { Policy, SharePolicy } from '../../shared/model/policy.ts';
import { type Refusal, refusalRests } from '../../shared/model/refusal.ts';
import { day, hour } from '../../shared/model/time.ts';
import { decide } from '../../shared/rules/decide.ts';
import { merge } from '../../shared/rules/merge.ts';
import { grantsWanted } from '../../shared/rules/share-state.ts';
import {
  compiled,
  copyTo,
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
import { told } from './told.ts';

const [one, two, three] = ['account:111100001111', 'account:222200002222', 'account:333300003333'] as const;
const root = marked(image(1));
const key = keyOf(root);

const planOf = (share: SharePolicy, more: Partial<Inventory> = {}, rules: Partial<Policy> = {}, of: Image = root) =>
  told(decide(inventory([of], more), compiled(policy({ share, ...rules })), now));
const changes = (...given: Parameters<typeof planOf>) =>
  planOf(...given).actions.flatMap((action) => (action.kind === 'share-image' ? [[action.add, action.remove]] : []));
const reasons = (...given: Parameters<typeof planOf>) => planOf(...given).verdicts[0]?.reasons ?? [];

const grants = (...all: string[]) => ({ [key]: known(all) });
const refused = (...all: Partial<Refusal>[]) => ({
  [key]: all.map((more) => ({ principal: one, at: now - hour, why: 'no such account', ...more })),
});

describe('what AWS refused', () => {
  const given = (list: Partial<Refusal>[], present: string[] = [], granted: string[] = []): Partial<Inventory> => ({
    grants: grants(...present),
    records: records({ refused: refused(...list), granted: { [key]: granted } }),
  });

  test('is not asked for again, and said with its reason', () => {
    expect(changes(shareWith(one, two), given([{}]))).toEqual([[[two], []]]);
    expect(reasons(shareWith(one, two), given([{}]))).toContainEqual({
      code: 'share-refused',
      data: { principals: [one], why: 'no such account' },
    });
  });

  test('is told by its reasons, each with all that it is about', () => {
    const list = [{ principal: two }, {}, { principal: three, why: 'limit' }];
    const found = reasons(shareWith(one, two, three), given(list)).filter(({ code }) => code === 'share-refused');
    expect(found.map(({ data }) => data)).toEqual([
      { principals: [one, two], why: 'no such account' },
      { principals: [three], why: 'limit' },
    ]);
  });

  test('is asked for again after a day', () => {
    expect(refusalRests).toBe(day);
    expect(changes(shareWith(one), given([{ at: now - day + 1 }]))).toEqual([]);
    expect(changes(shareWith(one), given([{ at: now - day }]))).toEqual([[[one], []]]);
  });

  test('is of no matter where it is there, or nobody wants it', () => {
    const codes = (...given: Parameters<typeof planOf>) => reasons(...given).map(({ code }) => code);
    expect(codes(shareWith(one), given([{}], [one]))).not.toContain('share-refused');
    expect(codes(shareWith(two), given([{}], [two]))).not.toContain('share-refused');
  });

  test('of a snapshot says nothing about launching', () => {
    expect(changes(shareWith(one), given([{ on: 'snap-1' }]))).toEqual([[[one], []]]);
  });

  test('may also be that something is taken back', () => {
    expect(changes(shareWith(two), given([{}], [one, two], [one]))).toEqual([]);
    expect(reasons(shareWith(two), given([{}], [one, two], [one]))).toContainEqual({
      code: 'share-refused',
      data: { principals: [one], why: 'no such account' },
    });
    expect(changes(shareWith(two), given([{ principal: three }], [one, two], [one]))).toEqual([[[], [one]]]);
  });
});

describe('what is taken back says why', () => {
  const taken = (share: SharePolicy, ...all: string[]) =>
    planOf(share, { grants: grants(...all), records: records({ granted: { [key]: all } }) }).actions[0]?.why;

  test('its time is over, or nobody lists it', () => {
    const share = { ...shareWith(two), with: [{ principal: two }, { principal: one, until: now }] };
    expect(taken(share, three, one, two)).toEqual([
      { code: 'share-expired', data: { principals: [one] } },
      { code: 'share-not-listed', data: { principals: [three] } },
    ]);
    expect(taken(share, one, two)).toEqual([{ code: 'share-expired', data: { principals: [one] } }]);
  });

  test('and what others gave is named, and stays', () => {
    expect(reasons(shareWith(two), { grants: grants(two, three, one) })).toContainEqual({
      code: 'share-foreign',
      data: { principals: [one, three] },
    });
  });
});

describe('launch permissions that were not read in this run', () => {
  const wish = grantsWanted(merge([policy({ share: shareWith(one) })], now), now);
  const verified = (ago: number, wanted = wish?.digest ?? ''): Partial<Inventory> => ({
    records: records({ images: recorded(record(root, { shares: { wanted, verifiedAt: now - ago } })) }),
  });
  const code = (more: Partial<Inventory>, of: Image = root) =>
    reasons(shareWith(one), more, {}, of).find(({ code: found }) => /share/.test(found));

  test.each<[string, Partial<Inventory>, object]>([
    ['were compared within a day', verified(day - 1), { code: 'shares-verified' }],
    ['were compared a day ago', verified(day), { code: 'shares-unread' }],
    ['were compared with another wish', verified(hour, 'x'), { code: 'shares-unread' }],
    ['were never compared', {}, { code: 'shares-unread' }],
    ['could not be read', { grants: { [key]: unknown('denied') } }, { code: 'shares-unread', data: { why: 'denied' } }],
  ])('%s', (_name, more, expected) => expect(code(more)).toEqual(expected));

  test('are none to give under a key that cannot be shared', () => {
    const locked = { ...root, encrypted: true, kmsKeyIds: ['arn:aws:kms:us-east-1:1:alias/aws/ebs'] };
    expect(code({}, locked)).toEqual({ code: 'cannot-share' });
    expect(reasons({ ...shareWith(), exact: true }, {}, {}, locked).map((one) => one.code)).not.toContain(
      'cannot-share',
    );
    const present = reasons(shareWith(one), { grants: grants(one) }, {}, locked).map((found) => found.code);
    expect(present).toEqual(['shares-verified', 'no-retain']);
  });
});

test('what a check is recorded under changes with the wish, and with nothing else', () => {
  const digestOf = (share: SharePolicy) => grantsWanted(merge([policy({ share })], now), now)?.digest;
  const plain = digestOf(shareWith(one, two));
  expect(digestOf(shareWith(two, one))).toBe(plain);
  const others = [
    shareWith(one),
    { ...shareWith(one, two), exact: true },
    { ...shareWith(one, two), snapshots: true },
    { ...shareWith(one, two), kms: 'grant' as const },
    { ...shareWith(one, two), kms: 'off' as const },
  ].map(digestOf);
  expect(new Set([plain, ...others]).size).toBe(6);
  expect(digestOf({ ...shareWith(one), kms: 'off' })).not.toBe(digestOf({ ...shareWith(two), kms: 'off' }));
  expect(grantsWanted(merge([policy()], now), now)).toBeUndefined();
});

describe('nothing is taken back', () => {
  const given = { grants: grants(one), records: records({ granted: { [key]: [one] } }) };
  const guardsOf = (of: Image) =>
    planOf({ ...shareWith(), exact: true }, given, {}, of).held.map(({ guards }) => guards);
  const built = { ...root, tags: known({ ...tagsOf(root), CreatedBy: 'EC2 Image Builder' }) };

  test('from an image that does not carry our mark yet', () => {
    expect(guardsOf({ ...root, tags: known({}) })).toEqual([[{ code: 'unmarked', data: { image: key } }]]);
  });

  test('from an image that another service manages', () => {
    expect(guardsOf(built)).toEqual([
      [{ code: 'foreign-managed', data: { manager: 'EC2 Image Builder', image: key } }],
    ]);
    expect(guardsOf(root)).toEqual([]);
  });
});

describe('what is taken back', () => {
  const given = { grants: grants(one, two), records: records({ granted: { [key]: [two] } }) };
  const held = (of: Image) => planOf(shareWith(one), given, {}, of).held.map(({ step, guards }) => [step, guards]);

  test('is held where another service looks after the image', () => {
    const built: Image = { ...root, tags: known({ ...tagsOf(root), CreatedBy: 'EC2 Image Builder' }) };
    expect(held(built)).toEqual([
      ['share-image', [{ code: 'foreign-managed', data: { manager: 'EC2 Image Builder', image: key } }]],
    ]);
  });

  test('is held while the image has no marks, although this plan sets them', () => {
    expect(held(image(1))).toEqual([['share-image', [{ code: 'unmarked', data: { image: key } }]]]);
  });

  test('names no family where its policy has none', () => {
    const { family: _none, ...rest } = policy({ share: shareWith(one) });
    const plan = told(decide(inventory([root], given), compiled(rest), now));
    expect(plan.actions.map(({ kind, policy: name }) => [kind, name])).toEqual([['share-image', 'golden']]);
  });
});

describe('beside each other', () => {
  const codesOf = (...given: Parameters<typeof planOf>) => reasons(...given).map(({ code }) => code);
  const granted = { records: records({ granted: { [key]: [two] } }) };

  test('what we gave is taken back, and what others gave is named', () => {
    const given = { grants: grants(one, two, three), ...granted };
    expect(changes(shareWith(one), given)).toEqual([[[], [two]]]);
    expect(reasons(shareWith(one), given)).toContainEqual({ code: 'share-foreign', data: { principals: [three] } });
    expect(codesOf(shareWith(one), given)).not.toContain('shares-verified');
  });

  test('a refusal of somebody whom nobody wants is not told, while another is missing', () => {
    const given = { grants: grants(), records: records({ refused: refused({ principal: three }) }) };
    expect(codesOf(shareWith(one), given)).not.toContain('share-refused');
  });

  test('a root under an unknown key is shared with nobody, whatever key its copies are to have', () => {
    const locked = { ...root, encrypted: true };
    const copy = { ...copyTo(), to: [{ region: root.region, kmsKey: 'key-1' }] };
    expect(changes(shareWith(one), { grants: grants() }, { copy }, locked)).toEqual([]);
  });

  test('a policy that only shows its marks shows what would be shared', () => {
    const bare = image(1);
    const marks = policy({ name: 'marks', mode: 'plan' });
    const shares = policy({ name: 'shares', share: shareWith(one), lineage: { stampTags: false } });
    const { actions } = decide(inventory([bare], { grants: grants() }), compiled(marks, shares), now);
    expect(actions.filter(({ kind }) => kind === 'share-image').map(({ mode }) => mode)).toEqual(['plan']);
  });

  test('what is held of an image without a family names none', () => {
    const { family: _none, ...rules } = policy({ share: { ...shareWith(), exact: true } });
    const bare = { ...root, tags: known({}) };
    const plan = told(decide(inventory([bare], { grants: grants(one) }), compiled(rules as Policy), now));
    expect(plan.held).toHaveLength(1);
    expect(plan.held[0]).not.toHaveProperty('family');
  });
});
