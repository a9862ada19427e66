import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { collectedAt } from './decisions.ts';

/** A file for a whole run of the tests, into which every worker writes what the roles were used for. */
export function setup(): () => void {
  const folder = mkdtempSync(join(tmpdir(), 'permissions-'));
  const file = join(folder, 'used.jsonl');
  writeFileSync(file, '');
  process.env[collectedAt] = file;
  return () => rmSync(folder, { recursive: true });
}
