import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { emptyFolder, shell } from './shell.ts';

const parameter = '/golden/al2023/x86_64/latest';
const text = readFileSync('local/demo/policy.yml', 'utf8').replace(
  '    retain:',
  '    publish: { when: all-regions, ssm: [{ parameter: "/golden/al2023/{architecture}/latest" }] }\n    retain:',
);
const world = '--local --policy p.yml';
const why = ['--reason', 'CVE-2026-1234'];

let cwd: string;
const revoke = (more: readonly string[], ask?: (question: string) => Promise<string>) =>
  shell(cwd, ['revoke', 'ami-0c43', ...world.split(' '), ...more], ask ? { ask } : {});

beforeEach(async () => {
  cwd = emptyFolder();
  writeFileSync(join(cwd, 'p.yml'), text);
});
afterEach(() => rmSync(cwd, { recursive: true }));

describe('revoke --pointers-only', () => {
  beforeEach(async () => {
    for (const _time of [1, 2]) {
      await shell(cwd, `plan ${world} --out p.json`);
      await shell(cwd, `apply p.json ${world} --yes`);
      await shell(cwd, `receive ${resolve('events/ami-state-change/available.json')} ${world}`);
    }
  });

  it('shows what would move, moves nothing, and then does just that', async () => {
    const shown = await revoke(['--pointers-only', ...why, '--plan']);
    expect(shown.code).toBe(0);
    expect(shown.out).toMatch(/revoke {2}golden-al2023-43 +us-east-1\/ami-0c43/);
    expect(
      shown.out.match(new RegExp(`move {4}${parameter} +\\S+ +golden-al2023-43 -> golden-al2023-42`, 'g')),
    ).toHaveLength(4);
    expect((await revoke(['--pointers-only', ...why, '--plan'])).out).toBe(shown.out);
    const asked: string[] = [];
    const done = await revoke(['--pointers-only', ...why], async (question) => {
      asked.push(question);
      return '4';
    });
    expect(asked).toEqual(['This moves 4 pointers back. Type the number to go on: ']);
    // No time passes between two commands, and SSM shows a value only after a while.
    expect(done.out.match(/publish .*waiting +the parameter does not show the image yet/g)).toHaveLength(4);
    await shell(cwd, `receive ${resolve('events/ami-state-change/available.json')} ${world}`);
    const after = await shell(cwd, `plan ${world}`);
    expect(after.out).toMatch(/Blocked: golden-al2023-43 .*: revoked on 2026-01-\d\d: CVE-2026-1234/);
    expect(after.out).not.toContain('~ publish');
    expect((await revoke(['--pointers-only', ...why, '--yes'])).out).toContain('0 pointers moved, 0 not.');
  });

  it.each([
    ['with two words that exclude each other', 3, ['--pointers-only', '--even-in-use', ...why], 'exclude each other'],
    ['without a reason', 3, ['--pointers-only'], 'needs a reason'],
    ['with nobody to ask', 3, ['--pointers-only', ...why], 'moves 4 pointers back, and nobody is there to ask'],
  ])('is refused %s, and no pointer moves', async (_how, code, more, message) => {
    const refused = await revoke(more);
    expect(refused).toMatchObject({ code, err: expect.stringContaining(message) });
    expect((await shell(cwd, `plan ${world}`)).out).not.toContain('revoked');
  });
});

it('says where nothing can take the place of the image', async () => {
  const { out } = await shell(cwd, [
    'revoke',
    'ami-0c42',
    ...world.split(' '),
    '--pointers-only',
    ...why,
    '--plan',
    '--json',
  ]);
  expect(JSON.parse(out)).toMatchObject({
    schemaVersion: 1,
    revoked: ['us-east-1/ami-0c4200000000a1b2c'],
    moves: [],
    stuck: [],
  });
});
