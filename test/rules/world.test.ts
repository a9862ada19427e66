import { describe, expect, test } from 'vitest';
import { known, unknown } from '../../shared/model/evidence.ts';
import { type Image, keyOf } from '../../shared/model/image.ts';
import type { Inventory } from '../../shared/model/inventory.ts';
import type { CopyIntent } from '../../shared/model/records.ts';
import { minute } from '../../shared/model/time.ts';
import { worldOf } from '../../shared/rules/world.ts';
import {
  abroad,
  compiled,
  copyOf,
  copyTo,
  far,
  home,
  image,
  intent,
  intents,
  inventory,
  now,
  policy,
  readings,
  record,
  recorded,
  records,
  selector,
} from './make.ts';

const root = image(1);
const copy = copyOf(root, 11);
const world = (images: Image[], more: Partial<Inventory> = {}, rules = compiled()) =>
  worldOf(inventory(images, more), rules, now);

describe('a copy under way', () => {
  const underWay = (images: Image[], given?: Partial<CopyIntent>) =>
    world(images, { records: records(given ? { intents: intents(intent(root, given)) } : {}) }).inFlight.get(abroad);
  const young = { state: 'intent' as const, since: now - 5 * minute + 1 };

  test.each<[string, Image[], Partial<CopyIntent> | undefined, number | undefined]>([
    ['is a pending one', [root, { ...copy, state: 'pending' }], undefined, 1],
    ['is not one that is available', [root, copy], undefined, undefined],
    ['is not a root that is pending', [{ ...root, region: abroad, state: 'pending' }], undefined, undefined],
    ['is one that is about to be asked for', [root], young, 1],
    ['and one that was asked for', [root], { ...young, state: 'copying' }, 1],
    ['not one that is there', [root], { ...young, state: 'copied' }, undefined],
    ['not one that failed', [root], { ...young, state: 'failed' }, undefined],
    ['not one of five minutes that was never seen', [root], { ...young, since: now - 5 * minute }, undefined],
    ['is counted once where it is listed', [root, { ...copy, state: 'pending' }], { ...young, copyId: copy.id }, 1],
    ['is counted where its id is known and it is not listed', [root], { ...young, copyId: copy.id }, 1],
  ])('%s', (_name, images, given, expected) => expect(underWay(images, given)).toBe(expected));
});

describe('a source of use', () => {
  const why = (usage: Inventory['usage'], freshFor = 15 * minute) =>
    world([], { usage }).unreadUsage('instances', home, freshFor);
  const [reading] = readings([home]).filter(({ source }) => source === 'instances');
  if (!reading) throw new Error('no reading');

  test.each<[string, Inventory['usage'], string | undefined]>([
    ['that was read', [reading], undefined],
    ['that was read just in time', [{ ...reading, at: now - 15 * minute }], undefined],
    ['that was read too long ago', [{ ...reading, at: now - 15 * minute - 1 }], 'the reading is too old'],
    ['of which one page is too old', [reading, { ...reading, at: now - 16 * minute }], 'the reading is too old'],
    ['that was not read', [{ ...reading, region: abroad }], 'it was not read'],
    ['of which another was read', [{ ...reading, source: 'launch-templates' }], 'it was not read'],
    ['that failed', [{ ...reading, uses: unknown('denied') }], 'denied'],
    [
      'that failed in several ways',
      [
        { ...reading, uses: unknown('down') },
        reading,
        { ...reading, uses: unknown('denied') },
        { ...reading, uses: unknown('down') },
      ],
      'denied; down',
    ],
  ])('%s', (_name, usage, expected) => expect(why(usage)).toBe(expected));

  test('tells who uses an image, each once and in order, also where another failed', () => {
    const uses = (...by: string[]) => ({ ...reading, uses: known(by.map((one) => ({ image: keyOf(root), by: one }))) });
    const seen = world([], { usage: [uses('b', 'a'), uses('b'), { ...reading, uses: unknown('denied') }] }).uses;
    expect([...seen]).toEqual([[keyOf(root), ['a', 'b']]]);
  });
});

describe('the Regions that are looked at', () => {
  const rules = compiled(policy({ select: selector({ regions: [far] }), copy: copyTo('us-west-2') }));

  test('are home, those of the policies and those of the inventory', () => {
    expect(world([], {}, rules).watched).toEqual([far, abroad, home, 'us-west-2']);
    expect(world([]).watched).toEqual([abroad, home]);
  });

  test('are unreadable where nobody could look, or nobody did', () => {
    const images = { [home]: known([]), [abroad]: unknown<Image[]>('outage') };
    expect([...world([], { images }, rules).unreadable]).toEqual([
      [far, 'it was not looked at'],
      [abroad, 'outage'],
      ['us-west-2', 'it was not looked at'],
    ]);
  });

  test('leave out a Region where our records know a member', () => {
    const there = record(copyOf(root, 5, { region: far }), { root: keyOf(root), role: 'copy' });
    const unwatched = (more = {}) => [
      ...world([root], { records: records({ images: recorded({ ...there, ...more }, record(root)) }) }).unwatched,
    ];
    expect(unwatched()).toEqual([[keyOf(root), [far]]]);
    expect(unwatched({ goneAt: now })).toEqual([]);
  });
});

describe('the children of an image', () => {
  const born = { sourceInstanceId: 'i-1', sourceImageId: root.id };
  const children = (child: Image, images = {}) =>
    world([root, child], { records: records({ images }) }).children.get(keyOf(root));
  const child = image(21, born);

  test.each<[string, Image, object, string[] | undefined]>([
    ['are those that EC2 tells of', child, {}, [keyOf(child)]],
    [
      'and those that our records tell of',
      image(21),
      recorded(record(image(21), { parent: keyOf(root) })),
      [keyOf(child)],
    ],
    ['each once', child, recorded(record(child, { parent: keyOf(root) })), [keyOf(child)]],
    ['not copies', copy, {}, undefined],
    ['not those that failed', { ...child, state: 'failed' }, {}, undefined],
    ['also those that are disabled', { ...child, state: 'disabled' }, {}, [keyOf(child)]],
  ])('%s', (_name, one, images, expected) => expect(children(one, images)).toEqual(expected));

  test('never an image of itself', () => {
    const images = recorded(record(root, { parent: keyOf(root) }));
    expect(world([root], { records: records({ images }) }).children.size).toBe(0);
  });
});

test('a name is taken by any image of its Region', () => {
  const { namesIn } = world([root, copy, image(2, { name: 'x' })]);
  expect([abroad, home, abroad].map(namesIn)).toEqual([
    new Set(['golden-1']),
    new Set(['golden-1', 'x']),
    new Set(['golden-1']),
  ]);
});
