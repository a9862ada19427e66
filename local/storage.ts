import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Duration } from '../shared/model/time.ts';
import type { Change, State } from './kernel/state.ts';

/** A world in one SQLite file: one row of JSON for each row of each table. */
export class Storage {
  readonly #database: DatabaseSync;

  constructor(file: string) {
    mkdirSync(dirname(file), { recursive: true });
    this.#database = new DatabaseSync(file, { timeout: 10_000 });
    // Readers see the last saved world while a writer saves the next.
    this.#database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL');
    this.#database.exec(
      'CREATE TABLE IF NOT EXISTS rows (tbl TEXT, key TEXT, value TEXT NOT NULL, PRIMARY KEY (tbl, key))',
    );
  }

  /** Everything, in the order in which it was first saved. */
  loadInto(state: State): void {
    const rows = this.#database.prepare('SELECT tbl, key, value FROM rows ORDER BY rowid').all();
    for (const { tbl, key, value } of rows) state.restore(String(tbl), String(key), JSON.parse(String(value)));
  }

  /** All changes or none. */
  save(changes: readonly Change[]): void {
    if (changes.length === 0) return;
    const put = this.#database.prepare(
      'INSERT INTO rows (tbl, key, value) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET value = excluded.value',
    );
    const drop = this.#database.prepare('DELETE FROM rows WHERE tbl = ? AND key = ?');
    this.#database.exec('BEGIN IMMEDIATE');
    try {
      for (const { table, key, value } of changes) {
        if (value === undefined) drop.run(table, key);
        else put.run(table, key, JSON.stringify(value));
      }
      this.#database.exec('COMMIT');
    } catch (error) {
      this.#database.exec('ROLLBACK');
      throw error;
    }
  }

  close(): void {
    this.#database.close();
  }
}

export interface WriteLock {
  release(): void;
}

/** Another process holds the state file and did not let go in time. */
export class LockedError extends Error {
  constructor(file: string, waited: Duration) {
    super(`${file} is in use by another process; gave up after ${Math.round(waited / 1000)} s`);
    this.name = 'LockedError';
  }
}

/**
 * Only one process at a time holds the lock of a state file. It is an open transaction on a file next to it, so the
 * operating system frees it when its holder dies. Take it before opening the world that is to be changed: waiting
 * blocks this process.
 * @throws LockedError after `waitMs` milliseconds
 */
export function lockForWriting(file: string, { waitMs }: { waitMs: Duration }): WriteLock {
  mkdirSync(dirname(file), { recursive: true });
  const database = new DatabaseSync(`${file}.lock`, { timeout: waitMs });
  try {
    database.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    database.close();
    const busy = error instanceof Error && /locked|busy/i.test(error.message);
    throw busy ? new LockedError(file, waitMs) : error;
  }
  return {
    release: () => {
      database.exec('ROLLBACK');
      database.close();
    },
  };
}
