/** A change that has not been saved yet: the table's name, the key, and the value or its absence. */
export interface Change {
  readonly table: string;
  readonly key: string;
  readonly value: unknown;
}

/** Rows of one kind. Values are replaced, never changed in place, so that every change is seen and can be saved. */
export class Table<T> {
  readonly #rows: Map<string, T>;
  readonly #changed: (key: string) => void;

  constructor(rows: Map<string, T>, changed: (key: string) => void) {
    this.#rows = rows;
    this.#changed = changed;
  }

  get(key: string): T | undefined {
    return this.#rows.get(key);
  }

  has(key: string): boolean {
    return this.#rows.has(key);
  }

  set(key: string, value: T): void {
    this.#rows.set(key, value);
    this.#changed(key);
  }

  delete(key: string): void {
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
}

/** All that the embedded AWS remembers, as named tables of plain JSON values. */
export class State {
  readonly #tables = new Map<string, Map<string, unknown>>();
  readonly #dirty = new Map<string, Set<string>>();

  table<T>(name: string): Table<T> {
    const rows = this.#rows(name) as Map<string, T>;
    return new Table<T>(rows, (key) => this.#touch(name, key));
  }

  /** Puts back a saved row without counting it as a change. */
  restore(table: string, key: string, value: unknown): void {
    this.#rows(table).set(key, value);
  }

  /** What changed since the last call. */
  takeChanges(): Change[] {
    const changes = [...this.#dirty].flatMap(([table, keys]) =>
      [...keys].map((key) => ({ table, key, value: this.#rows(table).get(key) })),
    );
    this.#dirty.clear();
    return changes;
  }

  /** Every row, for copies of a world and for comparing two of them. */
  dump(): Record<string, Record<string, unknown>> {
    return Object.fromEntries([...this.#tables].map(([name, rows]) => [name, Object.fromEntries(rows)]));
  }

  #rows(name: string): Map<string, unknown> {
    const rows = this.#tables.get(name) ?? new Map<string, unknown>();
    this.#tables.set(name, rows);
    return rows;
  }

  #touch(name: string, key: string): void {
    const keys = this.#dirty.get(name) ?? new Set<string>();
    keys.add(key);
    this.#dirty.set(name, keys);
  }
}
