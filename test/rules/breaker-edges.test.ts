import { describe, expect, test } from 'vitest';
import { known, unknown } from '../../shared/model/evidence.ts';
import { type Image, keyOf } from '../../shared/model/image.ts';
import type { Inventory } from '../../shared/model/inventory.ts';
import type { CopyPolicy, Policy, RetainPolicy } from '../../shared/model/policy.ts';
import { day, hour } from '../../shared/model/time.ts';
import { decide } from '../../shared/rules/decide.ts';
import {
  abroad,
  compiled,
  copyOf,
  copyTo,
  home,
  idOf,
  image,
  intent,
  intents,
  inventory,
  marked,
  now,
  policy,
  record,
  recorded,
  records,
  regions,
  retain,
  selector,
} from './make.ts';
import { told } from './told.ts';

/** So many generations of a family, all but the newest two long superseded. */
const family = (name: string, count: number, from: number): Image[] =>
  Array.from({ length: count }, (_none, index) =>
    marked(image(from + index, { name: `${name}-${index}`, createdAt: now - (100 + index) * day })),
  );
const withCopies = (roots: Image[]): Image[] => roots.flatMap((root, index) => [root, copyOf(root, 700 + index)]);

function planOf(images: Image[], limits: RetainPolicy['limits'], more: Partial<RetainPolicy> = {}) {
  const kept = recorded(...images.map((one) => record(one, { finishedAt: now - 99 * day })));
  const rules = policy({ family: { key: '{nameBase}' }, retain: retain({ limits, ...more }), select: selector() });
  return told(decide(inventory(images, { records: records({ images: kept }) }), compiled(rules), now));
}

describe('when the breaker halts a plan', () => {
  const two = [...family('golden-a', 6, 1), ...family('golden-b', 3, 50)];
  const halted = () => planOf(two, { perPlan: 9, percentOfFamily: 60 });

  test('also the step waits that tripped nothing itself', () => {
    const { actions, held } = halted();
    expect(actions).toEqual([]);
    expect(held).toHaveLength(5);
    for (const { guards } of held) expect(guards.map(({ code }) => code)).toEqual(['breaker']);
  });

  test('each step says what its own family tripped, or the first of all', () => {
    const reasons = halted().held.map(({ family: of, guards }) => [
      of,
      guards[0]?.data?.family,
      guards[0]?.data?.count,
    ]);
    expect(reasons).toEqual([...Array(4).fill(['golden-a', 'golden-a', 4]), ['golden-b', 'golden-a', 4]]);
  });

  test('a step says both what the plan and what its family tripped', () => {
    const held = planOf(two, { perPlan: 4, percentOfFamily: 60 }).held;
    const data = held.map(({ family: of, guards }) => [of, ...guards.map((guard) => guard.data?.family ?? 'all')]);
    expect(data).toEqual([...Array(4).fill(['golden-a', 'all', 'golden-a']), ['golden-b', 'all']]);
  });
});

describe('a share of a family is one of what lives', () => {
  const four = family('golden', 4, 1);
  const failed = [20, 21].map((number) => marked(image(number, { name: 'golden-9', state: 'failed' })));
  const taken = (images: Image[], percentOfFamily: number, more: Partial<RetainPolicy> = {}) =>
    planOf(images, { perPlan: 99, percentOfFamily }, more).actions.filter(({ kind }) => kind === 'deprecate-image')
      .length;

  test.each([
    ['two of four lineages, where half may go', four, 50, 2],
    ['where less may', four, 49, 0],
    ['and those that failed are none', [...four, ...failed], 49, 0],
    ['a copy makes no second lineage', withCopies(four), 49, 0],
  ])('%s', (_name, images, percent, count) => expect(taken(images, percent)).toBe(count));

  const apart = { unit: 'image' as const };
  const dead = copyOf(four[0] ?? image(1), 900, { state: 'failed' });
  test.each([
    ['four of eight images, where images leave alone', withCopies(four), 50, 4],
    ['where less may', withCopies(four), 49, 0],
    ['and a copy that failed is none', [...withCopies(four), dead], 49, 0],
  ])('%s', (_name, images, percent, count) => expect(taken(images, percent, apart)).toBe(count));
});

describe('the order of a plan', () => {
  const root = image(1, { region: abroad, createdAt: now - 300 * day, deprecationAt: now - 90 * day });
  const copy = copyOf(root, 11, { region: home, deprecationAt: now - 90 * day });
  const others = [2, 3].map((number) => marked(image(number, { region: abroad, createdAt: now - 90 * day })));
  const finished = [...others, ...others.map((one, index) => copyOf(one, 12 + index, { region: home }))];
  const order = (state: Partial<Image>, tags: Record<string, string>, more = {}) => {
    const images = [marked(root, tags), { ...copy, ...marked(root, tags), ...copy }].map((one, index) => ({
      ...one,
      ...state,
      tags: known({
        ...(one.tags.complete && one.tags.value),
        ...tags,
        ...(index === 1 && { 'ami-steward:managed': 'true' }),
      }),
    }));
    const kept = recorded(
      record(root, { finishedAt: now - 299 * day, ...more }),
      record(copy, { root: keyOf(root), role: 'copy', ...more }),
      ...others.map((one) => record(one, { finishedAt: now - 89 * day })),
    );
    const rules = policy({ select: selector({ regions: [abroad] }), retain: retain() });
    const world = inventory([...images, ...finished], { records: records({ images: kept }) });
    return decide(world, compiled(rules), now).actions.map(({ kind, image: key }) => `${kind} ${key}`);
  };
  const gone = { disabledAt: now - 60 * day, checkedAt: now - 60 * day, savedGrants: [], approvedAt: now - hour };

  test('disables a root where its key stands', () => {
    expect(order({}, {})).toEqual([keyOf(root), keyOf(copy)].map((key) => `disable-image ${key}`));
  });

  test('deregisters a root after its copies', () => {
    expect(order({ state: 'disabled' }, { 'ami-steward:reap': 'approved' }, gone)).toEqual(
      [keyOf(copy), keyOf(root)].map((key) => `deregister-image ${key}`),
    );
  });

  test('gives before it takes, and marks before all', () => {
    const old = { ...family('golden', 1, 40)[0], tags: known({}) } as Image;
    const young = image(30, { createdAt: now - day });
    const images = [old, young, ...family('golden', 2, 50)];
    const kept = recorded(...images.map((one) => record(one, { finishedAt: now - 20 * day })));
    const world = inventory(images, { records: records({ images: kept }) });
    const kinds = decide(world, compiled(policy({ copy: copyTo(abroad), retain: retain() })), now).actions.map(
      (one) => one.kind,
    );
    const places = ['mark-image', 'copy-image', 'deprecate-image'].map((kind) => kinds.indexOf(kind as never));
    expect(places).toEqual([...places].sort((a, b) => a - b));
  });
});

test('a look at one lineage says nothing of what only the whole account tells', () => {
  const one = marked(image(1));
  const codes = (scope: 'account' | 'lineage') =>
    decide(inventory([one], { scope }), compiled(policy({ retain: retain() })), now).verdicts[0]?.reasons.map(
      ({ code }) => code,
    );
  expect(codes('account')).toEqual(['among-newest']);
  expect(codes('lineage')).toEqual(['in-place']);
});

describe('the request of a copy', () => {
  const requestFor = (one: Image, copy: Partial<CopyPolicy> = {}) => {
    const world = inventory([one]);
    const { actions } = decide(world, compiled(policy({ copy: { ...copyTo(abroad), ...copy } })), now);
    return actions.flatMap((action) => (action.kind === 'copy-image' ? [action.request] : []))[0];
  };

  test('has nothing that nobody asked for', () => {
    expect(Object.keys(requestFor(image(1)) ?? {}).sort()).toEqual(['name', 'region', 'source', 'tags']);
    const to = [{ region: abroad, kmsKey: 'alias/k', completeWithinMinutes: 15 }];
    expect(requestFor(image(1), { to })).toMatchObject({ kmsKey: 'alias/k', completeWithinMinutes: 15 });
  });

  test('has a name of 128 characters', () => {
    expect(requestFor(image(1, { name: `golden-${'x'.repeat(121)}` }), { name: 'a-{name}-b' })?.name).toBe(
      `a-golden-${'x'.repeat(119)}`,
    );
  });

  test('has of many tags the first by key, in whatever order they came, and a hold before all', () => {
    const names = Array.from({ length: 60 }, (_none, index) => `t${String(index).padStart(2, '0')}`);
    const tags = (order: string[]) => Object.fromEntries(order.map((key) => [key, key]));
    const hold = { 'ami-steward:keep-until': 'forever' };
    const found = requestFor(image(1, { tags: known({ ...tags([...names].reverse()), ...hold }) }))?.tags ?? {};
    expect(found).toEqual(requestFor(image(1, { tags: known({ ...tags(names), ...hold }) }))?.tags);
    expect(Object.keys(found)).toHaveLength(50);
    expect(found).toMatchObject({ ...hold, t00: 't00', t44: 't44' });
    const added = requestFor(image(1), { addTags: tags([...names].reverse()) })?.tags ?? {};
    expect(
      Object.keys(added)
        .filter((key) => key.startsWith('t'))
        .sort(),
    ).toEqual(names.slice(0, 46));
  });
});

describe('what is said of a copy that is not made', () => {
  const root = marked(image(1), { Team: 'a' });
  const said = (
    images: Image[],
    more: Partial<Inventory> = {},
    copy: Partial<CopyPolicy> = {},
    rules: Partial<Policy> = {},
  ) =>
    told(
      decide(
        inventory(images, more, regions),
        compiled(policy({ copy: { ...copyTo(abroad), ...copy }, ...rules })),
        now,
      ),
    ).verdicts.flatMap(({ image: key, reasons }) => reasons.map(({ code, data }) => [key, code, data]));

  test('its Region could not be read, and why', () => {
    const images = { [home]: known([root]), [abroad]: unknown<Image[]>('opt-in') };
    expect(said([root], { images })).toContainEqual([
      keyOf(root),
      'region-unreadable',
      { region: abroad, why: 'opt-in' },
    ]);
  });

  test('tags that were not read', () => {
    const blind = { ...root, tags: unknown<Record<string, string>>('old file') };
    expect(said([blind])).toContainEqual([keyOf(root), 'tags-unknown', { image: keyOf(root) }]);
  });

  test('too many under way, or in a day', () => {
    const other = marked(image(2, { createdAt: now - 99 * day }));
    const pending = copyOf(other, 12, { state: 'pending' });
    expect(said([root, other, pending], {}, { maxInFlight: 1 })).toContainEqual([
      keyOf(root),
      'copy-slots-taken',
      { region: abroad, slots: 1 },
    ]);
    const begun = { records: records({ intents: intents(intent(other, { copyId: idOf(12), since: now - hour })) }) };
    expect(said([root, other, copyOf(other, 12)], begun, { maxPerDay: 1 })).toContainEqual([
      keyOf(root),
      'copy-day-full',
      { policy: 'golden', limit: 1, region: abroad },
    ]);
  });

  test('its source is gone, on each copy that lives', () => {
    const origins = { [keyOf(root)]: 'gone' as const };
    const copies = [copyOf(root, 11), copyOf(root, 12, { state: 'failed' })];
    expect(said(copies, { origins }).filter(([, code]) => code === 'source-gone')).toEqual([
      [`${abroad}/${idOf(11)}`, 'source-gone', undefined],
    ]);
    const none = told(decide(inventory(copies, { origins }), compiled(policy()), now));
    expect(none.verdicts.flatMap(({ reasons }) => reasons.map(({ code }) => code))).not.toContain('source-gone');
  });

  test('a copy is made without a family where there is none', () => {
    const plan = decide(inventory([root]), compiled(policy({ copy: copyTo(abroad), family: { key: '{tag:X}' } })), now);
    const [action] = plan.actions.filter(({ kind }) => kind === 'copy-image');
    expect(action?.why).toEqual([{ code: 'copy-missing', data: { region: abroad } }]);
    expect(action && 'family' in action).toBe(false);
  });
});
