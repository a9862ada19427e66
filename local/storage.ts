import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Duration } from '../shared/model/time.ts';
import type { Change, State } from './kernel/state.ts';

/** A world in one SQLite file: one row of JSON for each row of each table. */
export class Storage {
  readonly #database: DatabaseSync;

  /** @throws StateFileError when it cannot be read */
  constructor(file: string) {
    this.#database = opened(file, 10_000);
    // Readers see the last saved world while a writer saves the next.
    const prepare = `PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;
      CREATE TABLE IF NOT EXISTS rows (tbl TEXT, key TEXT, value TEXT NOT NULL, PRIMARY KEY (tbl, key))`;
    try {
      this.#database.exec(prepare);
    } catch (error) {
      this.#database.close();
      throw new StateFileError(file, error);
    }
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

/** The state file, or its folder, is not one that can be used. */
export class StateFileError extends Error {
  constructor(file: string, cause: unknown) {
    super(`${file} cannot be used: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
    this.name = 'StateFileError';
  }
}

function opened(file: string, timeout: Duration): DatabaseSync {
  try {
    mkdirSync(dirname(file), { recursive: true });
    return new DatabaseSync(file, { timeout });
  } catch (error) {
    throw new StateFileError(file, error);
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
 * blocks this process, and `onWait` is told when it takes long.
 * @throws LockedError after `waitMs` milliseconds, StateFileError when the lock cannot be made
 */
export function lockForWriting(file: string, { waitMs, tellAfterMs = 1000, onWait }: LockWait): WriteLock {
  const first = onWait ? Math.min(waitMs, tellAfterMs) : waitMs;
  const database = opened(`${file}.lock`, first);
  try {
    if (taken(database)) return release(database);
    if (first < waitMs) {
      onWait?.(file);
      database.exec(`PRAGMA busy_timeout = ${waitMs - first}`);
      if (taken(database)) return release(database);
    }
  } catch (error) {
    database.close();
    throw new StateFileError(`${file}.lock`, error);
  }
  database.close();
  throw new LockedError(file, waitMs);
}

export interface LockWait {
  readonly waitMs: Duration;
  readonly tellAfterMs?: Duration;
  readonly onWait?: ((file: string) => void) | undefined;
}

/** @returns false when another process holds it for longer than the timeout */
function taken(database: DatabaseSync): boolean {
  try {
    database.exec('BEGIN EXCLUSIVE');
    return true;
  } catch (error) {
    if (error instanceof Error && /locked|busy/i.test(error.message)) return false;
    throw error;
  }
}

function release(database: DatabaseSync): WriteLock {
  return {
    release: () => {
      database.exec('ROLLBACK');
      database.close();
    },
  };
}
