import { describe, expect, test } from 'vitest';
import type { Code } from '../../shared/model/codes.ts';
import { digest } from '../../shared/model/digest.ts';
import { known, unknown } from '../../shared/model/evidence.ts';
import { type Image, keyOf } from '../../shared/model/image.ts';
import type { Inventory } from '../../shared/model/inventory.ts';
import { type Pointer, type PointerRecord, type PointerState, pointerKey } from '../../shared/model/pointer.ts';
import type { Policy, PublishPolicy } from '../../shared/model/policy.ts';
import { day, hour, minute } from '../../shared/model/time.ts';
import { decide } from '../../shared/rules/decide.ts';
import { sentence } from '../../shared/rules/explain.ts';
import {
  abroad,
  compiled,
  copyOf,
  copyTo,
  home,
  image,
  inventory,
  now,
  policy,
  record,
  recorded,
  records,
} from './make.ts';
import { aged, asked, names, parameter, parameterKey, publish } from './pointed.ts';

const older = aged(1, 40 * day);
const newest = aged(2, 10 * day);
const copies = [copyOf(older, 11), copyOf(newest, 12)];
const all = [older, newest, ...copies];

interface Given {
  readonly images?: Image[];
  readonly state?: PointerState | 'unread';
  readonly record?: PointerRecord;
  readonly policy?: Partial<Policy>;
  readonly policies?: Policy[];
  readonly tombstones?: Inventory['records']['images'];
  readonly inventory?: Partial<Inventory>;
}

function planOf(given: Given) {
  const { state = { kind: 'absent' }, record: entry } = given;
  const seen = state === 'unread' ? unknown<PointerState>('denied') : known(state);
  const world = inventory(given.images ?? all, {
    pointers: { [parameterKey]: seen },
    records: records({
      images: given.tombstones ?? {},
      pointers: entry ? { [parameterKey]: entry } : {},
    }),
    ...given.inventory,
  });
  const rules = given.policies ?? [policy({ copy: copyTo(abroad), publish, ...given.policy })];
  return decide(world, compiled(...rules), now);
}

/** What the pointer is moved to, or why not. */
function outcome(given: Given): string[] {
  const { actions, verdicts } = planOf(given);
  const moves = actions.filter(({ kind }) => kind === 'publish-image').map((action) => action.image);
  const reasons = verdicts.flatMap((verdict) => verdict.reasons).filter(({ code }) => publishing.includes(code));
  for (const reason of reasons) expect(sentence(reason)).not.toMatch(/unnamed\b.*something|undefined/);
  return moves.length > 0 ? moves : [...new Set(reasons.map(({ code }) => code))];
}

const publishing: readonly Code[] = [
  'published-here',
  'publish-waits',
  'publish-pending',
  'pointer-ahead',
  'pointer-absent',
  'pointer-foreign',
  'pointer-moved',
  'pointer-untagged',
  'pointer-unread',
  'pointer-conflict',
  'pointer-unnamed',
  'no-family',
];

const half = [older, newest, copyOf(older, 11)];
const arm = aged(3, day, { architecture: 'arm64' });
const apart = { ...publish, when: 'each-region' as const };
const pending = { since: now - 15 * minute + 1 };
const confirmed = { confirmedAt: now - day };
const foreign = image(9, { ownerId: '999999999999' });
const gone = image(8, { createdAt: now - 5 * day });
const kept = (more: object) => recorded(record(gone, { goneAt: now - day, ...more }));

describe('a pointer', () => {
  test.each<[string, Given, string[]]>([
    ['that is not there yet is made for the newest image', {}, [keyOf(newest)]],
    ['moves forward', { state: names(older.id) }, [keyOf(newest)]],
    ['that names the newest image is in place', { state: names(newest.id) }, ['published-here']],
    ['F34 waits for every Region', { images: half, state: names(older.id) }, ['published-here', 'publish-waits']],
    ['names what is complete, while a newer image waits', { images: half }, [keyOf(older)]],
    ['of each Region alone waits for its own', { images: half, policy: { publish: apart } }, [keyOf(newest)]],
    [
      'waits until the image is shared',
      { policy: { share: { with: [{ principal: 'account:1' }], exact: false, snapshots: false, kms: 'off' } } },
      ['publish-waits'],
    ],
    [
      'F34 never goes back to an older build',
      { images: half, state: names(newest.id) },
      ['pointer-ahead', 'published-here'],
    ],
    ['is not moved while nobody knows what it names', { state: 'unread' }, ['pointer-unread']],
    ["that names somebody else's image is left alone", { state: names(foreign.id) }, ['pointer-foreign']],
    ['that names no image at all is left alone', { state: names('soon') }, ['pointer-foreign']],
    ['that names a gone image of unknown age is left alone', { state: names(gone.id) }, ['pointer-foreign']],
    [
      'that names a gone image that was newer stays',
      { state: names(gone.id), tombstones: kept({}) },
      ['pointer-ahead'],
    ],
    [
      'that names a gone image that was older moves',
      { state: names(gone.id), tombstones: kept({ built: now - 50 * day }) },
      [keyOf(newest)],
    ],
    ['INV-13 that was asked to name a newer build stays', { record: asked(gone) }, ['pointer-ahead']],
    ['F34e that was asked for just now is waited for', { record: asked(newest, pending) }, ['publish-pending']],
    [
      'F34e that never showed it is asked again',
      { record: asked(newest, { since: now - 15 * minute }) },
      [keyOf(newest)],
    ],
    [
      'F34e that never showed it twice is asked again after two hours',
      { record: asked(newest, { attempt: 2, since: now - 2 * hour + 1 }) },
      ['publish-pending'],
    ],
    [
      'that another run is moving is waited for',
      { record: asked(older, { since: now - 5 * minute + 1 }) },
      ['publish-pending'],
    ],
    ['that another run has left is moved', { record: asked(older, { since: now - 5 * minute }) }, [keyOf(newest)]],
    [
      'that somebody moved back by hand stays until the next build',
      { state: names(older.id), record: asked(newest, confirmed) },
      ['pointer-moved'],
    ],
    ['that somebody deleted is made again', { record: asked(newest, confirmed) }, [keyOf(newest)]],
    [
      'is left alone when two architectures want it',
      { images: [...all, arm], policy: { publish: literal() } },
      ['pointer-conflict'],
    ],
    [
      'is none of an image whose path is no name',
      { policy: { publish: literal('/golden/{tag:Team}') } },
      ['pointer-unnamed'],
    ],
    ['is none of an image without a family', { policy: { family: { key: '{tag:Team}' } } }, ['no-family']],
    [
      'is none of an image whose build date is in the future',
      { images: [aged(2, -day)], policy: { copy: copyTo() } },
      [],
    ],
  ])('%s', (_name, given, expected) => expect(outcome(given)).toEqual(expected));
});

function literal(path = '/golden/latest'): PublishPolicy {
  return { ...publish, when: 'each-region', ssm: [{ parameter: path, regions: [home] }] };
}

test('a path that a tag would lead elsewhere is no name', () => {
  const images = [{ ...newest, tags: known({ ...(newest.tags.complete ? newest.tags.value : {}), Team: '../prod' }) }];
  expect(outcome({ images, policy: { publish: literal('/golden/{tag:Team}') } })).toEqual(['pointer-unnamed']);
});

test('a plan names the pointer, what it named, and a digest of what was seen', () => {
  const { actions } = planOf({ state: names(older.id), record: asked(newest, { attempt: 2, since: now - day }) });
  expect(actions.find(({ kind }) => kind === 'publish-image')).toMatchObject({
    pointer: parameter,
    seen: digest(names(older.id)),
    from: older.id,
    fromName: 'golden-1',
    name: 'golden-2',
    built: newest.createdAt,
    attempt: 3,
  });
});

const fleet: Pointer = { kind: 'launch-template', region: home, name: 'web-fleet' };
const template = (latest: Image | undefined, standard: Image | undefined, publishable = true): PointerState => ({
  kind: 'launch-template',
  id: 'lt-0123456789abcdef0',
  publishable,
  latest: { version: 4, ...(latest && { image: latest.id }) },
  default: { version: 3, ...(standard && { image: standard.id }) },
});

describe('a launch template', () => {
  const outcomeOf = (state: PointerState, setDefault: boolean, entry?: PointerRecord): string[] =>
    outcome({
      policy: {
        publish: { ...publish, ssm: [], launchTemplates: [{ name: 'web-fleet', setDefault }] },
        copy: copyTo(),
      },
      images: [older, newest],
      inventory: {
        pointers: { [pointerKey(fleet)]: known(state) },
        records: records({ pointers: entry ? { [pointerKey(fleet)]: { ...entry, pointer: fleet } } : {} }),
      },
    });

  test.each<[string, PointerState, boolean, string[]]>([
    ['without the tag is left alone', template(older, older, false), false, ['pointer-untagged']],
    ['that does not exist is none', { kind: 'absent' }, false, ['pointer-absent']],
    ['gets a newer version', template(older, older), false, [keyOf(newest)]],
    ['that names no image yet gets one', template(undefined, undefined), false, [keyOf(newest)]],
    ['whose newest version has the image is in place', template(newest, older), false, ['published-here']],
    ['whose default has it is in place', template(older, newest), true, ['published-here']],
    ['gets the default too where the policy says so', template(newest, older), true, [keyOf(newest)]],
    ['with a strange newest version is left alone', template(foreign, older), true, ['pointer-foreign']],
  ])('%s', (_name, state, setDefault, expected) => expect(outcomeOf(state, setDefault)).toEqual(expected));

  test('whose default somebody moved back stays, until the policy asks for something else', () => {
    const entry = asked(newest, { ...confirmed, setDefault: true });
    expect(outcomeOf(template(newest, older), true, entry)).toEqual(['pointer-moved']);
    expect(outcomeOf(template(newest, older), true, { ...entry, setDefault: false })).toEqual([keyOf(newest)]);
  });
});

test('of several policies the more careful way holds, and their Regions are united', () => {
  const loose = policy({ name: 'loose', copy: copyTo(abroad), publish: apart });
  const strict = policy({
    name: 'strict',
    publish: { ...publish, ssm: [{ parameter: '/golden/{architecture}/latest', regions: [abroad] }] },
  });
  const waits = outcome({ images: half, policies: [loose, strict], state: names(older.id) });
  expect(waits).toEqual(['pointer-unread', 'published-here', 'publish-waits']);
  const plan = planOf({ policies: [loose, strict], inventory: { pointers: {} } });
  const unread = plan.verdicts.flatMap(({ reasons }) => reasons.filter(({ code }) => code === 'pointer-unread'));
  expect(unread.map(({ data }) => data?.region).sort()).toEqual([abroad, home]);
});

describe('a pointer goes back only from what people revoked', () => {
  const revoked = record(newest, { revoked: { at: now - hour, reason: 'CVE-2026-1234' } });
  const away = (more: Given = {}) =>
    planOf({
      state: names(newest.id),
      record: asked(newest, { confirmedAt: now - day }),
      tombstones: recorded(revoked),
      ...more,
    });

  test('to the newest that is ready and not revoked, and says from where and why', () => {
    const [move] = away().actions.filter(({ kind }) => kind === 'publish-image');
    expect(move).toMatchObject({ image: keyOf(older), leaves: keyOf(newest), from: newest.id });
    expect(move?.why.map(sentence)).toEqual([
      '/golden/x86_64/latest in us-east-1 leaves golden-2, which is revoked: CVE-2026-1234',
    ]);
  });

  test('and not without that', () => {
    expect(outcome({ state: names(newest.id), record: asked(newest, { confirmedAt: now - day }) })).toEqual([
      'published-here',
    ]);
    const healthy = away({ tombstones: recorded(record(newest)) });
    expect(healthy.actions.filter(({ kind }) => kind === 'publish-image')).toEqual([]);
  });

  test('also when it was asked to name the revoked image and nobody saw it do so', () => {
    const given = { state: names(older.id), record: asked(newest, { since: now - 5 * minute }) };
    const [none] = away(given).actions.filter(({ kind }) => kind === 'publish-image');
    expect(none).toBeUndefined();
    const [move] = away({ ...given, state: names('ami-0000000000000000f') }).actions;
    expect(move?.kind).not.toBe('publish-image');
  });

  test('stays where it is while nothing else is ready', () => {
    const alone = away({ images: [newest, copyOf(newest, 12)] });
    expect(alone.actions.filter(({ kind }) => kind === 'publish-image')).toEqual([]);
    expect(alone.verdicts.map(({ code }) => code)).toEqual(['revoked', 'revoked']);
  });

  test('and goes on to a newer build like any other', () => {
    const fixed = aged(3, 2 * day);
    const [move] = away({ images: [...all, fixed, copyOf(fixed, 13)] }).actions.filter(
      ({ kind }) => kind === 'publish-image',
    );
    expect(move).toMatchObject({ image: keyOf(fixed) });
    expect(move).not.toHaveProperty('leaves');
  });

  test('what is revoked is copied nowhere', () => {
    const plan = away({ images: [older, newest, copyOf(older, 11)] });
    expect(plan.actions.filter(({ kind }) => kind === 'copy-image')).toEqual([]);
    const before = away({ images: [older, newest, copyOf(older, 11)], tombstones: {} });
    expect(before.actions.filter(({ kind }) => kind === 'copy-image')).toHaveLength(1);
  });
});
