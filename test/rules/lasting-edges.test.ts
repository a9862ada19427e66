import { describe, expect, test } from 'vitest';
import { known, unknown } from '../../shared/model/evidence.ts';
import { type Image, keyOf } from '../../shared/model/image.ts';
import type { Inventory } from '../../shared/model/inventory.ts';
import type { Policy, SharePolicy } from '../../shared/model/policy.ts';
import type { StorageReading } from '../../shared/model/storage.ts';
import { day } from '../../shared/model/time.ts';
import { decide } from '../../shared/rules/decide.ts';
import { merge } from '../../shared/rules/merge.ts';
import { claimsOf } from '../../shared/rules/pointers.ts';
import { withRun } from '../../shared/rules/runs.ts';
import { policyFor, surveyOf } from '../../shared/rules/survey.ts';
import { isOpen } from '../../shared/rules/window.ts';
import { kept, newer, copy as oldCopy, root as oldRoot } from './expiring.ts';
import {
  abroad,
  compiled,
  copyOf,
  copyTo,
  far,
  home,
  image,
  inventory,
  marked,
  now,
  policy,
  records,
  regions,
  retain,
  shareWith,
} from './make.ts';
import { told } from './told.ts';

const [one, two] = ['account:111100001111', 'account:222200002222'] as const;
const id = (principal: string): string => principal.slice('account:'.length);

describe('snapshots', () => {
  const root = { ...marked(image(1)), snapshots: ['snap-b', 'snap-a'] };
  const given = (storage: Partial<StorageReading>): Partial<Inventory> => ({
    grants: { [keyOf(root)]: known([one, two]) },
    storage: { [keyOf(root)]: { keys: [], given: [], ...storage } },
  });
  const changes = (share: SharePolicy, storage: Partial<StorageReading>) =>
    told(decide(inventory([root], given(storage)), compiled(policy({ share })), now)).actions.flatMap((action) =>
      action.kind === 'share-snapshots' ? [action] : [],
    );

  test('are shared in order, by snapshot and then by account', () => {
    const [action] = changes({ ...shareWith(two, one), snapshots: true }, { snapshots: known([]) });
    expect(action).toMatchObject({
      remove: [],
      add: [
        { on: 'snap-a', account: id(one) },
        { on: 'snap-a', account: id(two) },
        { on: 'snap-b', account: id(one) },
        { on: 'snap-b', account: id(two) },
      ],
      why: [{ code: 'snapshots-missing', data: { principals: [one, two] } }],
    });
    expect(Object.keys(action?.why[0]?.data ?? {})).toEqual(['principals']);
  });

  test('are taken back in order, those alone that we gave', () => {
    const ours = [
      { on: 'snap-b', account: id(one) },
      { on: 'snap-a', account: id(two) },
    ];
    const present = [...ours, { on: 'snap-a', account: id(one) }];
    const found = changes(shareWith(one, two), { snapshots: known(present), given: ours });
    expect(found).toMatchObject([{ add: [], remove: [...ours].reverse() }]);
  });
});

describe('a grant on a key', () => {
  const arn = 'arn:aws:kms:us-east-1:111122223333:key/1';
  const root = { ...marked(image(1)), encrypted: true, kmsKeyIds: [arn] };
  const access = { arn, manager: 'customer' as const, enabled: true, policy: '{"Statement":[]}', grants: [] };
  const changes = (more: Partial<StorageReading>, manager: 'customer' | 'aws' = 'customer') => {
    const reading = { keys: [{ key: arn, access: known({ ...access, manager }) }], given: [], ...more };
    const world = inventory([root], {
      grants: { [keyOf(root)]: known([one]) },
      storage: { [keyOf(root)]: reading },
    });
    const rules = policy({ share: { ...shareWith(one), kms: 'grant' } });
    return told(decide(world, compiled(rules), now)).actions.flatMap((action) =>
      action.kind === 'grant-key' ? [action] : [],
    );
  };

  test('says on which key', () => {
    expect(changes({})).toMatchObject([
      { add: [{ on: arn, account: id(one) }], why: [{ code: 'key-missing', data: { key: arn, principals: [one] } }] },
    ]);
  });

  test('is none on a key that AWS manages', () => expect(changes({}, 'aws')).toEqual([]));

  test('is taken back from whom nobody wants it, on this key alone', () => {
    const given = [
      { on: arn, account: id(two) },
      { on: `${arn}2`, account: id(two) },
    ];
    expect(changes({ given }).flatMap(({ remove }) => remove)).toEqual([{ on: arn, account: id(two) }]);
  });
});

describe('of policies that want a copy in one Region', () => {
  const late = { ...copyTo(abroad), since: now + day, name: 'late-{name}', copyTags: false, maxPerDay: 1 };
  const [a, b] = [policy({ name: 'a', copy: late }), policy({ name: 'b', copy: copyTo(abroad) })];

  test('those decide that want this image', () => {
    expect(merge([a, b], now).copies).toMatchObject([
      { policy: 'b', name: '{name}', copyTags: true, maxPerDay: 100, since: true },
    ]);
  });

  test('all speak, where none wants it', () => {
    expect(merge([a], now).copies).toMatchObject([{ policy: 'a', name: 'late-{name}', since: false }]);
  });

  test('nothing is merged of what nobody says', () => {
    const [copy] = merge([b], now).copies;
    expect(Object.keys(copy ?? {}).filter((key) => key === 'kmsKey' || key === 'completeWithinMinutes')).toEqual([]);
    expect(merge([policy()], now)).not.toHaveProperty('shares');
    expect(merge([policy()], now)).not.toHaveProperty('retain');
  });

  test('winners are those that decided, and nobody else', () => {
    const marks = { 'lineage.stampTags': 'golden' };
    expect(merge([policy()], now).winners).toEqual(marks);
    const publish = {
      when: 'all-regions' as const,
      ssm: [{ parameter: '/a', regions: 'all' as const }],
      launchTemplates: [],
    };
    expect(merge([policy({ publish, share: shareWith(one), lineage: { stampTags: false } })], now).winners).toEqual({
      'publish./a': 'golden',
      'share.exact': 'golden',
      [`share.${one}`]: 'golden',
    });
  });
});

describe('a pointer could name a lineage', () => {
  const root = marked(image(1));
  const claims = (images: Image[], more: Partial<Policy>) => {
    const publish = {
      when: 'all-regions' as const,
      ssm: [{ parameter: '/a', regions: 'all' as const }],
      launchTemplates: [],
    };
    const survey = surveyOf(inventory(images, {}, regions), compiled(policy({ publish, ...more })), now);
    return survey.subjects.flatMap(claimsOf).map(({ pointer }) => pointer.region);
  };

  test.each<[string, Image[], Partial<Policy>, string[]]>([
    ['where it is', [root], {}, [home]],
    ['and where it will be', [root], { copy: copyTo(abroad, home) }, [abroad, home]],
    ['not where later images will', [root], { copy: { ...copyTo(abroad), since: now } }, [home]],
    ['not where it failed', [root, copyOf(root, 2, { state: 'failed' })], {}, [home]],
  ])('%s', (_name, images, more, expected) => expect(claims(images, more)).toEqual(expected));
});

describe('in each Region apart', () => {
  test('a root is shared as a root, and a copy as a copy', () => {
    const sealed = { encrypted: true };
    const root = { ...marked(image(1, sealed)), kmsKeyIds: ['arn:aws:kms:us-east-1:111122223333:key/1'] };
    const publish = {
      when: 'each-region' as const,
      ssm: [{ parameter: '/a', regions: [home, abroad] }],
      launchTemplates: [],
    };
    const copy = copyOf(root, 2, sealed);
    const pointers = Object.fromEntries(
      [home, abroad].map((region) => [`${region} parameter /a`, known({ kind: 'absent' as const })]),
    );
    const grants = { [keyOf(root)]: known([one]), [keyOf(copy)]: known([one]) };
    const to = [{ region: abroad, kmsKey: 'alias/golden' }];
    const rules = policy({ copy: { ...copyTo(abroad), to }, share: shareWith(one), publish });
    const { actions } = decide(inventory([root, copy], { grants, pointers }), compiled(rules), now);
    const moved = actions.flatMap((action) => (action.kind === 'publish-image' ? [action.image] : []));
    expect(moved).toEqual([keyOf(copy), keyOf(root)]);
  });
});

describe('members that are not there yet', () => {
  const fate = (state: Image['state'], unit: 'lineage' | 'image') => {
    const pending = copyOf(oldRoot, 31, { state, deprecationAt: now - 40 * day });
    const world = inventory([oldRoot, oldCopy, pending, ...newer], { records: records({ images: kept }) });
    const plan = decide(world, compiled(policy({ retain: retain({ unit }) })), now);
    const step = [...plan.actions, ...plan.held].filter((action) => action.image === keyOf(pending));
    return step.map((action) => ('kind' in action ? action.kind : action.step));
  };

  test.each<[Image['state'], string[]]>([
    ['available', ['disable-image']],
    ['pending', []],
    ['failed', []],
    ['transient', []],
  ])('%s: %j', (state, expected) => {
    expect(fate(state, 'image').filter((kind) => kind !== 'clean-up-copy')).toEqual(expected);
  });
});

test('a lineage of which one image is due no longer grows', () => {
  const { deprecationAt: _none, ...live } = oldRoot;
  const world = inventory([live, ...newer], { records: records({ images: kept }) }, regions);
  const { actions } = decide(world, compiled(policy({ copy: copyTo(far), retain: retain({ unit: 'image' }) })), now);
  expect(actions.filter(({ root }) => root === keyOf(oldRoot)).map(({ kind }) => kind)).toEqual(['deprecate-image']);
});

describe('a window', () => {
  const days = ['MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT', 'SUN'] as const;
  const at = (hour: number, minute: number): number => Date.UTC(2026, 10, 23, hour, minute);
  const open = (from: number, to: number, when: number) => isOpen({ days, from, to, timezone: 'UTC' }, when);

  test.each([
    [9, 29, false],
    [9, 30, true],
    [9, 44, true],
    [9, 45, false],
  ])('from 09:30 to 09:45 is open at %i:%i: %s', (hour, minute, expected) => {
    expect(open(9 * 60 + 30, 9 * 60 + 45, at(hour, minute))).toBe(expected);
  });

  test('that ends as it begins is never open', () => expect(open(600, 600, at(10, 0))).toBe(false));
});

describe('marks are set', () => {
  const marking = (one: Image, rules: Partial<Policy> = {}) =>
    told(decide(inventory([one]), compiled(policy(rules)), now)).actions.flatMap((action) =>
      action.kind === 'mark-image' ? [action] : [],
    );

  test.each<[Image['state'], number]>([
    ['available', 1],
    ['pending', 1],
    ['disabled', 0],
    ['failed', 0],
    ['transient', 0],
  ])('on an image that is %s: %i', (state, count) => expect(marking(image(1, { state }))).toHaveLength(count));

  test('where they are missing or differ, and only those', () => {
    const half = image(1, { tags: known({ 'ami-steward:managed': 'true', 'ami-steward:policy': 'other' }) });
    const [action] = marking(half);
    expect(action?.tags).toEqual({
      'ami-steward:root': keyOf(half),
      'ami-steward:built': '2026-08-15T10:00:00.000Z',
      'ami-steward:policy': 'golden',
    });
    expect(action?.why).toEqual([
      { code: 'mark-missing', data: { keys: ['ami-steward:root', 'ami-steward:built', 'ami-steward:policy'] } },
    ]);
    expect(marking(marked(image(1)))).toEqual([]);
  });

  test('without a family where there is none', () => {
    expect(marking(image(1), { family: { key: '{tag:Absent}' } })[0]).not.toHaveProperty('family');
  });
});

describe('what earlier runs amounted to', () => {
  test('begins with nothing, and remembers that something was in use', () => {
    expect(withRun(undefined, { taken: {} }, now)).toEqual({ taken: {}, inUse: {}, everInUse: false });
    expect(Object.keys(withRun(undefined, { taken: {} }, now).inUse)).toEqual([]);
    expect(withRun(undefined, { taken: {}, inUse: 0 }, now)).toMatchObject({
      inUse: { '2026-11-23': 0 },
      everInUse: false,
    });
    const used = withRun(undefined, { taken: {}, inUse: 1 }, now);
    expect(used.everInUse).toBe(true);
    expect(withRun(used, { taken: {}, inUse: 0 }, now + 60 * day)).toMatchObject({ everInUse: true });
  });

  test('holds each step with its own counts', () => {
    const first = withRun(undefined, { taken: { 'a x': 2, 'b x': 0 } }, now);
    expect(first.taken).toEqual({ 'a x': [2] });
    expect(withRun(first, { taken: { 'a x': 3 } }, now).taken).toEqual({ 'a x': [2, 3] });
  });
});

describe('a guard says of which image it speaks', () => {
  const guardsOf = (copy: Partial<Image>) => {
    const world = inventory([oldRoot, { ...oldCopy, ...copy }, ...newer], { records: records({ images: kept }) });
    const plan = decide(world, compiled(policy({ retain: retain() })), now);
    return plan.held.flatMap(({ guards }) => guards);
  };
  const key = keyOf(oldCopy);

  test.each<[string, Partial<Image>, object]>([
    [
      'whose tags nobody read',
      { tags: unknown('old file') },
      { code: 'tags-unknown', data: { image: key, why: 'old file' } },
    ],
    ['that is between two states', { state: 'transient' }, { code: 'not-available-yet', data: { image: key } }],
    [
      'of which nobody knows the last launch',
      { lastLaunchedAt: unknown('old file') },
      { code: 'last-launch-unknown', data: { image: key, why: 'old file' } },
    ],
    [
      'of which nobody knows the protection',
      { deregistrationProtection: unknown('old file') },
      { code: 'protection-unknown', data: { image: key, why: 'old file' } },
    ],
  ])('%s', (_name, copy, guard) => expect(guardsOf(copy)).toContainEqual(guard));

  test('and what it does not carry', () => {
    const bare = { ...oldCopy, tags: known({}) };
    const rules = policy({ copy: copyTo(abroad), lineage: { stampTags: false }, retain: retain() });
    const world = inventory([oldRoot, bare, ...newer], { records: records({ images: kept }) });
    const { held } = decide(world, compiled(rules), now);
    expect(held[0]?.guards).toEqual([{ code: 'unmarked', data: { image: key } }]);
  });

  test('and which pointer nobody read', () => {
    const publish = { when: 'all-regions' as const, ssm: [{ parameter: '/a', regions: [home] }], launchTemplates: [] };
    const world = inventory([oldRoot, oldCopy, ...newer], { records: records({ images: kept }) });
    const { held } = decide(world, compiled(policy({ publish, retain: retain() })), now);
    expect(held[0]?.guards).toContainEqual({
      code: 'pointer-unread',
      data: { pointer: '/a', region: home, why: 'it was not read' },
    });
  });
});

test('where images leave alone, one that is due is enough for a lineage to grow no more', () => {
  const { deprecationAt: _none, ...live } = oldRoot;
  const fresh = copyOf(oldRoot, 11, { state: 'pending' });
  const images = [live, fresh, ...newer];
  const world = inventory(images, { records: records({ images: kept }) }, regions);
  const { actions } = decide(
    world,
    compiled(policy({ copy: copyTo(far, abroad), retain: retain({ unit: 'image' }) })),
    now,
  );
  expect(actions.filter(({ root, kind }) => root === keyOf(oldRoot) && kind === 'copy-image')).toEqual([]);
});

test('which policy decides is told for a copy as for its root', () => {
  const root = marked(image(1));
  const rules = compiled(policy({ copy: copyTo(abroad) }));
  const world = inventory([root, copyOf(root, 2)]);
  expect(policyFor(keyOf(copyOf(root, 2)), world, rules, now)?.names).toEqual(['golden']);
});

test('a lineage whose source nobody read says which', () => {
  const orphan = copyOf(image(1, { region: far }), 2, { tags: known({}) });
  const world = inventory([orphan], { origins: { [keyOf(image(1, { region: far }))]: 'unread' } });
  const rules = policy({ select: { name: ['*'], rootDevice: ['ebs'], regions: [far, abroad] } });
  expect(decide(world, compiled(rules), now).verdicts[0]?.reasons).toEqual([
    { code: 'inventory-incomplete', data: { what: `source ${far}/${image(1).id}` } },
  ]);
});
