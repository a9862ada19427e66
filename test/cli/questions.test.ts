import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { notBuilt } from '../../cli/commands/index.ts';
import { emptyFolder, shell } from './shell.ts';

const cwd = emptyFolder();
beforeAll(async () => {
  await shell(cwd, `receive ${resolve('events/ami-state-change/available.json')} --local`);
});
afterAll(() => rmSync(cwd, { recursive: true }));

describe('lineage', () => {
  it('draws the tree from the base image to the copies, with the evidence of each tie', async () => {
    const { code, out } = await shell(cwd, 'lineage ami-0c43 --local');
    expect(code).toBe(0);
    const [, base, root, ...copies] = out.split('\n');
    expect(base).toMatch(/^ami-0a9000000000a1b2c {3}al2023-ami-2023\.9 {3}us-east-1 {3}amazon/);
    expect(root).toMatch(/^└─ ami-0c4300000000a1b2c {3}golden-al2023-43 {3}us-east-1 {3}available +\[source id\]$/);
    expect(
      copies.slice(0, 3).every((line) => /^ {3}[├└]─ ami-0\S+ .* copy {3}available +\[source id\]$/.test(line)),
    ).toBe(true);
    expect(out).toContain('3 descendants, 1 lineage.');
  });

  it('shows who uses an image, one direction at a time, and the same as JSON', async () => {
    expect((await shell(cwd, 'lineage ami-0c42 --local')).out).toContain('template web-fleet v7 ($Default, $Latest)');
    const up = (await shell(cwd, 'lineage ami-0c43 --local --up')).out;
    expect(up).toContain('al2023-ami');
    expect(up).not.toContain('copy');
    expect((await shell(cwd, 'lineage ami-0c43 --local --down')).out).not.toContain('al2023-ami');
    const { tree, ancestors } = JSON.parse((await shell(cwd, 'lineage ami-0c43 --local --json')).out);
    expect(tree).toMatchObject({ image: 'us-east-1/ami-0c4300000000a1b2c', relation: 'root' });
    expect(ancestors).toMatchObject([{ image: 'us-east-1/ami-0a9000000000a1b2c', owner: 'amazon' }]);
  });

  it('wants more of an id that fits several lineages, and says when none fits', async () => {
    const many = await shell(cwd, 'lineage ami-0c4 --local');
    expect(many).toMatchObject({
      code: 3,
      err: expect.stringMatching(/^ami-0c4: fits \d+ images: .*\nNext: give more of the id/),
    });
    expect(await shell(cwd, 'lineage ami-0ffff --local')).toMatchObject({
      code: 3,
      err: expect.stringContaining('no image and no record'),
    });
    expect((await shell(cwd, 'lineage eu-west-1/ami-0c42 --local')).code).toBe(0);
  });
});

describe('why', () => {
  it('tells the verdict, the reasons, the winning policy of each field and the history', async () => {
    const { code, out } = await shell(cwd, 'why ami-0c4300000000a1b2c --local');
    expect(code).toBe(0);
    expect(out).toMatch(/Matched {2}golden-al2023 \(local\/demo\/policy\.yml:6\)/);
    expect(out).toContain('everything is in place in eu-west-1');
    expect(out).toMatch(/copy\.to\.eu-west-1 +golden-al2023 +local\/demo\/policy\.yml:16/);
    expect(out).toMatch(/copy-image +after +golden-al2023 [0-9a-f]{7}/);
  });

  it('tells why not, for one step', async () => {
    const { out } = await shell(cwd, 'why ami-0c43 disable --local');
    expect(out).toContain('rank 1');
    expect(await shell(cwd, 'why ami-0c43 explode --local')).toMatchObject({
      code: 3,
      err: expect.stringContaining('explode: is no step'),
    });
  });

  it('says when no policy matches', async () => {
    const other = readFileSync('local/demo/policy.yml', 'utf8').replace('name: "golden-al2023-*"', 'name: "web-*"');
    writeFileSync(join(cwd, 'web.yml'), other);
    expect((await shell(cwd, 'why ami-0c43 --local --policy web.yml')).out).toContain('no policy selects it');
  });
});

describe('what a person may get wrong', () => {
  it.each([
    ['plann --local', 'plann: unknown command; did you mean "plan"?\nNext: ami-steward --help\n'],
    ['plan --lokal', '--lokal: unknown option; did you mean "--local"?\nNext: ami-steward plan --help\n'],
    ['plan --policy', '--policy: needs a value: --policy FILE\nNext: ami-steward plan --help\n'],
    ['plan x --local', 'plan: one argument too many: x\nNext: ami-steward plan --help\n'],
    ['why --local', 'why: an argument is missing\nNext: ami-steward why --help\n'],
    ['plan --local --inventory x', '--local and --inventory: choose one world\n'],
    ['local dance', 'local: "dance" is not serve\nNext: ami-steward local serve\n'],
    ['local serve --port 99999', '--port: "99999" is no number up to 65535\n'],
  ])('%s', async (line, err) => {
    expect(await shell(cwd, line)).toEqual({ code: 3, out: '', err });
  });

  it('is told about every command that is to come and is not there', async () => {
    for (const name of notBuilt) {
      const { code, err } = await shell(cwd, name);
      expect({ code, err }).toEqual({ code: 1, err: `ami-steward: "${name}" is not built yet\n` });
    }
  });

  it('finds help for every command', async () => {
    const { out } = await shell(cwd, '--help');
    for (const name of ['plan', 'apply', 'lineage', 'why', 'validate', 'receive', 'local']) {
      expect(out).toMatch(new RegExp(`^  ${name} +\\S`, 'm'));
      expect((await shell(cwd, `${name} --help`)).out).toMatch(new RegExp(`^Usage: ami-steward ${name}`));
    }
    expect((await shell(cwd, '--version')).out).toMatch(/^AMI Steward \d+\.\d+\.\d+/);
  });
});
