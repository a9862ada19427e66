/** A change that has not been saved yet: the table's name, the key, and the value or its absence. */
export interface Change {
  readonly table: string;
  readonly key: string;
  readonly value: unknown;
}

/** Is told of every change before it is made. */
export type Journal = (table: string, key: string, before: unknown) => void;

/** Rows of one kind. Values are replaced, never changed in place, so that every change is seen and can be saved. */
export class Table<T> {
  readonly #rows: Map<string, T>;
  readonly #dirty: Set<string>;
  readonly #note: ((key: string, before: unknown) => void) | undefined;
  /** Rises with every change, so that what was worked out from the rows can tell whether it still holds. */
  version = 0;

  constructor(rows: Map<string, T>, dirty: Set<string>, note?: (key: string, before: unknown) => void) {
    this.#rows = rows;
    this.#dirty = dirty;
    this.#note = note;
  }

  get(key: string): T | undefined {
    return this.#rows.get(key);
  }

  has(key: string): boolean {
    return this.#rows.has(key);
  }

  set(key: string, value: T): void {
    this.#note?.(key, this.#rows.get(key));
    this.#rows.set(key, value);
    this.#changed(key);
  }

  /** Puts back a saved row without counting it as a change to be saved. */
  restore(key: string, value: T): void {
    this.#rows.set(key, value);
    this.version += 1;
  }

  delete(key: string): void {
    this.#note?.(key, this.#rows.get(key));
    if (this.#rows.delete(key)) this.#changed(key);
  }

  /** In order of insertion. */
  values(): IterableIterator<T> {
    return this.#rows.values();
  }

  entries(): IterableIterator<[string, T]> {
    return this.#rows.entries();
  }

  get size(): number {
    return this.#rows.size;
  }

  #changed(key: string): void {
    this.#dirty.add(key);
    this.version += 1;
  }
}

interface Kept {
  readonly rows: Map<string, unknown>;
  /** Keys that changed since the world was last saved. */
  readonly dirty: Set<string>;
  readonly table: Table<unknown>;
}

/** All that the embedded AWS remembers, as named tables of plain JSON values. */
export class State {
  readonly #tables = new Map<string, Kept>();
  journal: Journal | undefined;

  table<T>(name: string): Table<T> {
    return this.#kept(name).table as Table<T>;
  }

  /** Puts back a saved row without counting it as a change. */
  restore(table: string, key: string, value: unknown): void {
    this.#kept(table).table.restore(key, value);
  }

  /** What changed since the last call. */
  takeChanges(): Change[] {
    return [...this.#tables].flatMap(([table, { rows, dirty }]) => {
      const changes = [...dirty].map((key) => ({ table, key, value: rows.get(key) }));
      dirty.clear();
      return changes;
    });
  }

  /** Every row, for copies of a world and for comparing two of them. */
  dump(): Record<string, Record<string, unknown>> {
    return Object.fromEntries([...this.#tables].map(([name, { rows }]) => [name, Object.fromEntries(rows)]));
  }

  #kept(name: string): Kept {
    const found = this.#tables.get(name);
    if (found) return found;
    const rows = new Map<string, unknown>();
    const dirty = new Set<string>();
    const kept = { rows, dirty, table: new Table(rows, dirty, (key, before) => this.journal?.(name, key, before)) };
    this.#tables.set(name, kept);
    return kept;
  }
}
