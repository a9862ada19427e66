import type { Expect, IndexName, Item, ItemKey, NewItem, PutResult, Store } from '../../shared/ports/store.ts';

export type StoreCall = <T>(operation: string, mutating: boolean, run: () => Promise<T>) => Promise<T>;

/** The store with faults around each of its calls. */
export class DisturbedStore implements Store {
  readonly #store: Store;
  readonly #call: StoreCall;

  constructor(store: Store, call: StoreCall) {
    this.#store = store;
    this.#call = call;
  }

  identity(): Promise<string> {
    return this.#call('store.identity', false, () => this.#store.identity());
  }

  get<T>(key: ItemKey): Promise<Item<T> | undefined> {
    return this.#call('store.get', false, () => this.#store.get<T>(key));
  }

  getMany<T>(keys: readonly ItemKey[]): Promise<Item<T>[]> {
    return this.#call('store.getMany', false, () => this.#store.getMany<T>(keys));
  }

  put<T>(item: NewItem<T>, expect: Expect): Promise<PutResult<T>> {
    return this.#call('store.put', true, () => this.#store.put<T>(item, expect));
  }

  list<T>(pk: string, prefix?: string): Promise<Item<T>[]> {
    return this.#call('store.list', false, () => this.#store.list<T>(pk, prefix));
  }

  query<T>(index: IndexName, key: string, upTo?: string): Promise<Item<T>[]> {
    return this.#call('store.query', false, () => this.#store.query<T>(index, key, upTo));
  }
}
