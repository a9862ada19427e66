import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { State } from '../../../local/kernel/state.ts';
import { LockedError, lockForWriting, Storage } from '../../../local/storage.ts';
import { open, start } from '../wire/helpers.ts';

let folder: string;
let file: string;
let log: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'embedded-aws-'));
  file = join(folder, 'deeper', 'aws.db');
  log = join(folder, 'log');
  writeFileSync(log, '');
});
afterEach(() => rmSync(folder, { recursive: true }));

const holder = fileURLToPath(new URL('holder.ts', import.meta.url));
const run = (name: string, what: 'hold' | 'die' | 'count'): ChildProcess =>
  spawn(process.execPath, [holder, file, log, name, what], { stdio: ['ignore', 'ignore', 'inherit'] });
const lines = (): string[] => readFileSync(log, 'utf8').split('\n').filter(Boolean);
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await wait(5);
}
const counted = (): unknown => {
  const aws = open({ file });
  const value = aws.state.table('test-counter').get('n');
  aws.close();
  return value;
};

describe('a saved world', () => {
  it('comes back as it was: rows, clock, timers, dice and settings', () => {
    const first = open({ file, seed: 42, regions: ['us-east-1', 'eu-north-1'], switches: { nameHeldFor: 7 } });
    first.state.table('things').set('b', { nested: [1, { two: 'zwei' }] });
    first.state.table('things').set('a', null);
    first.state.table('things').set('gone', 1);
    first.save();
    first.state.table('things').delete('gone');
    first.timeline.schedule(start + 5, 'queue-visible', { queue: 'q' });
    first.random.uuid();
    first.save();
    const second = open({ file, seed: 1, start: 0 });
    expect(second.state.dump()).toEqual(first.state.dump());
    expect([...second.state.table('things').entries()].map(([key]) => key)).toEqual(['b', 'a']);
    expect(second.timeline.now()).toBe(start);
    expect(second.regions).toEqual(['us-east-1', 'eu-north-1']);
    expect(second.switches.nameHeldFor).toBe(7);
    expect(second.random.uuid()).toBe(first.random.uuid());
    first.close();
    second.close();
  });

  it('does not hold what was not saved', () => {
    const first = open({ file });
    first.save();
    first.state.table('things').set('a', 1);
    first.close();
    const second = open({ file });
    expect(second.state.table('things').get('a')).toBeUndefined();
    second.close();
  });

  it('can be read while another process holds the lock and writes', () => {
    const lock = lockForWriting(file, { waitMs: 0 });
    const writer = open({ file });
    writer.state.table('test-counter').set('n', 1);
    writer.save();
    expect(counted()).toBe(1);
    writer.close();
    lock.release();
  });

  it('keeps all changes of one save or none', () => {
    const storage = new Storage(file);
    const circle: { self?: unknown } = {};
    circle.self = circle;
    const changes = [
      { table: 't', key: 'a', value: 1 },
      { table: 't', key: 'b', value: circle },
    ];
    expect(() => storage.save(changes)).toThrow();
    const state = new State();
    storage.loadInto(state);
    expect(state.dump()).toEqual({});
    storage.close();
  });
});

describe('the lock of a state file', () => {
  it('is held by one at a time and refuses, after waiting, with the file’s name', () => {
    const lock = lockForWriting(file, { waitMs: 0 });
    expect(() => lockForWriting(file, { waitMs: 20 })).toThrow(LockedError);
    expect(() => lockForWriting(file, { waitMs: 0 })).toThrow(file);
    lock.release();
    lockForWriting(file, { waitMs: 0 }).release();
  });

  it('makes processes that start together run one after the other, and no change is lost', async () => {
    const children = ['a', 'b', 'c'].map((name) => run(name, 'hold'));
    const exits = await Promise.all(children.map(async (child) => (await once(child, 'exit'))[0]));
    expect(exits).toEqual([0, 0, 0]);
    const words = lines().map((line) => line.split(' '));
    expect(words.map(([word]) => word)).toEqual(['got', 'left', 'got', 'left', 'got', 'left']);
    for (let index = 0; index < 6; index += 2) expect(words[index]?.[1]).toBe(words[index + 1]?.[1]);
    expect(counted()).toBe(3);
  });

  it('is free again when its holder was killed, and what that one had not saved is gone', async () => {
    const dying = run('dying', 'die');
    await once(dying, 'exit');
    expect(lines()).toEqual(['got dying']);
    expect(existsSync(`${file}.lock`)).toBe(true);
    const [code] = await once(run('next', 'count'), 'exit');
    expect(code).toBe(0);
    await until(() => lines().includes('left next'));
    expect(counted()).toBe(1);
  });
});
