import { expect, test } from 'vitest';
import { known, unknown } from '../../shared/model/evidence.ts';
import { type Image, keyOf } from '../../shared/model/image.ts';
import type { Inventory } from '../../shared/model/inventory.ts';
import type { PointerRecord, PointerState } from '../../shared/model/pointer.ts';
import { decide } from '../../shared/rules/decide.ts';
import { publishedIn } from '../../shared/rules/published.ts';
import { copy, kept, newer, root, table } from './expiring.ts';
import { abroad, compiled, home, inventory, now, policy, records, retain } from './make.ts';

const key = `${abroad} parameter /golden/latest` as const;
const names = (image: Image) => known<PointerState>({ kind: 'parameter', value: image.id });
const asked: PointerRecord = {
  pointer: { kind: 'parameter', region: abroad, name: '/golden/latest' },
  image: copy.id,
  root: keyOf(root),
  built: root.createdAt ?? now,
  setDefault: false,
  policy: 'golden',
  attempt: 1,
  run: 'earlier',
  since: now - 1,
};
const confirmed = { ...asked, confirmedAt: now };
const other = newer.find(({ region }) => region === abroad) ?? copy;

const given = (pointers: Inventory['pointers'], record?: PointerRecord) => ({
  inventory: { pointers, records: records({ images: kept, pointers: record ? { [key]: record } : {} }) },
});

table('F34b what a pointer names stays', [
  ['a parameter names a copy of the lineage', given({ [key]: names(copy) }), ['published']],
  ['a parameter names another lineage', given({ [key]: names(other) }), []],
  [
    'the default version of a template names the root, though its newest does not',
    given({
      [`${home} launch-template web`]: known({
        kind: 'launch-template',
        id: 'lt-1',
        publishable: false,
        latest: { version: 2, image: other.id },
        default: { version: 1, image: root.id },
      }),
    }),
    ['published'],
  ],
  ['our record names it and nobody read the pointer', given({}, confirmed), ['published']],
  ['our record names it and the pointer does not show it yet', given({ [key]: names(other) }, asked), ['published']],
  ['our record names it and the pointer has moved on', given({ [key]: names(other) }, confirmed), []],
  ['the policy does not want that', { ...given({ [key]: names(copy) }), retain: { keepPublished: false } }, []],
]);

test('F38 a pointer that nobody could read may name any image of the policies that publish', () => {
  const publish = {
    when: 'all-regions',
    ssm: [{ parameter: '/golden/latest', regions: [abroad] }],
    launchTemplates: [],
  } as const;
  const heldBy = (pointers: Inventory['pointers'], keepPublished: boolean) => {
    const rules = compiled(policy({ publish, retain: retain({ keepPublished }) }));
    const world = inventory([root, copy, ...newer], { pointers, records: records({ images: kept }) });
    return [...new Set(decide(world, rules, now).held.flatMap(({ guards }) => guards.map(({ code }) => code)))];
  };
  expect(heldBy({ [key]: unknown('denied') }, true)).toEqual(['pointer-unread']);
  expect(heldBy({}, true)).toEqual(['pointer-unread']);
  expect(heldBy({}, false)).toEqual([]);
  expect(heldBy({ [key]: names(other) }, true)).toEqual([]);
});

test('of several policies one is enough to keep what is published', () => {
  const rules = compiled(
    policy({ name: 'careful', retain: retain() }),
    policy({ name: 'loose', retain: retain({ keepPublished: false }) }),
  );
  const world = inventory([root, copy, ...newer], {
    pointers: { [key]: names(copy) },
    records: records({ images: kept }),
  });
  expect(decide(world, rules, now).held.map(({ guards }) => guards.map(({ code }) => code))).toContainEqual([
    'published',
  ]);
});

test('a word that is no image is none that a pointer names', () => {
  const pointers = { [key]: known<PointerState>({ kind: 'parameter', value: 'soon' }) };
  expect([...publishedIn(inventory([copy], { pointers })).keys()]).toEqual([]);
  expect([...publishedIn(inventory([copy], { pointers: { [key]: names(copy) } }))]).toEqual([
    [keyOf(copy), ['parameter /golden/latest']],
  ]);
});
