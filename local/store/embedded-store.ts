import { Buffer } from 'node:buffer';
import { PortError } from '../../shared/model/errors.ts';
import type { Region } from '../../shared/model/ids.ts';
import type { Expect, IndexName, Item, ItemKey, NewItem, PutResult, Store } from '../../shared/ports/store.ts';
import type { State, Table } from '../kernel/state.ts';
import { ItemIndex } from './item-index.ts';

/** DynamoDB's limit for one item. */
const largestItem = 400 * 1024;

/**
 * The store inside the embedded world's state. It holds what DynamoDB would: plain JSON, one indivisible conditional
 * write at a time, keys in the order of their UTF-8 bytes, no item above 400 KB.
 */
export class EmbeddedStore implements Store {
  readonly #items: Table<Item>;
  readonly #about: Table<string>;
  readonly #index: ItemIndex;
  readonly #home: Region;

  constructor(state: State, home: Region) {
    this.#items = state.table<Item>('store');
    this.#about = state.table<string>('store-table');
    this.#index = new ItemIndex(this.#items);
    this.#home = home;
  }

  /** Whoever plays a restore from a backup gives the table another one. */
  async identity(): Promise<string> {
    return this.#about.get('id') ?? 'the first table';
  }

  async get<T>(key: ItemKey): Promise<Item<T> | undefined> {
    return this.#read<T>(this.#items.get(rowKey(key)));
  }

  async getMany<T>(keys: readonly ItemKey[]): Promise<Item<T>[]> {
    const distinct = new Set(keys.map(rowKey));
    return [...distinct].flatMap((key) => {
      const item = this.#read<T>(this.#items.get(key));
      return item === undefined ? [] : [item];
    });
  }

  async put<T>(item: NewItem<T>, expect: Expect): Promise<PutResult<T>> {
    const key = rowKey(item);
    const current = this.#items.get(key);
    if (current?.rev !== (expect === 'absent' ? undefined : expect))
      return { written: false, current: this.#read<T>(current) };
    const rev = (current?.rev ?? 0) + 1;
    this.#index.set(key, this.#accepted({ ...item, rev }));
    return { written: true, rev };
  }

  async list<T>(pk: string, prefix = ''): Promise<Item<T>[]> {
    const found = [...this.#index.partition(pk)].filter(({ sk }) => sk.startsWith(prefix));
    return this.#handOutAll<T>(found.sort((a, b) => inBytes(a.sk, b.sk)));
  }

  async query<T>(index: IndexName, key: string, upTo?: string): Promise<Item<T>[]> {
    const sortOf = (item: Item): string => item.index?.[index]?.sort ?? '';
    const wanted = (item: Item): boolean => upTo === undefined || inBytes(sortOf(item), upTo) <= 0;
    const found = [...this.#index.underKey(index, key)].filter(wanted);
    return this.#handOutAll<T>(found.sort((a, b) => inBytes(sortOf(a), sortOf(b))));
  }

  /** What a reader gets is its own. */
  protected handOut(item: Item): Item {
    return structuredClone(item);
  }

  #read<T>(item: Item | undefined): Item<T> | undefined {
    return item === undefined ? undefined : (this.handOut(item) as Item<T>);
  }

  #handOutAll<T>(items: readonly Item[]): Item<T>[] {
    return items.map((item) => this.handOut(item) as Item<T>);
  }

  #accepted(item: Item): Item {
    const text = JSON.stringify(item);
    if (Buffer.byteLength(text) <= largestItem) return JSON.parse(text) as Item;
    const at = { operation: 'PutItem', region: this.#home, code: 'ValidationException' };
    throw new PortError('invalid', at, `item ${item.pk} ${item.sk} exceeds 400 KB`);
  }
}

const rowKey = ({ pk, sk }: ItemKey): string => JSON.stringify([pk, sk]);

const surrogatesAndBeyond = /[\ud800-\uffff]/;

/** DynamoDB orders by bytes; JavaScript's `<` orders UTF-16 units, which differs from surrogates on. */
const inBytes = (a: string, b: string): number =>
  surrogatesAndBeyond.test(a) || surrogatesAndBeyond.test(b)
    ? Buffer.compare(Buffer.from(a), Buffer.from(b))
    : a < b
      ? -1
      : Number(a > b);
