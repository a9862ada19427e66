import { describe, expect, test } from 'vitest';
import { known } from '../../shared/model/evidence.ts';
import { type Image, keyOf } from '../../shared/model/image.ts';
import type { Inventory } from '../../shared/model/inventory.ts';
import type { Selector } from '../../shared/model/policy.ts';
import { lineagesOf } from '../../shared/rules/lineages.ts';
import { evidenceWanted, faceOf, sightOf } from '../../shared/rules/sight.ts';
import { worldOf } from '../../shared/rules/world.ts';
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
  record,
  recorded,
  records,
  selector,
} from './make.ts';

const root = image(1);
const copy = copyOf(root, 11);
const all = [root, copy];
const shared: Partial<Selector> = { sharedWith: ['account:1'] };
const descended: Partial<Selector> = { descendsFrom: [idOf(99)] };
const nothing = { grants: [], ancestry: [] };

const wanted = (select: Partial<Selector>, images: Image[] = all, more: Partial<Inventory> = {}, question?: Selector) =>
  evidenceWanted(inventory(images, more), compiled(policy({ select: selector(select) })), now, question);

describe('what has to be read before a policy can be decided', () => {
  test('is nothing where no policy asks', () => expect(wanted({})).toEqual(nothing));

  test('are the launch permissions of roots', () =>
    expect(wanted(shared)).toEqual({ grants: [keyOf(root)], ancestry: [] }));

  test('is what roots were built from', () => {
    const built = image(1, { sourceInstanceId: 'i-1', sourceImageId: idOf(5) });
    expect(wanted(descended, [built])).toEqual({ grants: [], ancestry: [keyOf(built)] });
  });

  test('is nothing more once it was read', () => {
    expect(wanted(shared, all, { grants: { [keyOf(root)]: known([]) } })).toEqual(nothing);
  });

  test('is nothing where another key says no', () => {
    expect(wanted({ ...shared, name: ['x'] })).toEqual(nothing);
  });

  test('is both where both are asked for', () => {
    const built = image(1, { sourceInstanceId: 'i-1', sourceImageId: idOf(5) });
    expect(wanted({ ...shared, ...descended }, [built])).toEqual({ grants: [keyOf(built)], ancestry: [keyOf(built)] });
  });
});

describe('what has to be read before a question can be answered', () => {
  const question = selector({ ...shared, regions: [home, abroad] });

  test('are the launch permissions of each image', () => {
    expect(wanted({}, all, {}, question).grants).toEqual([keyOf(copy), keyOf(root)]);
  });

  test('is what the root was built from, whichever image is asked', () => {
    const built = image(1, { sourceInstanceId: 'i-1', sourceImageId: idOf(5) });
    const asked = selector({ ...descended, regions: [home, abroad] });
    expect(wanted({}, [built, copyOf(built, 11)], {}, asked).ancestry).toEqual([keyOf(built)]);
  });

  test('is nothing for a question that asks for none', () => {
    expect(wanted({}, all, {}, selector())).toEqual(nothing);
  });
});

describe('once the root is gone', () => {
  const name = 'golden-of-old';
  const alone = (kept: Inventory['records']['images']) => {
    const origin = { ...copy, name: 'renamed' };
    const given = inventory([origin], { origins: { [keyOf(root)]: 'gone' }, records: records({ images: kept }) });
    const world = worldOf(given, compiled(policy()), now);
    const [lineage] = lineagesOf(given);
    if (!lineage) throw new Error('no lineage');
    return { face: faceOf(lineage, world), sight: sightOf(lineage, world), origin };
  };

  test('a copy speaks for it, with its recorded name and its Region', () => {
    const { face, origin } = alone(recorded(record(root, { name }), record(copy, { root: keyOf(root), role: 'copy' })));
    expect(face).toEqual({ ...origin, name, region: home });
  });

  test('or with its own name, where no record tells', () => {
    expect(alone({}).face).toMatchObject({ name: 'renamed', region: home });
  });

  test('its launch permissions are those of the copy', () => {
    const policies = compiled(policy({ select: selector(shared) }));
    const given = inventory([copy], { origins: { [keyOf(root)]: 'gone' } });
    expect(evidenceWanted(given, policies, now).grants).toEqual([keyOf(copy)]);
  });
});

test('a selector sees the launch permissions of the image that it asks', () => {
  const given = inventory(all, { grants: { [keyOf(copy)]: known(['account:1']) } });
  const world = worldOf(given, compiled(policy()), now);
  const [lineage] = lineagesOf(given);
  if (!lineage) throw new Error('no lineage');
  expect(sightOf(lineage, world)).toMatchObject({ homeRegion: home, now, built: root.createdAt, grants: undefined });
  expect(sightOf(lineage, world, copy).grants).toEqual(known(['account:1']));
  expect(faceOf(lineage, world)).toBe(root);
});
