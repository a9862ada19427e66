import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { exit } from '../../cli/command.ts';
import { explained } from '../../cli/explain-error.ts';
import { localStateFile } from '../../cli/worlds/state-file.ts';
import { LockedError, lockForWriting } from '../../local/storage.ts';
import { emptyFolder, shell } from './shell.ts';

let cwd: string;
let file: string;
beforeEach(() => {
  cwd = emptyFolder();
  file = localStateFile(cwd);
});
afterEach(() => rmSync(cwd, { recursive: true }));

describe('the state of the embedded AWS', () => {
  it('is named when it cannot be read, with what to do, and nothing is done', async () => {
    mkdirSync(join(cwd, '.local'));
    writeFileSync(file, 'this is no database at all');
    const sample = resolve('events/ami-state-change/available.json');
    for (const line of ['plan --local', `receive ${sample} --local`])
      expect(await shell(cwd, line)).toEqual({
        code: 3,
        out: '',
        err: `${file} cannot be used: file is not a database\nNext: move it away to begin anew\n`,
      });
  });

  it('is named when its folder cannot be made', async () => {
    writeFileSync(join(cwd, '.local'), '');
    const sample = resolve('events/ami-state-change/available.json');
    const { code, err } = await shell(cwd, `receive ${sample} --local`);
    expect({ code, named: err.includes(`${file}.lock cannot be used`) }).toEqual({ code: 3, named: true });
  });

  it('is waited for aloud when another process holds it, and given up with 4', () => {
    const lock = lockForWriting(file, { waitMs: 0 });
    const told: string[] = [];
    const again = () => lockForWriting(file, { waitMs: 20, tellAfterMs: 10, onWait: (held) => told.push(held) });
    expect(again).toThrow(LockedError);
    expect(told).toEqual([file]);
    lock.release();
    again().release();
    expect(told).toEqual([file]);
    expect(explained(new LockedError(file, 1)).code).toBe(exit.stopped);
  });
});
