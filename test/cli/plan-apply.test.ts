import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadPolicy } from '../../cli/policy-file.ts';
import { openLocalWorld } from '../../cli/worlds/local-world.ts';
import { newImageId } from '../../local/demo/seed.ts';
import type { EmbeddedAws } from '../../local/world.ts';
import type { Plan } from '../../shared/model/plan.ts';
import { day, hour } from '../../shared/model/time.ts';
import { emptyFolder, shell } from './shell.ts';

let cwd: string;
beforeEach(() => {
  cwd = emptyFolder();
});
afterEach(() => rmSync(cwd, { recursive: true }));

/** Something happens in the embedded AWS between two commands. */
async function meanwhile(act: (aws: EmbeddedAws) => unknown): Promise<void> {
  const loaded = await loadPolicy('local/demo/policy.yml', 'local/demo/policy.yml');
  const world = await openLocalWorld(loaded, { cwd, write: true });
  await act((world.stack as NonNullable<typeof world.stack>).aws);
  await world.close();
}

const plan = (more = '') => shell(cwd, `plan --local --out p.json${more}`);

describe('plan --local', () => {
  it('shows the copies that are missing, with the line of the policy, and changes nothing', async () => {
    const { code, out, err } = await shell(cwd, 'plan --local');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toContain('+ copy        golden-al2023-43   us-east-1 -> ');
    expect(out).toMatch(/the policy wants a copy in eu-west-1 and there is none +local\/demo\/policy\.yml:16/);
    expect(out).toContain(
      'To do exactly this:  ami-steward plan --local --out p.json && ami-steward apply p.json --local',
    );
    expect((await shell(cwd, 'plan --local')).out).toBe(out);
  });

  it('plans with a policy of which the day of a share is over, since somebody has to take it back', async () => {
    const text = readFileSync('local/demo/policy.yml', 'utf8');
    writeFileSync(
      join(cwd, 'over.yml'),
      text.replace('["222233334444"]', '[{ id: "222233334444", until: 2020-01-01 }]'),
    );
    const { code, out } = await shell(cwd, 'plan --local --policy over.yml');
    expect(code).toBe(0);
    expect(out).toContain('golden-al2023-43');
    expect((await shell(cwd, 'validate over.yml')).code).toBe(3);
  });

  it('exits with 2 when changes wait and that was asked for', async () => {
    expect((await shell(cwd, 'plan --local --detailed-exitcode')).code).toBe(2);
  });

  it('prints JSON with its schema version, and one digest for each action', async () => {
    const { out } = await shell(cwd, 'plan --local --json');
    const document = JSON.parse(out);
    expect(document).toMatchObject({ schemaVersion: 1, header: { world: 'local', account: '111122223333' } });
    expect(Object.keys(document.digests)).toHaveLength(document.plan.actions.length);
  });

  it('decides as if it were another time', async () => {
    const { out } = await shell(cwd, 'plan --local --at 2026-09-01T00:00:00Z --verdicts');
    expect(out).toContain('2026-09-01 00:00 UTC');
    expect(await shell(cwd, 'plan --local --at yesterday')).toMatchObject({
      code: 3,
      err: expect.stringContaining('--at: "yesterday"'),
    });
  });
});

describe('apply', () => {
  it('carries out exactly the plan, and a second time there is nothing left of it to do', async () => {
    await plan();
    const applied = await shell(cwd, 'apply p.json --local');
    expect(applied.code).toBe(0);
    expect(applied.out).toMatch(/copy +us-east-1\/ami-0c4300000000a1b2c -> us-west-2 +done/);
    const again = await shell(cwd, 'apply p.json --local');
    expect(again.code).toBe(4);
    expect(again.err).toContain('refused, since the world moved. Nothing was done.');
  });

  it('refuses when an image of the plan changed, and says what moved', async () => {
    await plan();
    await meanwhile((aws) =>
      aws.call('ec2', 'CreateTags', { Resources: [newImageId], Tags: [{ Key: 'Stage', Value: 'bad' }] }),
    );
    const { code, err } = await shell(cwd, 'apply p.json --local');
    expect(code).toBe(4);
    expect(err).toMatch(/copy-image us-east-1\/ami-0c4300000000a1b2c to eu-west-1: changed: .*image\.tags/);
  });

  it('refuses when the policy behind it changed, and after 24 hours', async () => {
    await plan();
    const text = readFileSync('local/demo/policy.yml', 'utf8').replace('keepLast: 3', 'keepLast: 4');
    writeFileSync(join(cwd, 'other.yml'), text);
    expect(await shell(cwd, 'apply p.json --local --policy other.yml')).toMatchObject({
      code: 4,
      err: expect.stringContaining('policy: it was'),
    });
    await meanwhile((aws) => aws.timeline.sleep(day + hour));
    expect(await shell(cwd, 'apply p.json --local')).toMatchObject({
      code: 4,
      err: expect.stringContaining('older than 24 hours'),
    });
  });

  it('goes on when something moved that the plan does not list', async () => {
    await plan();
    await meanwhile((aws) =>
      aws.call('ec2', 'CreateTags', { Resources: ['ami-0c4200000000a1b2c'], Tags: [{ Key: 'Note', Value: 'x' }] }),
    );
    expect((await shell(cwd, 'apply p.json --local')).code).toBe(0);
  });

  it('asks for the number of images before it takes any, and takes none on another answer', async () => {
    await meanwhile((aws) => aws.timeline.sleep(60 * day));
    const dead = { ...JSON.parse(await planWithDisable()) };
    writeFileSync(join(cwd, 'p.json'), JSON.stringify(dead));
    const nobody = await shell(cwd, 'apply p.json --local');
    expect(nobody).toMatchObject({ code: 3, err: expect.stringContaining('nobody is there to ask') });
    const wrong = await shell(cwd, 'apply p.json --local', { ask: async () => '99' });
    expect(wrong).toMatchObject({ code: 3, err: expect.stringContaining('that is another number') });
    const right = await shell(cwd, 'apply p.json --local', {
      ask: async (question) => /\d+/.exec(question)?.[0] ?? '',
    });
    expect(right.out).toMatch(/disable +\S+ +done/);
  });

  it('says which world a file belongs to, and what is no plan file', async () => {
    await plan();
    expect(await shell(cwd, 'apply p.json')).toMatchObject({
      code: 3,
      err: expect.stringContaining('was made in the embedded AWS'),
    });
    writeFileSync(join(cwd, 'q.json'), '{"schemaVersion":7}');
    expect((await shell(cwd, 'apply q.json --local')).err).toContain('schemaVersion 7 is not known here');
    writeFileSync(join(cwd, 'q.json'), '{');
    expect((await shell(cwd, 'apply q.json --local')).err).toContain('is no JSON');
    expect((await shell(cwd, 'apply nowhere.json --local')).err).toContain('there is no such file');
  });
});

/** The demo world a little later: a generation is deprecated long enough to be disabled. */
/** The usage reports that were asked for, as they are half an hour later, with no function run in between. */
function finishReports({ state }: EmbeddedAws): void {
  const reports = state.table<object>('image-usage-reports');
  for (const [key, report] of [...reports.entries()]) reports.set(key, { ...report, state: 'available' });
}

async function planWithDisable(): Promise<string> {
  await shell(cwd, `receive ${join(process.cwd(), 'events/ami-state-change/available.json')} --local`);
  for (const wait of [16 * day, 31 * day]) {
    await meanwhile(async (aws) => {
      await aws.timeline.sleep(wait);
    });
    await shell(cwd, 'plan --local --out step.json');
    const { plan: made } = JSON.parse(readFileSync(join(cwd, 'step.json'), 'utf8')) as { plan: Plan };
    if (!made.actions.some(({ kind }) => kind === 'disable-image')) await shell(cwd, 'apply step.json --local');
  }
  await meanwhile(finishReports);
  await shell(cwd, 'plan --local --out p.json');
  return readFileSync(join(cwd, 'p.json'), 'utf8');
}

describe('a halted plan', () => {
  /** Four copies leave one by one, and one at a time is allowed. */
  const narrow = readFileSync('local/demo/policy.yml', 'utf8').replace(
    /keepLast: 3[\s\S]*disable:/,
    'keepLast: 2\n      unit: image\n      limits: { perPlan: 1 }\n      stages:\n        deprecate: { afterSuperseded: 7d }\n        disable:',
  );
  const args = '--local --policy narrow.yml';
  const approved = ['--halted', '--reason', 'read and found right'];
  const apply = (more: readonly string[], ask?: (question: string) => Promise<string>) =>
    shell(cwd, ['apply', 'p.json', ...args.split(' '), ...more], ask ? { ask } : {});

  beforeEach(async () => {
    writeFileSync(join(cwd, 'narrow.yml'), narrow);
    const { code, out } = await shell(cwd, `plan ${args} --out p.json`);
    expect(code).toBe(4);
    expect(out).toContain("Halted:  4 steps wait for somebody's word.");
    expect(out).toContain('apply p.json --local --policy narrow.yml --halted --reason TEXT');
  });

  it('stays halted when the file is applied without a word about it', async () => {
    const { out } = await apply([]);
    expect(out).toContain('5 actions: 5 done, 0 not.');
    expect(out).not.toContain('deprecate');
  });

  it('goes on when a person says so and why, once', async () => {
    const asked: string[] = [];
    const answer = async (question: string) => {
      asked.push(question);
      return '4';
    };
    const { code, out } = await apply(approved, answer);
    expect({ code, asked }).toEqual({
      code: 0,
      asked: ['This goes on with halted steps, on 4 images. Type the number to go on: '],
    });
    expect(out.match(/deprecate .*done/g)).toHaveLength(4);
    expect((await shell(cwd, `plan ${args}`)).out).toContain('nothing to do');
  });

  it.each([
    ['without a reason', ['--halted'], 3, '--halted: needs --reason with 10 characters or more'],
    ['with a short one', ['--halted', '--reason', 'nine char'], 3, 'needs --reason'],
    ['with a reason for nothing', ['--reason', 'read and found right'], 3, '--reason: is for halted steps'],
    ['with nobody to ask', approved, 3, 'goes on with halted steps, on 4 images, and nobody is there to ask'],
  ])('is refused %s', async (_how, more, code, message) => {
    const result = await apply(more);
    expect(result).toMatchObject({ code, err: expect.stringContaining(message) });
    expect((await shell(cwd, `plan ${args}`)).code).toBe(4);
  });

  it('is refused when another number is typed, or when an image of it moved meanwhile', async () => {
    expect((await apply(approved, async () => '3')).err).toContain('that is another number; nothing was done');
    await meanwhile((aws) =>
      aws.call('ec2', 'CreateTags', { Resources: ['ami-0c4000000000a1b2c'], Tags: [{ Key: 'Note', Value: 'x' }] }),
    );
    const moved = await apply(approved, async () => '4');
    expect(moved).toMatchObject({ code: 4, err: expect.stringContaining('changed: image.tags') });
  });
});
