import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { loadPolicy } from '../../cli/policy-file.ts';
import type { LocalStack } from '../../cli/worlds/local.ts';
import { openLocalWorld } from '../../cli/worlds/local-world.ts';
import { day } from '../../shared/model/time.ts';
import { emptyFolder, shell } from './shell.ts';

const regions = ['us-east-1', 'eu-west-1', 'us-west-2', 'ap-south-1'];
/** The policy of the demo with shorter waits. */
const text = readFileSync('local/demo/policy.yml', 'utf8')
  .replace('afterSuperseded: 14d', 'afterSuperseded: 7d')
  .replace('afterDeprecated: 30d', 'afterDeprecated: 1d')
  .replace('afterDisabled: 30d', 'afterDisabled: 7d')
  .replace('lastLaunchedWithin: 30d', 'lastLaunchedWithin: 2d');
const local = '--local --policy p.yml';
const oldest = 'golden-al2023-40';

/** Does something in the embedded AWS that a folder holds, and keeps what came of it. */
async function inside<T>(cwd: string, act: (stack: LocalStack) => Promise<T>): Promise<T> {
  const world = await openLocalWorld(await loadPolicy(join(cwd, 'p.yml'), 'p.yml'), { cwd, write: true });
  try {
    if (!world.stack) throw new Error('no stack');
    return await act(world.stack);
  } finally {
    await world.close();
  }
}

const pass = (cwd: string, days: number): Promise<void> =>
  inside(cwd, ({ aws }) => aws.timeline.advanceTo(aws.timeline.now() + days * day));

const images = (cwd: string): Promise<string[]> =>
  inside(cwd, async ({ aws }) =>
    regions.flatMap((region) => {
      const input = { Owners: ['self'], IncludeDisabled: true };
      const { Images } = aws.call('ec2', 'DescribeImages', input, { region }) as {
        Images: { ImageId: string; Name: string; State: string }[];
      };
      return Images.filter(({ Name }) => Name === oldest).map(({ ImageId, State }) => {
        const asked = { ImageId, Attribute: 'launchPermission' };
        const { LaunchPermissions } = aws.call('ec2', 'DescribeImageAttribute', asked, { region }) as {
          LaunchPermissions?: object[];
        };
        return `${region} ${State}, ${LaunchPermissions?.length ?? 0} shares`;
      });
    }),
  );

const whole = regions.map((region) => `${region} available, 2 shares`);
const taken = regions.map((region) => `${region} disabled, 0 shares`);

/** The oldest generation has been disabled, and is to go in a week. */
const start = emptyFolder();
let cwd: string;
beforeAll(async () => {
  writeFileSync(join(start, 'p.yml'), text);
  await pass(start, 9);
  expect(await images(start)).toEqual(taken);
});
beforeEach(() => {
  cwd = emptyFolder();
  cpSync(start, cwd, { recursive: true });
});
afterEach(() => rmSync(cwd, { recursive: true }));
afterAll(() => rmSync(start, { recursive: true }));

describe('restore', () => {
  it('shows what would come back, changes nothing, and then does just that', async () => {
    const shown = await shell(cwd, `restore ami-0c40 ${local} --plan`);
    expect(shown.code).toBe(0);
    expect(shown.out.match(/enable +golden-al2023-40 .*shares back: account:222233334444, unit:/g)).toHaveLength(4);
    expect(await images(cwd)).toEqual(taken);
    const done = await shell(cwd, ['restore', 'ami-0c40', ...local.split(' '), '--reason', 'the audit wants it']);
    expect(done.code).toBe(0);
    expect(done.out).toContain('12 steps done, 0 not, 0 images lost.');
    expect(await images(cwd)).toEqual(whole);
    expect((await shell(cwd, `why ami-0c40 ${local}`)).out).toContain('(the audit wants it), and nothing is taken');
    expect((await shell(cwd, `restore ami-0c40 ${local} --plan`)).out).toContain('Nothing to undo.');
  });

  it('tells in JSON what it does', async () => {
    const { out } = await shell(cwd, `restore ami-0c40 ${local} --json --plan`);
    expect(JSON.parse(out)).toMatchObject({
      schemaVersion: 1,
      root: 'us-east-1/ami-0c4000000000a1b2c',
      recoveries: [],
      steps: [...Array(4).fill({ kind: 'enable-image' }), ...Array(4).fill({ kind: 'cancel-deprecation' })],
      lost: [],
    });
  });

  it('F63: says what is lost once an image is gone, and names what can take its place', async () => {
    await pass(cwd, 9);
    expect(await images(cwd)).toEqual([]);
    const lost = await shell(cwd, `restore ami-0c40 ${local}`);
    expect(lost.code).toBe(5);
    expect(lost.out.match(/lost +golden-al2023-40 .*the Recycle Bin does not have it/g)).toHaveLength(4);
    expect(lost.out).not.toContain('copy-image');
  });

  it('offers a copy of what is left where one Region has lost its image', async () => {
    const id = 'ami-0c4000000001a1b2c';
    await inside(cwd, async ({ aws }) => aws.call('ec2', 'DeregisterImage', { ImageId: id }, { region: 'eu-west-1' }));
    await pass(cwd, 1);
    const lost = await shell(cwd, `restore ami-0c40 ${local}`);
    expect(lost.code).toBe(5);
    expect(lost.out).toContain(
      'aws ec2 copy-image --region eu-west-1 --source-region us-east-1 --source-image-id ami-0c4000000000a1b2c',
    );
    expect(await images(cwd)).toEqual(whole.filter((line) => !line.startsWith('eu-west-1')));
  });

  it('takes image and snapshots out of the Recycle Bin while it has them', async () => {
    await inside(cwd, async ({ aws }) => {
      for (const region of regions)
        for (const ResourceType of ['EC2_IMAGE', 'EBS_SNAPSHOT'])
          aws.call(
            'rbin',
            'CreateRule',
            { ResourceType, RetentionPeriod: { RetentionPeriodValue: 30, RetentionPeriodUnit: 'DAYS' } },
            { region },
          );
    });
    await pass(cwd, 9);
    expect(await images(cwd)).toEqual([]);
    const done = await shell(cwd, `restore ami-0c40 ${local}`);
    expect(done.out.match(/recover +us-east-1\S* +done/)).not.toBeNull();
    expect(done.code).toBe(0);
    expect(await images(cwd)).toEqual(whole);
  });

  it.each([
    ['nowhere', 'restore ami-0c40', 'say where, once'],
    ['in two places', 'restore ami-0c40 --local --direct', 'say where, once'],
    ['an image that nobody knows', `restore ami-0dead ${local}`, 'no image and no record begins like that'],
    ['an image that was never recorded', `restore ami-0a90 ${local}`, 'no image and no record begins like that'],
  ])('refuses %s', async (_what, line, message) => {
    expect(await shell(cwd, line)).toMatchObject({ code: 3, err: expect.stringContaining(message) });
    expect(await images(cwd)).toEqual(taken);
  });
});

describe('revoke', () => {
  const revoke = (...more: string[]) =>
    shell(cwd, ['revoke', 'ami-0c41', ...local.split(' '), '--reason', 'CVE-1', ...more]);
  const states = async (id: string) => {
    const { out } = await shell(cwd, `search ${local} --where state=disabled --json`);
    return (JSON.parse(out).images as { image: string }[]).filter(({ image }) => image.includes(id)).length;
  };

  it('waits for the reports on use by other accounts, and the functions disable once they show none', async () => {
    const first = await revoke('--yes');
    expect(first.code).toBe(5);
    expect(first.out.match(/keeps .*there is no report .* by other accounts/g)).toHaveLength(4);
    expect(first.out.match(/ask-usage .* done/g)).toHaveLength(4);
    await pass(cwd, 1);
    expect(await states('0c41')).toBe(4);
    expect(await revoke('--yes')).toMatchObject({ code: 0, out: expect.not.stringContaining('disable') });
  });

  it('disables at once, used or not, where that is said; and restore takes all of it back', async () => {
    const asked: string[] = [];
    const ask = async (question: string) => {
      asked.push(question);
      return '4';
    };
    const before = await shell(cwd, `search ${local} --where name=golden-al2023-41 --json`);
    const args = ['revoke', 'ami-0c41', ...local.split(' '), '--reason', 'CVE-1', '--even-in-use'];
    const done = await shell(cwd, args, { ask });
    expect(asked).toEqual(['This moves 0 pointers back and disables 4 images. Type the last number to go on: ']);
    expect(done).toMatchObject({ code: 0, out: expect.stringContaining('4 images disabled, 0 not.') });
    expect((await shell(cwd, `plan ${local}`)).out).not.toMatch(/~ deprecate .*golden-al2023-41|\+ copy/);
    const back = await shell(cwd, `restore ami-0c41 ${local}`);
    expect(back.out).toContain('unrevoke     golden-al2023-41');
    expect(back.code).toBe(0);
    const after = await shell(cwd, `search ${local} --where name=golden-al2023-41 --json`);
    const shown = (text: string) =>
      (JSON.parse(text).images as object[]).map((one) => ({ ...one, verdict: '', reasons: '' }));
    expect(shown(after.out)).toEqual(shown(before.out));
  });

  it('does nothing where another number is typed', async () => {
    const args = ['revoke', 'ami-0c41', ...local.split(' '), '--reason', 'CVE-1', '--even-in-use'];
    expect(await shell(cwd, args, { ask: async () => '5' })).toMatchObject({ code: 3 });
    expect(await states('0c41')).toBe(0);
  });
});
