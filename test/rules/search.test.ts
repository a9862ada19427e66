import { describe, expect, test } from 'vitest';
import { known, unknown } from '../../shared/model/evidence.ts';
import { type Image, keyOf } from '../../shared/model/image.ts';
import type { Inventory } from '../../shared/model/inventory.ts';
import type { Selector } from '../../shared/model/policy.ts';
import { day, hour } from '../../shared/model/time.ts';
import { joined, type SearchResult, searchForeign, searchOwn } from '../../shared/rules/search.ts';
import { abroad, compiled, copyOf, home, idOf, image, inventory, now, policy, selector } from './make.ts';

const root = image(1);
const copy = copyOf(root, 11, { createdAt: now - day });
const all = [root, copy];
const question = (more: Partial<Selector> = {}): Selector => selector({ regions: [], ...more });

const own = (select: Selector, images: Image[] = all, more: Partial<Inventory> = {}): SearchResult =>
  searchOwn(inventory(images, more), compiled(policy()), select, now);
const keys = ({ hits }: SearchResult): string[] => hits.map((hit) => keyOf(hit.image));

describe('a search among own images', () => {
  test('asks each image of every Region, with root and build date of its lineage', () => {
    expect(own(question()).hits).toEqual([
      { image: root, root: keyOf(root), built: root.createdAt },
      { image: copy, root: keyOf(root), built: root.createdAt },
    ]);
  });

  test('asks only the Regions that were named', () => {
    expect(keys(own(question({ regions: [abroad] })))).toEqual([keyOf(copy)]);
  });

  test('takes a copy for as old as its root', () => {
    expect(keys(own(question({ olderThan: 100 * day })))).toEqual(all.map(keyOf));
    expect(keys(own(question({ newerThan: 2 * day })))).toEqual([]);
  });

  test('tells no build date where nobody knows one', () => {
    const { createdAt: _none, ...dateless } = root;
    expect(own(question(), [dateless]).hits).toEqual([{ image: dateless, root: keyOf(root) }]);
  });

  test('shows what was deregistered only to who asks for it', () => {
    const gone: Image = { ...root, state: 'deregistered' };
    expect(keys(own(question(), [gone]))).toEqual([]);
    expect(keys(own(question({ state: ['available'] }), [gone]))).toEqual([]);
    expect(keys(own(question({ state: ['deregistered'] }), [gone, image(2)]))).toEqual([keyOf(gone)]);
  });
});

describe('an image of which it cannot be told whether it matches', () => {
  const open = (select: Selector, one: Image): unknown => {
    const { hits, open: found } = own(select, [one]);
    expect(hits).toEqual([]);
    return found;
  };

  test('is named with what is lacking', () => {
    expect(open(question({ sharedWith: ['account:1'] }), root)).toEqual([
      { image: keyOf(root), questions: [{ key: 'sharedWith', why: 'its launch permissions were not read' }] },
    ]);
  });

  test('is named where its tags were not read', () => {
    expect(open(question({ tags: { Team: ['a'] } }), image(1, { tags: unknown('not in the file') }))).toEqual([
      { image: keyOf(root), questions: [{ key: 'tags', why: 'not in the file' }] },
    ]);
  });

  test('is asked nothing of tags that were not read, where the question is about something else', () => {
    const blind = image(1, { tags: unknown('not in the file') });
    expect(open(question({ sharedWith: ['account:1'] }), blind)).toEqual([
      { image: keyOf(root), questions: [{ key: 'sharedWith', why: 'its launch permissions were not read' }] },
    ]);
  });

  test('is no hit and no question where tags may come but are not there', () => {
    expect(open(question({ tags: { Team: ['a'] } }), image(1, { createdAt: now - hour }))).toEqual([]);
  });

  test('nor where something else says no', () => {
    expect(open(question({ name: ['x'], sharedWith: ['account:1'] }), root)).toEqual([]);
  });

  test('is a hit once it is read', () => {
    const grants = { [keyOf(root)]: known(['account:1']) };
    expect(keys(own(question({ sharedWith: ['account:1'] }), [root], { grants }))).toEqual([keyOf(root)]);
  });
});

describe('a search among images of others', () => {
  const at = { homeRegion: home, now };
  const theirs = image(7, { ownerId: '999900001111', region: abroad });

  test('asks each where it is, with its own date, and knows no lineage', () => {
    expect(searchForeign([theirs], question({ regions: [home], olderThan: 100 * day }), at)).toEqual({
      hits: [{ image: theirs, built: theirs.createdAt }],
      open: [],
    });
    expect(searchForeign([theirs], question({ newerThan: 100 * day }), at).hits).toEqual([]);
  });

  test('tells no date where there is none, and what that leaves open', () => {
    const { createdAt: _none, ...dateless } = theirs;
    expect(searchForeign([dateless], question(), at).hits).toEqual([{ image: dateless }]);
    expect(searchForeign([dateless], question({ olderThan: day }), at).open).toMatchObject([
      { image: keyOf(theirs), questions: [{ key: 'olderThan' }] },
    ]);
  });

  test('leaves open what they were built from', () => {
    expect(searchForeign([theirs], question({ descendsFrom: [idOf(9)] }), at).open).toEqual([
      { image: keyOf(theirs), questions: [{ key: 'descendsFrom', why: 'what it was built from was not read' }] },
    ]);
  });
});

test('several answers are one', () => {
  const one: SearchResult = { hits: [{ image: root }], open: [] };
  const other: SearchResult = { hits: [{ image: copy }], open: [{ image: keyOf(root), questions: [] }] };
  expect(joined([one, other])).toEqual({ hits: [...one.hits, ...other.hits], open: other.open });
});
