import type { IndexName, Item } from '../../shared/ports/store.ts';
import type { Table } from '../kernel/state.ts';

type Group = Map<string, Item>;

const indexNames: readonly IndexName[] = ['lineage', 'children', 'family', 'due'];
const none: Group = new Map();

/** Items by partition and by the keys of their sparse indexes, so that no question looks at every item. */
export class ItemIndex {
  readonly #items: Table<Item>;
  #partitions = new Map<string, Group>();
  #byIndex = new Map<string, Group>();
  #version = -1;

  constructor(items: Table<Item>) {
    this.#items = items;
  }

  partition(pk: string): Iterable<Item> {
    this.#refresh();
    return (this.#partitions.get(pk) ?? none).values();
  }

  underKey(index: IndexName, key: string): Iterable<Item> {
    this.#refresh();
    return (this.#byIndex.get(`${index} ${key}`) ?? none).values();
  }

  /** The one way to write an item that does not cost a new look at all of them. */
  set(rowKey: string, item: Item): void {
    this.#refresh();
    const before = this.#items.get(rowKey);
    this.#items.set(rowKey, item);
    this.#version = this.#items.version;
    if (before) this.#forget(rowKey, before, item);
    this.#note(rowKey, item);
  }

  #refresh(): void {
    if (this.#version === this.#items.version) return;
    this.#partitions = new Map();
    this.#byIndex = new Map();
    for (const [rowKey, item] of this.#items.entries()) this.#note(rowKey, item);
    this.#version = this.#items.version;
  }

  #note(rowKey: string, item: Item): void {
    groupIn(this.#partitions, item.pk).set(rowKey, item);
    for (const name of indexNames) {
      const at = item.index?.[name];
      if (at) groupIn(this.#byIndex, `${name} ${at.key}`).set(rowKey, item);
    }
  }

  #forget(rowKey: string, before: Item, after: Item): void {
    for (const name of indexNames) {
      const at = before.index?.[name];
      if (at && at.key !== after.index?.[name]?.key) this.#byIndex.get(`${name} ${at.key}`)?.delete(rowKey);
    }
  }
}

function groupIn(groups: Map<string, Group>, key: string): Group {
  const group = groups.get(key) ?? new Map<string, Item>();
  groups.set(key, group);
  return group;
}
