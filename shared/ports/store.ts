/** Where an item lives. `pk` is confined by roles (`image#…`, `control#…`), `sk` orders within it. */
export interface ItemKey {
  readonly pk: string;
  readonly sk: string;
}

export type IndexName = 'lineage' | 'children' | 'family' | 'due';

/** One small JSON value with what the store needs to keep it safe. */
export interface Item<T = unknown> extends ItemKey {
  /** Version of the shape of `data`; an unknown newer one is read-only. */
  readonly schema: number;
  /** Counts writes, from 1; the condition of the next write. */
  readonly rev: number;
  readonly data: T;
  /** Sparse indexes that answer questions. No correctness decision reads them. */
  readonly index?: { readonly [K in IndexName]?: { readonly key: string; readonly sort: string } };
}

export type NewItem<T = unknown> = Omit<Item<T>, 'rev'>;

/** `absent`: only if there is no such item. A number: only if its `rev` is this one. */
export type Expect = 'absent' | number;

export type PutResult<T = unknown> =
  | { readonly written: true; readonly rev: number }
  | { readonly written: false; readonly current: Item<T> | undefined };

/** One table, conditional single-item writes. Reads other than `query` are strongly consistent. */
export interface Store {
  /** Tells this table from every other, also from one that was restored from it. */
  identity(): Promise<string>;
  get<T>(key: ItemKey): Promise<Item<T> | undefined>;
  /** Absent items are left out; order is not kept. */
  getMany<T>(keys: readonly ItemKey[]): Promise<Item<T>[]>;
  put<T>(item: NewItem<T>, expect: Expect): Promise<PutResult<T>>;
  /** All items of a partition in the order of `sk`, optionally only those whose `sk` begins with `prefix`. */
  list<T>(pk: string, prefix?: string): Promise<Item<T>[]>;
  /** Eventually consistent; in the order of the index's `sort`, up to and including `upTo`. */
  query<T>(index: IndexName, key: string, upTo?: string): Promise<Item<T>[]>;
}
