import { execFile } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { emptyFolder, shell } from './shell.ts';

const sample = resolve('events/ami-state-change/available.json');
const bin = resolve('cli/bin.mjs');

let cwd: string;
beforeEach(() => {
  cwd = emptyFolder();
});
afterEach(() => rmSync(cwd, { recursive: true }));

const rows = (out: string, kind: string): string[] => out.split('\n').filter((line) => line.startsWith(`  ${kind} `));

describe('receive --local', () => {
  it('shows intents, copies, shares and lineage rows of the image that the event names', async () => {
    const { code, out } = await shell(cwd, `receive ${sample} --local`);
    expect(code).toBe(0);
    expect(rows(out, 'intent').map((row) => /to (\S+),/.exec(row)?.[1])).toEqual([
      'eu-west-1',
      'us-west-2',
      'ap-south-1',
    ]);
    expect(rows(out, 'copy').every((row) => row.endsWith('copied'))).toBe(true);
    expect(rows(out, 'copy')).toHaveLength(3);
    expect(rows(out, 'share')).toHaveLength(8);
    expect(rows(out, 'lineage')).toHaveLength(4);
  });

  it('makes no further copy when the same event is received again and again', async () => {
    const first = await shell(cwd, `receive ${sample} --local`);
    for (let i = 0; i < 4; i++) {
      const again = await shell(cwd, `receive ${sample} --local`);
      expect(again.out).toContain('Nothing was left to do.');
      expect(rows(again.out, 'copy')).toEqual(rows(first.out, 'copy'));
    }
    const { out } = await shell(cwd, 'lineage ami-0c43 --local --json');
    expect(JSON.parse(out).tree.below).toHaveLength(3);
  });

  it('makes no further copy when five processes receive it at once', async () => {
    const once = () => promisify(execFile)(process.execPath, [bin, 'receive', sample, '--local'], { cwd });
    const all = await Promise.all([once(), once(), once(), once(), once()]);
    expect(all.filter(({ stdout }) => stdout.includes('Nothing was left to do.'))).toHaveLength(4);
    const copies = new Set(all.flatMap(({ stdout }) => rows(stdout, 'copy')));
    expect(copies.size).toBe(3);
    const { out } = await shell(cwd, 'lineage ami-0c43 --local --json');
    expect(JSON.parse(out).tree.below).toHaveLength(3);
  });

  it('sets a poisoned event aside, says what is wrong with it, and exits with 3', async () => {
    const { code, out } = await shell(cwd, `receive ${resolve('events/ami-state-change/poison.json')} --local`);
    expect(code).toBe(3);
    expect(out).toMatch(/^set aside: not an "EC2 AMI State Change" event: .*detail\.State is "exploded"/m);
    writeFileSync(join(cwd, 'no.json'), '{ "version": ');
    expect((await shell(cwd, 'receive no.json --local')).out).toContain('set aside: not JSON');
  });

  it('says of each event what is wrong with it, whatever else lies aside', async () => {
    for (const [name, text] of Object.entries({ brace: '{', list: '[1]', nothing: '', word: '{}' }))
      writeFileSync(join(cwd, name), text);
    for (const [name, problem] of [
      ['brace', /^set aside: not JSON/m],
      ['list', /^set aside: .*it is \[1\], not an object/m],
      ['word', /^set aside: .*source is missing/m],
      ['nothing', /^set aside: not JSON: Unexpected end/m],
      ['list', /^set aside: .*it is \[1\], not an object/m],
    ] as const)
      expect(await shell(cwd, `receive ${name} --local`)).toMatchObject({
        code: 3,
        out: expect.stringMatching(problem),
      });
    const { code, out } = await shell(cwd, `receive ${sample} --local`);
    expect(code).toBe(0);
    expect(out).not.toContain('set aside');
  });

  it('sets aside what is about another account, and has nothing to do for an image that EC2 does not know', async () => {
    const event = { ...(await import(sample, { with: { type: 'json' } })).default };
    writeFileSync(join(cwd, 'other.json'), JSON.stringify({ ...event, account: '999900001111' }));
    expect(await shell(cwd, 'receive other.json --local')).toMatchObject({
      code: 3,
      out: expect.stringContaining('account 999900001111'),
    });
    const unknown = JSON.stringify(event).replaceAll('ami-0c4300000000a1b2c', 'ami-0123456789abcdef0');
    writeFileSync(join(cwd, 'unknown.json'), unknown);
    const { code, out } = await shell(cwd, 'receive unknown.json --local');
    expect(code).toBe(0);
    expect(out).toContain('Nothing was left to do.');
  });

  it('wants to know where, and says when the file is not there', async () => {
    expect(await shell(cwd, `receive ${sample}`)).toMatchObject({
      code: 3,
      err: expect.stringContaining('say where: --local or --direct'),
    });
    expect(await shell(cwd, 'receive nowhere.json --local')).toMatchObject({
      code: 3,
      err: 'nowhere.json: there is no such file\n',
    });
  });
});
