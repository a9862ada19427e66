import { beforeEach, describe, expect, it } from 'vitest';
import { isPortError } from '../../shared/model/errors.ts';
import type { Item, NewItem, Store } from '../../shared/ports/store.ts';

const item = (sk: string, data: unknown = {}, pk = 'image#a'): NewItem => ({ pk, sk, schema: 1, data });
const sks = (items: readonly Item[]) => items.map(({ sk }) => sk);

/** What both adapters of the store port must do; `fresh` gives an empty store. */
export function storeContract(fresh: () => Promise<Store>): void {
  let store: Store;
  beforeEach(async () => {
    store = await fresh();
  });

  const fill = (items: readonly NewItem[]) => Promise.all(items.map((one) => store.put(one, 'absent')));

  describe('conditional writes', () => {
    it('creates an item once and shows the item that stands in the way', async () => {
      expect(await store.put(item('x', { a: 1 }), 'absent')).toEqual({ written: true, rev: 1 });
      expect(await store.put(item('x', { a: 2 }), 'absent')).toEqual({
        written: false,
        current: { ...item('x', { a: 1 }), rev: 1 },
      });
    });

    it('replaces an item only at the revision that was read', async () => {
      await store.put(item('x', 'one'), 'absent');
      expect(await store.put(item('x', 'two'), 1)).toEqual({ written: true, rev: 2 });
      expect(await store.put(item('x', 'three'), 1)).toEqual({
        written: false,
        current: { ...item('x', 'two'), rev: 2 },
      });
      expect(await store.get({ pk: 'image#a', sk: 'x' })).toEqual({ ...item('x', 'two'), rev: 2 });
    });

    it('does not create an item for a writer that expects a revision', async () => {
      expect(await store.put(item('x'), 3)).toEqual({ written: false, current: undefined });
      expect(await store.get({ pk: 'image#a', sk: 'x' })).toBeUndefined();
    });

    it('lets one of twenty creators win, and shows the winner to the others', async () => {
      const results = await Promise.all(Array.from({ length: 20 }, (_, n) => store.put(item('x', { n }), 'absent')));
      const winner = results.findIndex((result) => result.written);
      expect(results.filter((result) => result.written)).toHaveLength(1);
      for (const result of results) if (!result.written) expect(result.current?.data).toEqual({ n: winner });
    });

    it('loses no update when twenty writers count up the same item', async () => {
      await store.put(item('count', 0), 'absent');
      const countUp = async (): Promise<void> => {
        const current = await store.get<number>({ pk: 'image#a', sk: 'count' });
        const result = await store.put(item('count', (current?.data ?? 0) + 1), current?.rev ?? 'absent');
        if (!result.written) await countUp();
      };
      await Promise.all(Array.from({ length: 20 }, countUp));
      expect(await store.get({ pk: 'image#a', sk: 'count' })).toMatchObject({ rev: 21, data: 20 });
    });

    it('refuses an item above 400 KB as invalid', async () => {
      const error = await store.put(item('x', 'x'.repeat(410 * 1024)), 'absent').catch((caught: unknown) => caught);
      expect(isPortError(error, 'invalid')).toBe(true);
    });
  });

  describe('values', () => {
    const roundTrip = async (data: unknown) => {
      await store.put(item('v', data), 'absent');
      return (await store.get({ pk: 'image#a', sk: 'v' }))?.data;
    };

    it('come back as they went in', async () => {
      const data = {
        text: 'Größe 画像 😀 \u0000',
        empty: '',
        none: null,
        yes: true,
        list: [1, [], {}, 'a', null],
        nested: { deep: { deeper: [{ x: 1 }] } },
        at: 1_795_000_000_123,
        exact: 0.1,
        small: 1e-20,
        negative: -7,
        safe: Number.MAX_SAFE_INTEGER,
        beyond: 2 ** 60,
      };
      expect(await roundTrip(data)).toStrictEqual(data);
    });

    it('lose what is undefined', async () => {
      expect(await roundTrip({ a: undefined, b: { c: undefined, d: 1 } })).toStrictEqual({ b: { d: 1 } });
    });

    it('may be a text, a number or a list by themselves', async () => {
      expect(await roundTrip('alone')).toBe('alone');
      await store.put(item('n', 5), 'absent');
      await store.put(item('l', ['a']), 'absent');
      expect((await store.list('image#a')).map(({ data }) => data)).toEqual([['a'], 5, 'alone']);
    });

    it('are not shared with the writer or between readers', async () => {
      const data = { list: ['a'] };
      await store.put(item('v', data), 'absent');
      data.list.push('writer');
      const read = await store.get<{ list: string[] }>({ pk: 'image#a', sk: 'v' });
      read?.data.list.push('reader');
      expect((await store.list('image#a'))[0]?.data).toEqual({ list: ['a'] });
    });

    it('keep schema and indexes beside them', async () => {
      const indexed: NewItem = { ...item('v'), schema: 7, index: { due: { key: 'due', sort: '2026' } } };
      await store.put(indexed, 'absent');
      expect(await store.get({ pk: 'image#a', sk: 'v' })).toStrictEqual({ ...indexed, rev: 1 });
    });
  });

  describe('getMany', () => {
    it('finds 250 keys, leaves out the absent, and takes a key given twice once', async () => {
      await fill(Array.from({ length: 240 }, (_, n) => item(`k${n}`, { n })));
      const keys = Array.from({ length: 250 }, (_, n) => ({ pk: 'image#a', sk: `k${n}` }));
      const found = await store.getMany<{ n: number }>([...keys, ...keys.slice(0, 5)]);
      expect(found.map(({ data }) => data.n).sort((a, b) => a - b)).toEqual(Array.from({ length: 240 }, (_, n) => n));
    });

    it('answers no keys with no items', async () => {
      expect(await store.getMany([])).toEqual([]);
    });

    it('reads more than the 16 MB that one call of DynamoDB carries', async () => {
      await fill(Array.from({ length: 50 }, (_, n) => item(`k${n}`, 'x'.repeat(390 * 1024))));
      const keys = Array.from({ length: 50 }, (_, n) => ({ pk: 'image#a', sk: `k${n}` }));
      expect(await store.getMany(keys)).toHaveLength(50);
    });
  });

  describe('list', () => {
    it('gives one partition in order, all of it above 1 MB', async () => {
      await fill([
        ...Array.from({ length: 30 }, (_, n) => item(`h#${String(29 - n).padStart(3, '0')}`, 'x'.repeat(100 * 1024))),
        item('h#000', {}, 'image#b'),
      ]);
      const expected = Array.from({ length: 30 }, (_, n) => `h#${String(n).padStart(3, '0')}`);
      expect(sks(await store.list('image#a'))).toEqual(expected);
    });

    it('keeps to the prefix', async () => {
      await fill([item('history#1'), item('history#2'), item('intent#1'), item('histories'), item('histor')]);
      expect(sks(await store.list('image#a', 'history#'))).toEqual(['history#1', 'history#2']);
    });

    it('orders keys by their bytes in UTF-8', async () => {
      await fill(['😀', 'é', 'z', 'Z', '～', 'zz'].map((sk) => item(sk)));
      expect(sks(await store.list('image#a'))).toEqual(['Z', 'z', 'zz', 'é', '～', '😀']);
    });

    it('answers an unknown partition with no items', async () => {
      expect(await store.list('image#none')).toEqual([]);
    });
  });

  describe('query', () => {
    const due = (sk: string, sort: string, key = 'work'): NewItem => ({ ...item(sk), index: { due: { key, sort } } });

    it('gives the items of a key in order, up to and including a bound', async () => {
      await fill([due('c', '2026-03'), due('a', '2026-01'), due('b', '2026-02'), due('o', '2026-01', 'other')]);
      expect(sks(await store.query('due', 'work'))).toEqual(['a', 'b', 'c']);
      expect(sks(await store.query('due', 'work', '2026-02'))).toEqual(['a', 'b']);
    });

    it('shows only items that carry the index', async () => {
      await fill([item('plain'), { ...item('f'), index: { family: { key: 'work', sort: '1' } } }, due('d', '1')]);
      expect(sks(await store.query('due', 'work'))).toEqual(['d']);
    });

    it('forgets an item whose index was taken away', async () => {
      await fill([due('d', '1')]);
      await store.put(item('d'), 1);
      expect(await store.query('due', 'work')).toEqual([]);
    });

    it('crosses partitions and pages', async () => {
      const many = Array.from({ length: 30 }, (_, n): NewItem => {
        const sort = String(n).padStart(3, '0');
        return {
          pk: `image#${n}`,
          sk: 'x',
          schema: 1,
          data: 'x'.repeat(100 * 1024),
          index: { lineage: { key: 'root', sort } },
        };
      });
      await fill(many);
      const found = await store.query('lineage', 'root');
      expect(found.map(({ pk }) => pk)).toEqual(many.map(({ pk }) => pk));
    });

    it('keeps several indexes of one item apart', async () => {
      const both: NewItem = {
        ...item('b'),
        index: { lineage: { key: 'root', sort: '1' }, children: { key: 'parent', sort: '2' } },
      };
      await fill([both]);
      expect(sks(await store.query('lineage', 'root'))).toEqual(['b']);
      expect((await store.query('children', 'parent'))[0]).toStrictEqual({ ...both, rev: 1 });
      expect(await store.query('children', 'root')).toEqual([]);
    });
  });
}
