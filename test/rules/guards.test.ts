import { expect, test } from 'vitest';
import { known, unknown } from '../../shared/model/evidence.ts';
import { type ImageKey, imageKey } from '../../shared/model/ids.ts';
import { type Image, keyOf } from '../../shared/model/image.ts';
import type { Inventory, UsageReading } from '../../shared/model/inventory.ts';
import type { ImageRecord } from '../../shared/model/records.ts';
import { day, hour, minute } from '../../shared/model/time.ts';
import { decide } from '../../shared/rules/decide.ts';
import { child, copy, failing, type Given, kept, newer, planOf, root, table, use, without } from './expiring.ts';
import {
  abroad,
  compiled,
  copyOf,
  far,
  home,
  image,
  inventory,
  marked,
  now,
  policy,
  readings,
  record,
  recorded,
  records,
  retain,
} from './make.ts';

table('use', [
  ['nothing holds an unused lineage', {}, []],
  ['F35 the root is in use', { inventory: { usage: use(root) } }, ['in-use']],
  ['one use of a copy keeps the whole lineage', { inventory: { usage: use(copy) } }, ['in-use']],
  [
    'so does one of a copy in a passing state',
    { copy: { state: 'transient' }, inventory: { usage: use(copy) } },
    ['in-use', 'not-available-yet'],
  ],
  ['F38 a source that failed counts as use', { inventory: { usage: failing('launch-templates') } }, ['usage-unknown']],
  [
    'F38 a source that was not read in one Region',
    { inventory: { usage: without('instances', abroad) } },
    ['usage-unknown'],
  ],
  [
    'a source that is switched off is not asked',
    {
      inventory: { usage: failing('launch-templates') },
      retain: { guards: { ...retain().guards, off: ['launch-templates'] } },
    },
    [],
  ],
  [
    'instances cannot be switched off',
    { inventory: { usage: failing('instances') }, retain: { guards: { ...retain().guards, off: ['instances'] } } },
    ['usage-unknown'],
  ],
  [
    'F40 a reading of 15 minutes ago is fresh',
    { inventory: { usage: readings([home, abroad], now - 15 * minute) } },
    [],
  ],
  [
    'F40 one a millisecond older is not',
    { inventory: { usage: readings([home, abroad], now - 15 * minute - 1) } },
    ['usage-unknown'],
  ],
]);

const launched = (ago: number): Given => ({ copy: { lastLaunchedAt: known(now - ago) } });

table('launches, children, protection', [
  ['F39 launched just within the guard', launched(30 * day - 1), ['launched-recently']],
  ['launched at its edge', launched(30 * day), []],
  ['launched before', launched(30 * day + 1), []],
  [
    'the guard is two days at least',
    { ...launched(2 * day - 1), retain: { guards: { ...retain().guards, lastLaunchedWithin: hour } } },
    ['launched-recently'],
  ],
  ['unknown launch', { root: { lastLaunchedAt: unknown('not in the file') } }, ['last-launch-unknown']],
  ['F51 a live child', { more: [child(root)] }, ['has-children']],
  ['F51 a live child of a copy', { more: [child(copy, { region: abroad })] }, ['has-children']],
  ['a failed child', { more: [child(root, { state: 'failed' })] }, []],
  [
    'children are ignored',
    { more: [child(root)], retain: { guards: { ...retain().guards, descendants: 'ignore' } } },
    [],
  ],
  [
    'F57 deregistration protection',
    { copy: { deregistrationProtection: known('enabled-with-cooldown') } },
    ['protected'],
  ],
  [
    'F57 protection in its cooldown',
    { copy: { deregistrationProtection: known('disabled after 2026-11-24') } },
    ['protected'],
  ],
  ['unknown protection', { copy: { deregistrationProtection: unknown('not in the file') } }, ['protection-unknown']],
]);

const store = (firstSweepAt: Inventory['records']['firstSweepAt']): Given => ({
  inventory: { records: records({ images: kept, firstSweepAt }) },
});

table('evidence', [
  ['F68 a store that is one millisecond too young', store(known(now - 48 * hour + 1)), ['store-young']],
  ['F68 a store of 48 hours', store(known(now - 48 * hour)), []],
  ['a store that no sweep has seen', store(known(undefined)), ['store-young']],
  ['a store that cannot be read', store(unknown('down')), ['store-unreadable']],
  [
    'F49 a Region that did not answer',
    {
      inventory: {
        images: {
          [home]: known([root, ...newer.filter(({ region }) => region === home)]),
          [abroad]: unknown('outage'),
        },
      },
    },
    ['inventory-incomplete'],
  ],
  ['a copy that is still pending', { copy: { state: 'pending' } }, ['not-available-yet']],
  ['one member disabled by somebody else', { copy: { state: 'disabled' } }, ['disabled-elsewhere']],
]);

test('deprecation goes on while an image is in use, since it still launches by id', () => {
  const { deprecationAt: _none, ...undeprecated } = root;
  const images = [undeprecated, ...newer];
  const world = inventory(images, { usage: use(root), records: records({ images: kept }) });
  const { actions, held } = decide(world, compiled(policy({ retain: retain() })), now);
  expect(actions.map(({ kind }) => kind)).toEqual(['deprecate-image']);
  expect(held).toEqual([]);
});

test('a copy in a Region that no policy watches any more keeps its lineage, until it is known to be gone', () => {
  const there = record(copyOf(root, 77, { region: far }), { root: keyOf(root), role: 'copy' });
  const held = (more: Partial<ImageRecord>, unit: 'lineage' | 'image' = 'lineage') =>
    planOf({
      inventory: { records: records({ images: { ...kept, ...recorded({ ...there, ...more }) } }) },
      retain: { unit },
    }).held.flatMap(({ guards }) => guards.map(({ code }) => code));
  expect(new Set(held({}))).toEqual(new Set(['inventory-incomplete']));
  expect(held({ goneAt: now - day })).toEqual([]);
  expect(held({}, 'image')).toEqual([]);
});

test('what we took for gone and is listed again counts: somebody may have restored it', () => {
  const gone = (of: Image, more: Partial<ImageRecord> = {}) => recorded(record(of, { goneAt: now - day, ...more }));
  const held = (images: Record<ImageKey, ImageRecord>, more: Given = {}) =>
    planOf({ ...more, inventory: { ...more.inventory, records: records({ images: { ...kept, ...images } }) } })
      .held.filter(({ image: key }) => key === keyOf(root))
      .flatMap(({ guards }) => guards.map(({ code }) => code));
  const buried = gone(copy, { root: keyOf(root), role: 'copy' });
  expect(held(buried)).toEqual([]);
  expect(held(buried, { inventory: { usage: use(copy) } })).toEqual(['in-use']);
  const one = child(root);
  expect(held(gone(one), { more: [one] })).toEqual(['has-children']);
});

test('F36 a parameter of one Region that names an image of another keeps it', () => {
  const named = { image: imageKey(home, copy.id), by: 'parameter /images' };
  const heldWith = (source: UsageReading['source']) => {
    const usage = readings([home, abroad]).map((reading) =>
      reading.source === source && reading.region === home ? { ...reading, uses: known([named]) } : reading,
    );
    return planOf({ inventory: { usage } }).held.flatMap(({ guards }) => guards.map(({ data }) => data));
  };
  const held = { image: keyOf(copy), by: 'parameter /images in us-east-1' };
  expect(heldWith('ssm-parameters')).toEqual([held, held]);
  expect(heldWith('instances')).toEqual([]);
});

test('with unit image a copy in use stays and the root goes', () => {
  const { actions, held } = planOf({ inventory: { usage: use(copy) }, retain: { unit: 'image' } });
  expect(actions.map(({ kind, image: key }) => [kind, key])).toEqual([['disable-image', keyOf(root)]]);
  expect(held.map(({ image: key }) => key)).toEqual([keyOf(copy)]);
});

test('a plan for one lineage takes nothing', () => {
  const { actions, held } = planOf({ inventory: { scope: 'lineage' } });
  expect([actions, held]).toEqual([[], []]);
});

test('a policy that only warns of children says so in the reasons of the step', () => {
  const { actions } = planOf({ more: [child(root)], retain: { guards: { ...retain().guards, descendants: 'warn' } } });
  expect(actions.map(({ why }) => why.map(({ code }) => code))).toEqual([
    ['disable-due', 'has-children'],
    ['disable-due', 'has-children'],
  ]);
});

const sharing = policy({
  retain: retain(),
  share: { with: [{ principal: 'account:1' }], exact: false, snapshots: false, kms: 'verify' },
});

test('newer images of which nobody read the launch permissions push nothing out', () => {
  const unfinished = records({ images: recorded(record(root, { finishedAt: now - 299 * day })) });
  const plan = decide(inventory([root, ...newer], { records: unfinished }), compiled(sharing), now);
  expect(plan.held.map(({ step, guards }) => [step, guards.map(({ code }) => code)])).toEqual([
    ['disable-image', ['shares-unread']],
  ]);
});

test('an image of which nobody read the launch permissions is not taken', () => {
  const { [keyOf(root)]: _gone, ...others } = kept;
  const plan = decide(inventory([root, ...newer], { records: records({ images: others }) }), compiled(sharing), now);
  expect(plan.held.map(({ guards }) => guards.map(({ code }) => code))).toEqual([['shares-unread']]);
});

test('F05 nothing is taken while tags may still bring a more careful policy', () => {
  const hourly = retain({ stages: { deprecate: { afterSuperseded: hour } } });
  const overrides = [{ rule: 'retain/min-age', reason: 'rebuilt every hour' }];
  const late = policy({ name: 'late', select: { ...policy().select, tags: { Team: ['x'] } } });
  const images = [20, 10, 9].map((age, index) => marked(image(index + 1, { createdAt: now - age * hour })));
  const all = records({ images: recorded(...images.map((one) => record(one, { finishedAt: now - 8 * hour }))) });
  const plan = decide(inventory(images, { records: all }), compiled(policy({ retain: hourly, overrides }), late), now);
  expect(plan.actions).toEqual([]);
  expect(plan.held.map(({ guards }) => guards.map(({ code }) => code))).toEqual([['tags-undecided']]);
});
