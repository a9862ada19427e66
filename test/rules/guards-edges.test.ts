import { describe, expect, test } from 'vitest';
import { known } from '../../shared/model/evidence.ts';
import { type Image, keyOf } from '../../shared/model/image.ts';
import { type Inventory, usageSources } from '../../shared/model/inventory.ts';
import type { RetainPolicy } from '../../shared/model/policy.ts';
import { day } from '../../shared/model/time.ts';
import { eyesBroken, unreadSources } from '../../shared/rules/blind.ts';
import { decide } from '../../shared/rules/decide.ts';
import { worldOf } from '../../shared/rules/world.ts';
import { copy, failing, kept, newer, planOf, root, table, tagged, use } from './expiring.ts';
import {
  abroad,
  compiled,
  copyOf,
  home,
  idOf,
  image,
  inventory,
  now,
  policy,
  readings,
  record,
  recorded,
  records,
  report,
  retain,
  unreferenced,
  unusedElsewhere,
} from './make.ts';
import { told } from './told.ts';

const bare = copyOf(root, 77, { tags: known({}) });
const family = (more: object) => records({ images: { ...kept, ...recorded({ ...record(copy), ...more }) } });

table('edges of what holds', [
  [
    'a date with something before it keeps',
    { root: tagged({ 'ami-steward:keep-until': 'x2020-01-01' }) },
    ['keep-tag'],
  ],
  [
    'a date with something behind it keeps',
    { root: tagged({ 'ami-steward:keep-until': '2020-01-01x' }) },
    ['keep-tag'],
  ],
  ['a month that is none keeps', { root: tagged({ 'ami-steward:keep-until': '2020-13-01' }) }, ['keep-tag']],
  ['a day that is none keeps', { root: tagged({ 'ami-steward:keep-until': '2020-02-30' }) }, ['keep-tag']],
  ['a month without a day keeps', { root: tagged({ 'ami-steward:keep-until': '2020-02' }) }, ['keep-tag']],
  ['a day that is over does not', { root: tagged({ 'ami-steward:keep-until': '2020-02-29' }) }, []],
  [
    'what is in use is asked nothing more of',
    { inventory: { usage: use(root), reports: { ...unusedElsewhere([copy, ...newer]), [keyOf(root)]: known([]) } } },
    ['in-use'],
  ],
  [
    'what others use is told besides',
    {
      inventory: {
        usage: use(root),
        reports: {
          ...unusedElsewhere([copy, ...newer]),
          [keyOf(root)]: known([report({ uses: [{ account: '222233334444', type: 'ec2:Instance', count: 1 }] })]),
        },
      },
    },
    ['in-use', 'used-elsewhere'],
  ],
  ['a copy of somebody else holds nothing by its lack of marks', { more: [bare] }, []],
  ['but by its use', { more: [bare], inventory: { usage: use(bare) } }, ['in-use']],
  ['not by its use, once it failed', { more: [{ ...bare, state: 'failed' }], inventory: { usage: use(bare) } }, []],
  [
    'a copy is no child of its root, whatever our records say',
    { inventory: { records: family({ role: 'copy', root: keyOf(root), parent: keyOf(root) }) } },
    [],
  ],
]);

test('a hold until a day ends with that day, UTC', () => {
  const midnight = Date.UTC(2026, 10, 24);
  const held = (at: number) => {
    const images = [{ ...root, ...tagged({ 'ami-steward:keep-until': '2026-11-23' }) }, copy, ...newer];
    const world = inventory(images, {
      usage: readings([home, abroad], at),
      references: unreferenced(images, at),
      records: records({ images: kept }),
    });
    return decide(world, compiled(policy({ retain: retain() })), at).held.length;
  };
  expect([held(midnight - 1), held(midnight)]).toEqual([2, 0]);
});

describe('once the root is gone', () => {
  const held = (unit: RetainPolicy['unit'], of: Image) => {
    const images = [copy, ...newer];
    const world = inventory(images, {
      origins: { [keyOf(root)]: 'gone' },
      usage: use(of),
      records: records({ images: kept }),
    });
    const rules = policy({ retain: retain({ unit }) });
    return told(decide(world, compiled(rules), now)).held.flatMap(({ guards }) => guards.map(({ code }) => code));
  };

  test('its use keeps its copies, for whoever runs it may start more', () => {
    expect(held('lineage', root)).toEqual(['in-use']);
    expect(held('lineage', image(99))).toEqual([]);
  });

  test('but not where images leave alone', () => {
    expect(held('image', root)).toEqual([]);
    expect(held('image', copy)).toEqual(['in-use']);
  });
});

test('each guard names what it is about', () => {
  const { held } = planOf({ inventory: { usage: failing('instances') } });
  expect(held[0]?.guards).toEqual([
    { code: 'usage-unknown', data: { source: 'instances', region: abroad, why: 'denied' } },
    { code: 'usage-unknown', data: { source: 'instances', region: home, why: 'denied' } },
  ]);
  expect(planOf({ inventory: { usage: use(copy) } }).held[0]?.guards).toEqual([
    { code: 'in-use', data: { image: keyOf(copy), by: 'i-0a1 (stopped)' } },
  ]);
});

test('a source that is off is off in each Region, and instances never are', () => {
  const world = worldOf(inventory([], { usage: [] }), compiled(), now);
  const unread = (off: string[]) => unreadSources(off, world).map(({ data }) => `${data?.source} ${data?.region}`);
  const instances = [`instances ${abroad}`, `instances ${home}`];
  const others = usageSources.filter((source) => source !== 'instances');
  expect(unread(others)).toEqual(instances);
  expect(unread([...others, 'instances'])).toEqual(instances);
  const but = others.filter((source) => source !== 'launch-templates');
  expect(unread(but)).toEqual([...instances, `launch-templates ${abroad}`, `launch-templates ${home}`]);
});

describe('the eyes are broken', () => {
  const images = Array.from({ length: 10 }, (_none, index) => image(index + 1));
  const found = (inUse: number, highest: number, minInUse: number, everInUse = true) => {
    const uses = images.slice(0, inUse).map((one) => ({ image: keyOf(one), by: 'i-1' }));
    const [reading] = readings([home]);
    const usage = reading ? [{ ...reading, uses: known(uses) }] : [];
    const runs = { taken: {}, inUse: { '2026-11-20': highest }, everInUse };
    const world = worldOf(inventory(images, { usage, records: records({ runs }) }), compiled(), now);
    return eyesBroken({ minInUse }, world).map(({ data }) => data);
  };

  test.each<[string, number, number, number, boolean, boolean]>([
    ['not at half of the highest', 5, 10, 1, true, false],
    ['below it', 4, 10, 1, true, true],
    ['not at half of an odd number, rounded up', 5, 9, 1, true, false],
    ['below it', 4, 9, 1, true, true],
    ['not at the floor', 2, 2, 2, true, false],
    ['below the floor', 1, 2, 2, true, true],
    ['not below a floor, before any image was in use', 0, 0, 1, false, false],
    ['at none, once some were', 0, 0, 1, true, true],
  ])('%s', (_name, inUse, highest, least, ever, broken) => {
    expect(found(inUse, highest, least, ever)).toEqual(broken ? [{ count: inUse, highest, least }] : []);
  });
});

describe('where images leave alone, a root that speaks for its copies', () => {
  const unmarkedCopy: Image = {
    ...copy,
    tags: known({ 'ami-steward:managed': 'true', 'ami-steward:root': keyOf(root) }),
  };
  const fate = (state: Partial<Image>, more = {}) => {
    const own = { ...root, ...tagged({ Team: 'a', 'ami-steward:reap': 'approved' }), ...state };
    const images = recorded(record(own, { finishedAt: now - 299 * day, ...more }));
    const given: Partial<Inventory> = { records: records({ images: { ...kept, ...images } }) };
    const rules = policy({
      select: { name: ['golden-*'], tags: { Team: ['a'] }, rootDevice: ['ebs'], regions: [home] },
      retain: retain({ unit: 'image' }),
    });
    const others = newer.map((one) => ({
      ...one,
      tags: known({ ...(one.tags.complete && one.tags.value), Team: 'a' }),
    }));
    const plan = told(decide(inventory([own, unmarkedCopy, ...others], given), compiled(rules), now));
    const guards = plan.held.filter((one) => one.image === keyOf(root)).flatMap((one) => one.guards);
    return [plan.actions.filter((one) => one.image === keyOf(root)).map(({ kind }) => kind), guards];
  };
  const gone = { disabledAt: now - 60 * day, checkedAt: now - 60 * day, savedGrants: [] };

  test('is disabled, and approved, before them', () => {
    expect(fate({})).toEqual([['disable-image'], []]);
    expect(fate({ state: 'disabled' }, gone)).toEqual([['approve-removal'], []]);
  });

  test('and deregistered after them', () => {
    expect(fate({ state: 'disabled' }, { ...gone, approvedAt: now - day })).toEqual([
      [],
      [{ code: 'speaks-for-copies', data: { image: keyOf(root), copies: [keyOf(copy)] } }],
    ]);
  });
});

test('an image that a policy only warns of is named in the reason of the step', () => {
  const child = image(21, { sourceInstanceId: 'i-1', sourceImageId: root.id, name: 'app-1' });
  const guards = (descendants: 'keep' | 'warn' | 'ignore') => ({ guards: { ...retain().guards, descendants } });
  const why = planOf({ more: [child], retain: guards('warn') }).actions[0]?.why.map(({ code, data }) => [code, data]);
  expect(why?.[1]).toEqual(['has-children', { image: keyOf(root), children: [`${home}/${idOf(21)}`] }]);
  expect(planOf({ more: [child], retain: guards('ignore') }).actions[0]?.why).toHaveLength(1);
  expect(planOf({ more: [child], retain: guards('keep') }).held[0]?.why).toHaveLength(1);
});

test('where images leave alone, a tag on the root that keeps keeps its copies, too', () => {
  const forever = { root: tagged({ 'ami-steward:keep-until': 'forever' }), retain: { unit: 'image' as const } };
  expect(planOf(forever).held.map(({ image: one, guards }) => [one, guards.map(({ code }) => code)])).toEqual([
    [keyOf(copy), ['keep-tag']],
    [keyOf(root), ['keep-tag']],
  ]);
});

test('a copy in a Region that nobody watches is named with its Region', () => {
  const there = record(copyOf(root, 31, { region: 'ap-south-1' }), { root: keyOf(root), role: 'copy' });
  const { held } = planOf({ inventory: { records: records({ images: { ...kept, ...recorded(there) } }) } });
  expect(held[0]?.guards.map(({ data }) => [data?.what, data?.why])).toEqual([
    ['ap-south-1', 'no policy watches it any more, and it has a copy'],
  ]);
});
