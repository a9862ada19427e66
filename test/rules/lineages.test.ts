import { describe, expect, test } from 'vitest';
import { known, unknown } from '../../shared/model/evidence.ts';
import { imageKey } from '../../shared/model/ids.ts';
import { type Image, keyOf } from '../../shared/model/image.ts';
import type { Inventory } from '../../shared/model/inventory.ts';
import { mark, marksFor } from '../../shared/model/marks.ts';
import { day } from '../../shared/model/time.ts';
import { decide } from '../../shared/rules/decide.ts';
import { imagesByKey, lineagesOf, sourceOf } from '../../shared/rules/lineages.ts';
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
} from './make.ts';

const root = image(1);
const rootKey = keyOf(root);
const bare = { tags: known({}) };

const groups = (images: Image[], more: Partial<Inventory> = {}) =>
  lineagesOf(inventory(images, more, regions)).map(({ root: key, origin, members }) => [
    key,
    origin,
    members.map(keyOf),
  ]);

describe('EC2 is believed before records, and records before tags', () => {
  test('a copy follows its root by what EC2 says, root first', () => {
    const copy = copyOf(root, 2, bare);
    expect(groups([copy, root])).toEqual([[rootKey, 'known', [rootKey, keyOf(copy)]]]);
  });

  test('a copy of a copy belongs to the root, in as many steps as it takes', () => {
    const copy = copyOf(root, 2, bare);
    const second = copyOf(copy, 3, { region: far, ...bare });
    expect(groups([second, copy, root])).toEqual([[rootKey, 'known', [rootKey, keyOf(second), keyOf(copy)]]]);
  });

  test('F13 an image made from an instance is a root, although EC2 names a source', () => {
    const child = copyOf(root, 2, { sourceInstanceId: 'i-0123456789abcdef0' });
    expect(groups([child, root])).toEqual([
      [keyOf(child), 'known', [keyOf(child)]],
      [rootKey, 'known', [rootKey]],
    ]);
  });

  test('F15 marks that name another root are ignored', () => {
    const other = image(9);
    const copy = copyOf(root, 2, { tags: known(marksFor(keyOf(other), now, 'golden')) });
    expect(groups([copy, root, other])).toContainEqual([rootKey, 'known', [rootKey, keyOf(copy)]]);
  });

  test('a mark alone makes an image ambiguous', () => {
    const claimed = image(2, { region: abroad, tags: known({ [mark.root]: rootKey }) });
    expect(groups([claimed, root])).toContainEqual([keyOf(claimed), 'ambiguous', [keyOf(claimed)]]);
  });

  test('so does a source whose Region EC2 does not name, unless our records know the image', () => {
    const odd = image(1, { sourceImageId: idOf(7) });
    expect(groups([odd])).toEqual([[keyOf(odd), 'ambiguous', [keyOf(odd)]]]);
    expect(groups([odd], { records: records({ images: recorded(record(odd)) }) })[0]?.[1]).toBe('known');
  });

  test('a record says what EC2 no longer does', () => {
    const copy = image(2, { region: abroad, tags: known({ [mark.root]: keyOf(image(9)) }) });
    const images = recorded(record(copy, { role: 'copy', root: rootKey }));
    expect(groups([copy, root], { records: records({ images }) })).toEqual([
      [rootKey, 'known', [rootKey, keyOf(copy)]],
    ]);
  });

  test('an image that EC2 names as its own source is a root', () => {
    const own = image(1, { sourceImageId: idOf(1), sourceImageRegion: home });
    expect(groups([own])).toEqual([[keyOf(own), 'known', [keyOf(own)]]]);
  });

  test('a record that makes an image a copy of itself says nothing', () => {
    const images = recorded(record(root, { role: 'copy' }));
    expect(groups([root], { records: records({ images }) })).toEqual([[rootKey, 'known', [rootKey]]]);
  });

  test('sources that run in a circle are ambiguous, each on its own', () => {
    const one = image(1, { sourceImageId: idOf(2), sourceImageRegion: home });
    const two = image(2, { sourceImageId: idOf(1), sourceImageRegion: home });
    expect(groups([one, two]).map(([key, origin]) => [key, origin])).toEqual([
      [keyOf(one), 'ambiguous'],
      [keyOf(two), 'ambiguous'],
    ]);
  });
});

describe('among the images that are listed', () => {
  const theirs = { ownerId: '999999999999' };

  test('a copy of one of another owner is an original of ours', () => {
    const copy = copyOf(root, 2);
    expect(groups([{ ...root, ...theirs }, copy])).toContainEqual([keyOf(copy), 'known', [keyOf(copy)]]);
  });

  test('one of another owner is none of our copies, whatever it was copied from', () => {
    const copy = copyOf(root, 2, theirs);
    expect(groups([root, copy])).toContainEqual([keyOf(copy), 'known', [keyOf(copy)]]);
  });
});

describe('a source that is not among our images', () => {
  const copy = copyOf(root, 2, bare);
  const marked = copyOf(root, 2);
  const key = keyOf(copy);
  test.each<[string, Image, Partial<Inventory>, string, string]>([
    ['is foreign: an original of ours', copy, { origins: { [rootKey]: 'foreign' } }, key, 'known'],
    ['is foreign, whatever the marks say', marked, { origins: { [rootKey]: 'foreign' } }, key, 'known'],
    ['is gone', copy, { origins: { [rootKey]: 'gone' } }, rootKey, 'gone'],
    ['is unread', copy, { origins: { [rootKey]: 'unread' } }, rootKey, 'unread'],
    ['was not looked up', copy, {}, rootKey, 'unread'],
    ['is named by our mark, and its Region answered', marked, {}, rootKey, 'gone'],
    [
      'is named by our mark, and its Region is silent',
      marked,
      { images: { [abroad]: known([marked]), [home]: unknown('outage') } },
      rootKey,
      'unread',
    ],
    [
      'is named by our mark, and nobody looks at its Region',
      marked,
      { images: { [abroad]: known([marked]) } },
      rootKey,
      'unread',
    ],
    ['is on record', copy, { records: records({ images: recorded(record(root)) }) }, rootKey, 'gone'],
  ])('%s', (_name, one, more, expected, origin) => {
    expect(groups([one], more)).toEqual([[expected, origin, [key]]]);
  });

  test('a copy of a copy that is gone finds its root by the record of that copy', () => {
    const second = copyOf(copy, 3, { region: far, ...bare });
    const images = recorded(record(copy, { role: 'copy', root: rootKey, goneAt: now }));
    expect(groups([second, root], { records: records({ images }) })).toEqual([
      [rootKey, 'known', [rootKey, keyOf(second)]],
    ]);
  });

  test('nothing is copied, shared or taken while nobody knows', () => {
    const plan = decide(inventory([copy], {}, regions), compiled(policy({ copy: copyTo(far) })), now);
    expect(plan.actions).toEqual([]);
    expect(plan.verdicts[0]?.code).toBe('inventory-incomplete');
  });

  test('F19 a copy whose source is gone is kept, and not copied further', () => {
    const plan = decide(inventory([marked], {}, regions), compiled(policy({ copy: copyTo(far) })), now);
    expect(plan.actions).toEqual([]);
    expect(plan.verdicts[0]?.reasons.map(({ code }) => code)).toContain('source-gone');
  });
});

test('without its root a lineage is as old as our record says, else as its oldest copy', () => {
  const copies = [copyOf(root, 2, { createdAt: now - 9 * day }), copyOf(root, 3, { createdAt: now - 8 * day })];
  const built = (more: Partial<Inventory>) => lineagesOf(inventory(copies, more, regions))[0]?.built;
  expect(built({})).toBe(now - 9 * day);
  expect(built({ records: records({ images: recorded(record(root)) }) })).toBe(root.createdAt);
});

test('F03 an image that we know is gone is not revived by a stale list', () => {
  const images = recorded(record(root, { goneAt: now - 1 }));
  const world = inventory([root], { records: records({ images }) });
  const plan = decide(world, compiled(policy({ copy: copyTo(abroad) })), now);
  expect(plan.actions).toEqual([]);
  expect(plan.verdicts[0]?.code).toBe('image-failed');
});

test('F72 an image of another owner is left alone', () => {
  const twin = image(1, { ownerId: '999999999999' });
  const plan = decide(inventory([twin]), compiled(policy({ copy: copyTo(abroad) })), now);
  expect(plan.actions).toEqual([]);
  expect(plan.verdicts).toEqual([
    {
      image: imageKey(home, twin.id),
      root: rootKey,
      policy: 'golden',
      code: 'foreign-image',
      reasons: [{ code: 'foreign-image', data: { owner: '999999999999' } }],
    },
  ]);
});

test('without its root a lineage is as old as the copies of which EC2 tells the date', () => {
  const dateless = { ...copyOf(root, 2), createdAt: undefined as never };
  const dated = copyOf(root, 3, { createdAt: now - 8 * day });
  const built = (...images: Image[]) => lineagesOf(inventory(images, {}, regions))[0];
  expect(built(dateless, dated)?.built).toBe(now - 8 * day);
  expect(built(dateless)).not.toHaveProperty('built');
  expect(built({ ...root, createdAt: undefined as never })).not.toHaveProperty('built');
});

test('lineages come in the order of their roots, wherever their copies are', () => {
  const other = image(9, { region: abroad });
  expect(groups([copyOf(root, 2, { region: far }), root, other]).map(([key]) => key)).toEqual([keyOf(other), rootKey]);
});

test.each<[string, Partial<Image>, string | undefined]>([
  ['image and Region', { sourceImageId: idOf(2), sourceImageRegion: abroad }, `${abroad}/${idOf(2)}`],
  [
    'an image, of which an instance of this Region was made',
    { sourceImageId: idOf(2), sourceInstanceId: 'i-1' },
    `${home}/${idOf(2)}`,
  ],
  ['an image alone', { sourceImageId: idOf(2) }, undefined],
  ['a Region alone', { sourceImageRegion: abroad }, undefined],
  ['an instance alone', { sourceInstanceId: 'i-1' }, undefined],
])('a source is known where EC2 names %s', (_what, more, source) => expect(sourceOf(image(1, more))).toBe(source));

test('an image that we know is gone counts as deregistered, however EC2 lists it', () => {
  const images = recorded(record(root, { goneAt: now - 1 }));
  const other = image(2);
  const found = imagesByKey(inventory([root, other], { records: records({ images }) }));
  expect([...found.values()].map(({ state }) => state)).toEqual(['deregistered', 'available']);
});
