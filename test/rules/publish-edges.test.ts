import { describe, expect, test } from 'vitest';
import { digest } from '../../shared/model/digest.ts';
import { known } from '../../shared/model/evidence.ts';
import { type Image, keyOf } from '../../shared/model/image.ts';
import type { Inventory } from '../../shared/model/inventory.ts';
import { type Pointer, type PointerRecord, type PointerState, pointerKey } from '../../shared/model/pointer.ts';
import type { CopyPolicy, Policy, PublishPolicy } from '../../shared/model/policy.ts';
import { day, minute } from '../../shared/model/time.ts';
import { decide } from '../../shared/rules/decide.ts';
import { mergePointers } from '../../shared/rules/merge-publish.ts';
import {
  abroad,
  compiled,
  copyOf,
  copyTo,
  far,
  home,
  idOf,
  image,
  inventory,
  now,
  policy,
  record,
  recorded,
  records,
  regions,
  shareWith,
} from './make.ts';
import { aged, asked as askedFor, names } from './pointed.ts';
import { told } from './told.ts';

const older = aged(1, 40 * day);
const newest = aged(2, 10 * day);
const all = [older, newest, copyOf(older, 11), copyOf(newest, 12)];
const half = all.slice(0, 3);

/** Whatever the architecture, so that two families may want it. */
const parameter: Pointer = { kind: 'parameter', region: home, name: '/latest' };
const parameterKey = pointerKey(parameter);
const publish: PublishPolicy = {
  when: 'all-regions',
  ssm: [{ parameter: parameter.name, regions: [home] }],
  launchTemplates: [],
};
const asked = (of: Image, more: Partial<PointerRecord> = {}): PointerRecord =>
  askedFor(of, { pointer: parameter, ...more });

interface Given {
  readonly images?: Image[];
  readonly state?: PointerState;
  readonly record?: PointerRecord;
  readonly policies?: Policy[];
  readonly inventory?: Partial<Inventory>;
}

function planOf(given: Given) {
  const world = inventory(
    given.images ?? all,
    {
      pointers: { [parameterKey]: known<PointerState>(given.state ?? { kind: 'absent' }) },
      records: records({ pointers: given.record ? { [parameterKey]: given.record } : {} }),
      ...given.inventory,
    },
    regions,
  );
  const rules = given.policies ?? [policy({ copy: copyTo(abroad), publish })];
  return told(decide(world, compiled(...rules), now));
}

const moves = (given: Given) => planOf(given).actions.filter((action) => action.kind === 'publish-image');
const movedTo = (given: Given): string[] => moves(given).map((action) => action.image);
/** What the verdict on the newest image says of the pointer. */
const said = (given: Given, of: Image = newest) => {
  const verdict = planOf(given).verdicts.find((one) => one.image === keyOf(of));
  return verdict?.reasons.find(({ data }) => data?.pointer === parameter.name);
};
const nextOf = (given: Given) => planOf(given).verdicts.find((one) => one.image === keyOf(newest))?.next;

describe('what a pointer moves to', () => {
  const leaving = { ...newest, deprecationAt: now - 1 };

  test.each<[string, Given, string[]]>([
    ['is not an image that is on its way out', { images: [older, leaving, ...all.slice(2)] }, [keyOf(older)]],
    ['is not a lineage without its root', { images: [older, copyOf(older, 11), copyOf(newest, 12)] }, [keyOf(older)]],
    [
      'is an image whose clock is a little ahead',
      { images: [older, aged(3, -5 * minute)], policies: [policy({ publish })] },
      [`${home}/${idOf(3)}`],
    ],
    [
      'is none of the future',
      { images: [older, aged(3, -5 * minute - 1)], policies: [policy({ publish })] },
      [keyOf(older)],
    ],
    [
      'is the later id of one moment',
      { images: [older, aged(4, 10 * day), newest], policies: [policy({ publish })] },
      [`${home}/${idOf(4)}`],
    ],
  ])('%s', (_name, given, expected) => expect(movedTo(given)).toEqual(expected));

  test('a pointer that more than one lineage could name is named once', () => {
    expect(movedTo({ images: [older, newest, aged(5, 20 * day)], policies: [policy({ publish })] })).toEqual([
      keyOf(newest),
    ]);
  });

  test('in a Region of copies, its copy there', () => {
    const there = { ...publish, ssm: [{ parameter: parameter.name, regions: [abroad] }] };
    const pointers = { [pointerKey({ ...parameter, region: abroad })]: known<PointerState>({ kind: 'absent' }) };
    const rules = [policy({ copy: copyTo(abroad), publish: there })];
    expect(movedTo({ policies: rules, inventory: { pointers } })).toEqual([`${abroad}/${idOf(12)}`]);
  });
});

describe('a move says', () => {
  test('what the pointer was seen to be, and what it named', () => {
    const [action] = moves({ state: names(older.id) });
    expect(action).toEqual({
      kind: 'publish-image',
      image: keyOf(newest),
      root: keyOf(newest),
      family: 'golden/x86_64',
      policy: 'golden',
      mode: 'apply',
      why: [{ code: 'publish-due', data: { pointer: parameter.name, region: home, from: 'golden-1' } }],
      pointer: parameter,
      seen: digest(names(older.id)),
      built: newest.createdAt,
      name: 'golden-2',
      from: older.id,
      fromName: 'golden-1',
      setDefault: false,
      attempt: 1,
    });
  });

  test('nothing of what it named, where that was nothing', () => {
    const [action] = moves({});
    expect(action?.why).toEqual([{ code: 'publish-due', data: { pointer: parameter.name, region: home } }]);
    expect([action && 'from' in action, action && 'fromName' in action]).toEqual([false, false]);
  });

  test('the recorded name of an image that is gone, or its id', () => {
    const gone = image(7, { createdAt: now - 90 * day });
    const images = recorded(record(gone, { name: 'of-old', goneAt: now - day }));
    const given = { state: names(gone.id), inventory: { records: records({ images }) } };
    expect(moves(given)[0]?.fromName).toBe('of-old');
    const known = { state: names(gone.id), record: asked(gone, { confirmedAt: now - day }) };
    expect(moves(known)[0]?.fromName).toBe(gone.id);
  });

  test('which try it is, of this image alone', () => {
    const later = { since: now - day };
    expect(moves({ record: asked(newest, { ...later, attempt: 2 }) })[0]?.attempt).toBe(3);
    expect(moves({ record: asked(older, { ...later, attempt: 2 }) })[0]?.attempt).toBe(1);
    expect(moves({ record: asked(newest, { ...later, attempt: 2, confirmedAt: now - day }) })[0]?.attempt).toBe(1);
  });
});

describe('an image that waits says', () => {
  test('for which Regions, what the pointer names, and what it will', () => {
    expect(said({ images: half, state: names(older.id) })).toEqual({
      code: 'publish-waits',
      data: {
        pointer: parameter.name,
        region: home,
        regions: [abroad],
        policy: 'golden',
        to: 'golden-2',
        from: 'golden-1',
      },
    });
  });

  test('nothing of what it names, where that is nothing', () => {
    expect(Object.keys(said({ images: half })?.data ?? {})).not.toContain('from');
  });

  test('which word stands there that is no image', () => {
    const given = { images: [newest], state: names('soon') };
    expect(said(given)?.data).toMatchObject({ from: 'soon' });
  });

  test('for its own Region, where each waits for itself', () => {
    const apart = policy({
      copy: copyTo(abroad),
      share: shareWith('account:1'),
      publish: { ...publish, when: 'each-region' },
    });
    expect(said({ policies: [apart] })?.data).toMatchObject({ regions: [home] });
  });

  test('for Regions where it is not shared for sure', () => {
    const sharing = [policy({ copy: copyTo(abroad), share: shareWith('account:1'), publish })];
    const grants = { [keyOf(newest)]: known(['account:1']) };
    const pointers = { [parameterKey]: known<PointerState>({ kind: 'absent' }) };
    expect(said({ policies: sharing, inventory: { grants, pointers } })?.data).toMatchObject({ regions: [abroad] });
    expect(said({ policies: sharing })?.data).toMatchObject({ regions: [abroad, home] });
  });

  test('for no Region that copies of it never reach', () => {
    const late = { ...copyTo(abroad, far, home), since: now };
    const all = policy({ name: 'a', copy: { ...late, to: [{ region: far }, { region: home }] }, publish });
    expect(
      said({ images: [newest], policies: [all, policy({ name: 'b', copy: copyTo(abroad) })] })?.data,
    ).toMatchObject({
      regions: [abroad],
    });
  });

  test('as the newest of those that wait, alone', () => {
    const third = aged(3, 5 * day);
    const images = [older, newest, third, copyOf(older, 11)];
    expect(said({ images, state: names(older.id) }, third)?.code).toBe('publish-waits');
    expect(said({ images, state: names(older.id) })).toBeUndefined();
  });

  test('nothing, once it failed', () => {
    const failed = { ...aged(3, 5 * day), state: 'failed' as const };
    expect(said({ images: [...all, failed], state: names(newest.id) }, failed)).toBeUndefined();
  });
});

describe('what keeps a pointer is named', () => {
  const foreign = image(9, { ownerId: '999999999999' });
  const hold = (code: string, data: object = {}) => ({
    code,
    data: { pointer: parameter.name, region: home, ...data },
  });

  test.each<[string, Given, object]>([
    ['in place', { state: names(newest.id) }, hold('published-here')],
    [
      "somebody else's image",
      { images: [...all, foreign], state: names(foreign.id) },
      hold('pointer-foreign', { image: foreign.id }),
    ],
    ['a word', { state: names('soon') }, hold('pointer-foreign', { image: 'soon' })],
    [
      'a newer build that was asked for',
      { record: asked(image(7, { createdAt: now - day })) },
      hold('pointer-ahead', { image: idOf(7) }),
    ],
    [
      'this one, asked for just now',
      { record: asked(newest, { since: now }) },
      hold('publish-pending', { image: newest.id }),
    ],
    [
      'somebody who moved it',
      { state: names(older.id), record: asked(newest, { confirmedAt: now - day }) },
      hold('pointer-moved', { to: older.id }),
    ],
    ['that nobody read it', { inventory: { pointers: {} } }, hold('pointer-unread', { why: 'it was not read' })],
  ])('%s', (_name, given, expected) => expect(said(given)).toEqual(expected));

  test('with the time at which it is tried again, by us or after another', () => {
    const at = (ready: number) => ({ step: 'publish-image', at: ready, region: home });
    expect(nextOf({ record: asked(newest, { since: now - 15 * minute + 1 }) })).toEqual(at(now + 1));
    expect(nextOf({ record: asked(older, { since: now - 5 * minute + 1 }) })).toEqual(at(now + 1));
    expect(nextOf({ state: names(newest.id) })).toBeUndefined();
  });

  test('with both families that want it', () => {
    const arm = aged(3, day, { architecture: 'arm64' });
    expect(said({ images: [newest, arm], policies: [policy({ publish })] })).toEqual(
      hold('pointer-conflict', { families: ['golden/arm64 (arm64)', 'golden/x86_64 (x86_64)'] }),
    );
  });

  test('not by a family of which none may grow', () => {
    const arm = aged(3, day, { architecture: 'arm64', deprecationAt: now - 1 });
    expect(movedTo({ images: [newest, arm], policies: [policy({ publish })] })).toEqual([keyOf(newest)]);
  });
});

describe('pointers of several policies', () => {
  const wish = (name: string, more: Partial<PublishPolicy>, mode: Policy['mode'] = 'apply') =>
    policy({ name, mode, publish: { when: 'each-region', ssm: [], launchTemplates: [], ...more } });
  const at = (regions: 'all' | string[]): Partial<PublishPolicy> => ({ ssm: [{ parameter: '/a', regions }] });
  const template = (setDefault: boolean): Partial<PublishPolicy> => ({
    launchTemplates: [{ name: 'web', setDefault }],
  });

  test.each<[string, Policy[], object[]]>([
    ['none, none', [policy()], []],
    ['all Regions win', [wish('a', at([home])), wish('b', at('all'))], [{ regions: 'all' }]],
    ['all Regions win, whoever says so', [wish('a', at('all')), wish('b', at([home]))], [{ regions: 'all' }]],
    ['some are united', [wish('a', at([home])), wish('b', at([far, home]))], [{ regions: [far, home] }]],
    ['together wins', [wish('a', { ...at('all'), when: 'all-regions' }), wish('b', at('all'))], [{ together: true }]],
    ['apart only where all say so', [wish('a', at('all')), wish('b', at('all'))], [{ together: false }]],
    [
      'the default is moved only where all say so',
      [wish('a', template(true)), wish('b', template(false))],
      [{ setDefault: false }],
    ],
    ['and then it is', [wish('a', template(true)), wish('b', template(true))], [{ setDefault: true }]],
    [
      'a name of both kinds is two, in order',
      [wish('a', { ssm: [{ parameter: 'x', regions: 'all' }], launchTemplates: [{ name: 'x', setDefault: false }] })],
      [
        { kind: 'launch-template', template: 'x' },
        { kind: 'parameter', template: 'x' },
      ],
    ],
  ])('%s', (_name, policies, expected) => {
    const merged = mergePointers(policies);
    expect(merged).toMatchObject(expected);
    expect(merged).toHaveLength(expected.length);
  });
});

describe('a pointer is left where', () => {
  const locked = aged(2, 10 * day, { encrypted: true });
  const key = {
    ...copyTo(),
    to: [
      { region: home, kmsKey: 'key-home' },
      { region: abroad, kmsKey: 'key-abroad' },
    ],
  };
  const lockedCopy = copyOf(locked, 12, { encrypted: true });
  const grantsOf = (...images: Image[]) => Object.fromEntries(images.map((one) => [keyOf(one), known(['account:1'])]));
  const pointers = { [parameterKey]: known<PointerState>({ kind: 'absent' }) };
  const sharing = (more: Partial<PublishPolicy> = {}, copy: CopyPolicy = key) => [
    policy({ copy, share: shareWith('account:1'), publish: { ...publish, ...more } }),
  ];
  const grants = grantsOf(locked, lockedCopy);
  const { createdAt: _never, ...undated } = newest;

  test.each<[string, Given]>([
    [
      'the key of the root may be one that nobody can share',
      { images: [locked], policies: sharing({ when: 'each-region' }), inventory: { grants, pointers } },
    ],
    ['nobody knows when the image was built', { images: [undated], policies: [policy({ publish })] }],
  ])('%s', (_how, given) => expect(movedTo(given)).toEqual([]));

  test('a root waits for its own Region, whatever key its copies are to have', () => {
    const given = { images: [locked, lockedCopy], policies: sharing(), inventory: { grants, pointers } };
    expect(said(given)?.data).toMatchObject({ regions: [home] });
  });

  test('an image waits for all Regions, where none of them lacks one that is shared', () => {
    const given = {
      images: [newest, copyOf(newest, 12), copyOf(newest, 13)],
      policies: sharing({}, copyTo(abroad)),
      inventory: {
        pointers,
        grants: { ...grantsOf(newest, copyOf(newest, 12)), [`${abroad}/${idOf(13)}`]: known([]) },
      },
    };
    expect(said(given)?.data).toMatchObject({ regions: [abroad, home] });
  });

  test('a family of which the root is gone wants it no more', () => {
    const arm = copyOf(aged(3, day, { architecture: 'arm64' }), 13, { architecture: 'arm64' });
    const there = { ...publish, when: 'each-region' as const };
    expect(movedTo({ images: [newest, arm], policies: [policy({ copy: copyTo(abroad), publish: there })] })).toEqual([
      keyOf(newest),
    ]);
  });

  test("it names the id of an image's copy in another Region, which is none here", () => {
    expect(said({ state: names(idOf(12)) })?.code).toBe('pointer-foreign');
  });

  test('it names an image that is disabled, without being in place', () => {
    const images = [{ ...newest, state: 'disabled' as const }, copyOf(newest, 12)];
    expect(said({ images, state: names(newest.id) })?.code).not.toBe('published-here');
  });

  test('a template lacks the tag, which is named', () => {
    const fleet: Pointer = { kind: 'launch-template', region: home, name: 'web' };
    const state: PointerState = {
      kind: 'launch-template',
      id: 'lt-1',
      publishable: false,
      latest: { version: 1 },
      default: { version: 1 },
    };
    const wish = { ...publish, ssm: [], launchTemplates: [{ name: fleet.name, setDefault: false }] };
    const plan = planOf({
      images: [newest],
      policies: [policy({ publish: wish })],
      inventory: { pointers: { [pointerKey(fleet)]: known(state) } },
    });
    const found = plan.verdicts[0]?.reasons.find(({ code }) => code === 'pointer-untagged');
    expect(found?.data).toMatchObject({ tag: 'ami-steward:publish' });
  });
});

describe('a pointer leaves what people revoked', () => {
  const images = recorded(record(newest, { revoked: { at: now - day, reason: 'CVE-1' } }));
  const away = (state: PointerState, more: Partial<Inventory['records']> = {}) =>
    moves({
      inventory: { pointers: { [parameterKey]: known(state) }, records: records({ images, ...more }) },
    })[0];

  test('also where nobody recorded that it was asked to name it', () => {
    expect(away(names(newest.id))).toMatchObject({ image: keyOf(older), leaves: keyOf(newest) });
  });

  test('and leaves nothing, where it named nothing', () => {
    expect(away({ kind: 'absent' })).not.toHaveProperty('leaves');
  });
});
