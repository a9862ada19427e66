import { rmSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { commands } from '../../cli/commands/index.ts';
import { emptyFolder, shell } from './shell.ts';

const cwd = emptyFolder();
afterAll(() => rmSync(cwd, { recursive: true }));

describe.each(Object.keys(commands))('ami-steward %s', (command) => {
  it('explains itself by --help, by -h and by help, in lines that a window can hold', async () => {
    const asked = await shell(cwd, `${command} --help`);
    expect(asked).toMatchObject({ code: 0, err: '' });
    expect(asked.out).toMatch(new RegExp(`^Usage: ami-steward ${command}`));
    expect(await shell(cwd, `${command} -h`)).toEqual(asked);
    expect(await shell(cwd, `help ${command}`)).toEqual(asked);
    expect(asked.out.split('\n').filter((line) => line.length > 120)).toEqual([]);
  });
});

describe('a newcomer', () => {
  it('without a policy file is told how to name one, and where to look without', async () => {
    expect(await shell(cwd, 'plan')).toEqual({
      code: 3,
      out: '',
      err: 'policy.yml: there is no such file\nNext: name another one with --policy, or try the embedded AWS: ami-steward plan --local\n',
    });
  });

  it('who names a folder as a policy file is told so', async () => {
    expect((await shell(cwd, 'validate .')).err).toBe('.: is a folder, not a file\n');
  });
});

describe('local serve --json', () => {
  it('says in JSON where it listens', async () => {
    const { code, out } = await shell(cwd, 'local serve --port 0 --speed 0 --json');
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      schemaVersion: 1,
      url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:[1-9]\d*$/),
      account: '111122223333',
      regions: expect.arrayContaining(['us-east-1', 'eu-west-1']),
      speed: 0,
    });
  });
});
