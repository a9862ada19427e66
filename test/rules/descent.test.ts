import { describe, expect, it, test } from 'vitest';
import { known, unknown } from '../../shared/model/evidence.ts';
import { type ImageKey, imageKey } from '../../shared/model/ids.ts';
import { type Image, keyOf } from '../../shared/model/image.ts';
import type { Inventory } from '../../shared/model/inventory.ts';
import { descentFrom, everyKnown } from '../../shared/rules/descent.ts';
import { worldOf } from '../../shared/rules/world.ts';
import { abroad, compiled, copyOf, home, idOf, image, inventory, now, record, recorded, records } from './make.ts';

const from = (parent: Image) => ({
  sourceImageId: parent.id,
  sourceImageRegion: parent.region,
  sourceInstanceId: 'i-1',
});
const base = image(1);
const middle = image(2, from(base));
const child = image(3, from(middle));
const foreign = imageKey(home, idOf(99));
const ofForeign = image(5, { sourceImageId: idOf(99), sourceImageRegion: home, sourceInstanceId: 'i-9' });

const worldWith = (images: readonly Image[], more: Partial<Inventory> = {}) =>
  worldOf(inventory(images, more), compiled(), now);
const descent = (of: ImageKey, images: readonly Image[], more: Partial<Inventory> = {}) =>
  descentFrom(of, worldWith(images, more));
const tied = (of: ImageKey, images: readonly Image[], more: Partial<Inventory> = {}) =>
  descent(of, images, more)
    .lineages.slice(1)
    .map((one) => [one.root, one.from, one.tie]);

const used = (of: ImageKey) => [
  { source: 'instances' as const, region: home, at: now, uses: known([{ image: of, by: 'i-1 (running)' }]) },
];

describe('what descends from an image', () => {
  it('is its copies in every Region, and what was built on it or on a copy, to any depth', () => {
    const copy = copyOf(base, 11);
    const onCopy = image(4, { ...from(copy), region: abroad });
    const copyOfChild = copyOf(child, 13);
    const { lineages } = descent(keyOf(base), [base, copy, middle, child, onCopy, copyOfChild, image(7)]);
    expect(lineages).toEqual([
      { root: keyOf(base), images: [keyOf(base), keyOf(copy)] },
      { root: keyOf(onCopy), images: [keyOf(onCopy)], from: keyOf(copy), tie: 'source id' },
      { root: keyOf(middle), images: [keyOf(middle)], from: keyOf(base), tie: 'source id' },
      { root: keyOf(child), images: [keyOf(child), keyOf(copyOfChild)], from: keyOf(middle), tie: 'source id' },
    ]);
  });

  it('is the same for a copy, which holds what its root holds', () => {
    const copy = copyOf(base, 11);
    expect(descent(keyOf(copy), [base, copy, middle])).toEqual(descent(keyOf(base), [base, copy, middle]));
  });

  it('does not run upwards or sideways', () => {
    expect(tied(keyOf(middle), [base, middle, child, image(4, from(base))])).toEqual([
      [keyOf(child), keyOf(middle), 'source id'],
    ]);
  });

  it('goes on through an image that is gone and only recorded', () => {
    const gone = recorded(record(middle, { parent: keyOf(base), goneAt: now }));
    expect(tied(keyOf(base), [base, child], { records: records({ images: gone }) })).toEqual([
      [keyOf(middle), keyOf(base), 'record'],
      [keyOf(child), keyOf(middle), 'source id'],
    ]);
  });

  it('is seen by our record where EC2 names no source', () => {
    const lone = image(8);
    const kept = recorded(record(lone, { parent: keyOf(base) }));
    expect(tied(keyOf(base), [base, lone], { records: records({ images: kept }) })).toEqual([
      [keyOf(lone), keyOf(base), 'record'],
    ]);
  });

  test.each<[string, Partial<Inventory>]>([
    ['now', { ancestry: { [keyOf(child)]: known([keyOf(middle), keyOf(base)]) } }],
    [
      'in an earlier run',
      { records: records({ images: recorded(record(child, { ancestors: [keyOf(middle), keyOf(base)] })) }) },
    ],
  ])('is seen by the ancestry that EC2 told %s, over images that nobody knows', (_when, more) => {
    expect(tied(keyOf(base), [base, child], more)).toEqual([[keyOf(child), keyOf(base), 'EC2 ancestry']]);
  });

  it('is found for an image of another owner: by a source, by a copy of ours, by ancestry', () => {
    const copy = image(6, { sourceImageId: idOf(99), sourceImageRegion: home, region: abroad });
    const further = image(9, from(ofForeign));
    const told = image(10, { sourceImageId: idOf(98), sourceImageRegion: home, sourceInstanceId: 'i-8' });
    const more: Partial<Inventory> = {
      origins: { [foreign]: 'foreign' },
      ancestry: { [keyOf(told)]: known([imageKey(home, idOf(98)), foreign]) },
    };
    expect(tied(foreign, [ofForeign, copy, further, told], more)).toEqual([
      [keyOf(copy), foreign, 'source id'],
      [keyOf(ofForeign), foreign, 'source id'],
      [keyOf(further), keyOf(ofForeign), 'source id'],
      [keyOf(told), foreign, 'EC2 ancestry'],
    ]);
  });

  it('keeps apart images of different Regions with the same id', () => {
    expect(tied(imageKey(abroad, idOf(99)), [ofForeign])).toEqual([]);
  });

  it('ends where sources run in a circle', () => {
    const one = image(21, from(image(22)));
    const other = image(22, from(one));
    expect(tied(keyOf(one), [one, other])).toEqual([[keyOf(other), keyOf(one), 'source id']]);
  });
});

describe('where a lineage is gone in part', () => {
  const [gone, near, far] = [record(image(30), { goneAt: now }), copyOf(image(30), 41), copyOf(image(30), 40)];

  it('has its root first and then its copies by their keys, listed or recorded', () => {
    const kept = recorded(record(near, { root: gone.image, role: 'copy', goneAt: now }), gone);
    const { lineages } = descent(gone.image, [far], { records: records({ images: kept }) });
    expect(lineages[0].images).toEqual([gone.image, keyOf(far), keyOf(near)]);
  });

  it('descends from what a copy of it is tied to, and not from itself', () => {
    const ancestry = { [keyOf(near)]: known([gone.image, keyOf(base)]) };
    const kept = { records: records({ images: recorded(gone) }) };
    expect(tied(keyOf(base), [base, near], { ...kept, ancestry })).toEqual([[gone.image, keyOf(base), 'EC2 ancestry']]);
  });
});

describe('what may descend from an image', () => {
  it('is every other lineage whose ancestry is cut, with the reason', () => {
    const denied = { ancestry: { [keyOf(ofForeign)]: unknown('denied') } };
    expect(descent(keyOf(base), [base, middle, ofForeign], denied).unsure).toEqual([
      { root: keyOf(ofForeign), why: 'denied' },
    ]);
  });

  it('is nothing that surely descends from it, and nothing whose chain was followed to its end', () => {
    expect(descent(foreign, [ofForeign, base, middle]).unsure).toEqual([]);
  });

  it('is an image that is gone, without a parent on record, only while something uses it', () => {
    const gone = record(image(30), { goneAt: now });
    const kept = { records: records({ images: recorded(gone) }) };
    expect(descent(keyOf(base), [base], kept).unsure).toEqual([]);
    expect(descent(keyOf(base), [base], { ...kept, usage: used(gone.image) }).unsure).toEqual([
      { root: gone.image, why: 'it is gone, and no record says what it was built from' },
    ]);
  });

  it('is such an image while something uses a copy of it, also where only the copy is on record', () => {
    const gone = image(30);
    const copy = record(copyOf(gone, 40), { root: keyOf(gone), role: 'copy', goneAt: now });
    for (const images of [recorded(copy), recorded(record(gone, { goneAt: now }), copy)])
      expect(
        descent(keyOf(base), [base], { records: records({ images }), usage: used(copy.image) }).unsure,
      ).toMatchObject([{ root: keyOf(gone) }]);
  });

  it.each([
    ['a parent', { parent: keyOf(image(7)) }],
    ['its ancestry', { ancestors: [keyOf(image(7))] }],
    ['that nothing was above it', { ancestors: [] }],
  ])('is no image that is gone and used, and of which %s is on record', (_what, more) => {
    const gone = record(image(30), { goneAt: now, ...more });
    const kept = { records: records({ images: recorded(gone) }), usage: used(gone.image) };
    expect(descent(keyOf(base), [base], kept).unsure).toEqual([]);
  });

  it('comes by the keys of the roots', () => {
    const all = [32, 31, 33].map((number) => record(image(number), { goneAt: now }));
    const usage = all.flatMap((one) => used(one.image));
    const { unsure } = descent(keyOf(base), [base], { records: records({ images: recorded(...all) }), usage });
    expect(unsure.map(({ root }) => root)).toEqual([31, 32, 33].map((number) => keyOf(image(number))));
  });
});

test('every image is known that is listed, recorded, or named as something that another was made of', () => {
  const gone = record(image(30), { goneAt: now });
  const world = worldWith([ofForeign], { records: records({ images: recorded(gone) }) });
  expect([...everyKnown(world)].sort()).toEqual([keyOf(ofForeign), gone.image, foreign].sort());
});
