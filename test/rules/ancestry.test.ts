import { expect, test } from 'vitest';
import { known, unknown } from '../../shared/model/evidence.ts';
import { type Image, keyOf } from '../../shared/model/image.ts';
import type { Inventory } from '../../shared/model/inventory.ts';
import type { ImageRecord } from '../../shared/model/records.ts';
import { ancestorsOf } from '../../shared/rules/ancestry.ts';
import { worldOf } from '../../shared/rules/world.ts';
import { compiled, copyOf, home, image, inventory, now, record, recorded, records } from './make.ts';

const from = (parent: Image) => ({
  sourceImageId: parent.id,
  sourceImageRegion: parent.region,
  sourceInstanceId: 'i-1',
});

const base = image(1);
const middle = image(2, from(base));
const child = image(3, from(middle));

function ancestors(of: Image, images: Image[], more: Partial<Inventory> = {}) {
  const world = worldOf(inventory(images, more), compiled(), now);
  const lineage = world.lineages.find(({ members }) => members.some((member) => keyOf(member) === keyOf(of)));
  if (!lineage) throw new Error(`${of.id} is in no lineage`);
  return ancestorsOf(lineage, world);
}

test('the chain is followed through images that are there, to one that has no source', () => {
  expect(ancestors(child, [base, middle, child])).toEqual({ keys: [keyOf(middle), keyOf(base)] });
  expect(ancestors(base, [base])).toEqual({ keys: [] });
});

test('an image that is gone leaves its parent in the records', () => {
  const kept = recorded(record(middle, { parent: keyOf(base), goneAt: now }));
  expect(ancestors(child, [base, child], { records: records({ images: kept }) })).toEqual({
    keys: [keyOf(middle), keyOf(base)],
  });
});

test('a source that is neither there nor recorded is the last that is known', () => {
  expect(ancestors(child, [child])).toEqual({
    keys: [keyOf(middle)],
    why: `what ${keyOf(middle)} was built from was not read`,
  });
});

test('a record without a parent proves no end', () => {
  const kept = recorded(record(middle));
  expect(ancestors(child, [child], { records: records({ images: kept }) }).why).toBeDefined();
});

test('what EC2 told is the whole chain, now or in an earlier run', () => {
  const told = [keyOf(middle), keyOf(base)];
  expect(ancestors(child, [child], { ancestry: { [keyOf(child)]: known(told) } })).toEqual({ keys: told });
  const kept = recorded(record(child, { ancestors: told }));
  expect(ancestors(child, [child], { records: records({ images: kept }) })).toEqual({ keys: told });
});

test('when EC2 did not tell, the reason is passed on', () => {
  expect(ancestors(child, [child], { ancestry: { [keyOf(child)]: unknown('denied') } }).why).toBe('denied');
});

test('of a copy whose root is gone, the root is no ancestor', () => {
  const copy = copyOf(child, 9);
  const told = known([keyOf(child), keyOf(middle), keyOf(base)]);
  expect(ancestors(copy, [copy], { ancestry: { [keyOf(copy)]: told } }).keys).toEqual([keyOf(middle), keyOf(base)]);
});

test('a source without a Region leads nowhere that is known', () => {
  const { sourceImageRegion: _region, ...rest } = copyOf(base, 9, { region: home });
  expect(ancestors(rest, [rest]).why).toBeDefined();
});

test('a circle has no end', () => {
  const one = image(5, from(image(6)));
  const other = image(6, from(one));
  expect(ancestors(one, [one, other])).toEqual({
    keys: [keyOf(other)],
    why: `its sources run in a circle at ${keyOf(one)}`,
  });
});

test('a copy that is gone has its root for a source in the records, any other image its parent', () => {
  const chain = (more: Partial<ImageRecord>) => {
    const kept = recorded(record(middle, { goneAt: now, ...more }));
    return ancestors(child, [base, child], { records: records({ images: kept }) });
  };
  const whole = { keys: [keyOf(middle), keyOf(base)] };
  expect(chain({ role: 'copy', root: keyOf(base) })).toEqual(whole);
  expect(chain({ role: 'copy', root: keyOf(base), parent: keyOf(image(9)) })).toEqual(whole);
  expect(chain({ root: keyOf(image(9)), parent: keyOf(base) })).toEqual(whole);
  expect(chain({ role: 'copy', root: keyOf(middle), parent: keyOf(base) })).toEqual(whole);
});
