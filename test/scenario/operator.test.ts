import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import type { LocalStack } from '../../cli/worlds/local.ts';
import { putImage } from '../../local/ec2/fixtures.ts';
import { keyArn } from '../../local/ec2/keys.ts';
import { EmbeddedAws } from '../../local/world.ts';
import { imageKey } from '../../shared/model/ids.ts';
import { marksFor } from '../../shared/model/marks.ts';
import { day } from '../../shared/model/time.ts';
import { emptyFolder } from '../cli/shell.ts';
import { type Operator, operatorOf } from '../roles/operator.ts';
import { account, home, openWith, pass, putWeb, start } from './support.ts';

const cwd = emptyFolder();
afterAll(() => rmSync(cwd, { recursive: true }));
const idOf = (generation: number): string => `ami-0e${generation}00000000a1b2c`;
const generations = [10, 11, 12, 13];
const [oldest, newest] = [10, 13].map(idOf) as [string, string];
const parameter = '/golden/web/latest';
/** When the oldest would be deprecated without us. */
const later = Date.UTC(2030, 0, 1);

const policy = (limits: string) => `family: { key: "{nameBase}" }
share:
  accounts: ["222233334444"]
publish:
  ssm: [{ parameter: "/golden/{nameBase}/latest" }]
  launchTemplates: [{ name: web, setDefault: true }]
retain:
  keepLast: 2
  recycleBin: optional
  ${limits}
  stages:
    deprecate: { afterSuperseded: 7d }
    disable: { afterDeprecated: 1d }
    deregister: { afterDisabled: 7d }
  guards: { lastLaunchedWithin: 2d }`;

interface Deployed {
  readonly stack: LocalStack;
  readonly operator: Operator;
}

/** Four generations of a family, of which two stay; a pointer and a template follow the newest. */
async function deployed(limits = 'limits: { percentOfFamily: 50 }'): Promise<Deployed> {
  const aws = EmbeddedAws.open({ start, homeRegion: home });
  const stack = await openWith(policy(limits), aws, { idleEvery: day });
  for (const generation of generations) {
    const createdAt = start - (60 - generation) * day;
    const tags = { Team: 'platform', ...marksFor(imageKey(home, idOf(generation)), createdAt, 'web') };
    const names = { id: idOf(generation), name: `web-${generation}`, createdAt };
    const before = generation === 10 ? { deprecateAt: later } : {};
    putImage(aws, { account, region: home, ...names, ...before, tags, snapshotTags: tags });
  }
  const TagSpecifications = [
    { ResourceType: 'launch-template', Tags: [{ Key: 'ami-steward:publish', Value: 'true' }] },
  ];
  const LaunchTemplateData = { ImageId: idOf(12) };
  aws.call('ec2', 'CreateLaunchTemplate', { LaunchTemplateName: 'web', LaunchTemplateData, TagSpecifications });
  await pass(aws, day);
  return { stack, operator: await operatorOf(stack, cwd) };
}

interface Listed {
  readonly ImageId: string;
  readonly State: string;
  readonly Tags: readonly { readonly Key: string; readonly Value: string }[];
  readonly DeprecationTime?: string;
}

const listed = ({ aws }: LocalStack): Listed[] =>
  (
    aws.call('ec2', 'DescribeImages', { Owners: ['self'], IncludeDisabled: true, IncludeDeprecated: true }) as {
      Images: Listed[];
    }
  ).Images;
const stateOf = (stack: LocalStack, id: string): string =>
  listed(stack).find(({ ImageId }) => ImageId === id)?.State ?? 'gone';

async function until({ aws }: LocalStack, isReached: () => boolean): Promise<void> {
  for (let halves = 0; !isReached(); halves += 1) {
    if (halves > 60) throw new Error('it was never reached');
    await pass(aws, day / 2);
  }
}

const pointedAt = ({ aws }: LocalStack): string => {
  const { Parameters } = aws.call('ssm', 'GetParameters', { Names: [parameter] }) as {
    Parameters: { Value: string }[];
  };
  return Parameters[0]?.Value ?? 'nothing';
};

it('an operator reads everything that there is to read', async () => {
  const { operator, stack } = await deployed();
  await pass(stack.aws, 10 * day);
  for (const line of ['plan --verdicts', `why ${oldest}`, `lineage ${oldest}`, 'freeze'])
    expect([line, (await operator(`${line} --table T`)).code]).toEqual([line, 0]);
  const found = await operator(`affected ${oldest} --table T`);
  expect(found.out).toContain('web-10');
  expect(found.out).not.toMatch(/may not|denied/);
});

it('an operator reads the keys that images lie under', async () => {
  const stack = await openWith('share: { kms: verify, accounts: ["222233334444"] }');
  putWeb(stack.aws, { disks: [{ kmsKeyId: keyArn({ account, region: home }, 'alias/golden') }] });
  const operator = await operatorOf(stack, cwd);
  const { code, out } = await operator('plan --verdicts --table T');
  expect([code, out]).toEqual([0, expect.stringContaining('web-1')]);
});

it('an operator stops the functions and lets them go on', async () => {
  const { operator, stack } = await deployed();
  expect((await operator('freeze --scope all --reason audit --table T')).out).toContain('all: nothing is changed');
  await pass(stack.aws, 20 * day);
  expect(stateOf(stack, oldest)).toBe('available');
  await operator('freeze --off --reason over --table T');
  await until(stack, () => stateOf(stack, oldest) === 'disabled');
});

it('an operator approves what the breaker halted, and the functions carry it out', async () => {
  const { operator, stack } = await deployed('limits: { perPlan: 1, percentOfFamily: 50 }');
  await pass(stack.aws, 9 * day);
  const now = () => new Date(stack.aws.timeline.now()).toISOString();
  const deprecated = () => listed(stack).filter(({ DeprecationTime }) => (DeprecationTime ?? '9') < now()).length;
  const before = deprecated();
  await operator(`plan --out halted.json --table T`);
  expect(JSON.parse(readFileSync(join(cwd, 'halted.json'), 'utf8'))).toMatchObject({ plan: { halted: [{}, {}] } });
  const approved = await operator([
    'apply',
    'halted.json',
    '--halted',
    '--yes',
    '--table',
    'T',
    '--reason',
    'read it twice',
  ]);
  expect(approved.out).toContain('Approved 2 halted steps for a day.');
  await pass(stack.aws, day);
  expect(deprecated()).toBe(before + 2);
});

it('an operator revokes an image and restores it, and the functions move the pointer back and forth', async () => {
  const { operator, stack } = await deployed();
  await until(stack, () => pointedAt(stack) === newest);
  await operator(`revoke ${newest} --reason CVE-2026-1234 --even-in-use --yes --table T`);
  await until(stack, () => stateOf(stack, newest) === 'disabled');
  expect(pointedAt(stack)).toBe(idOf(12));
  const { out } = await operator(`restore ${newest} --reason false-alarm --table T --direct`);
  expect(out).not.toMatch(/denied|failed|blocked/);
  expect(stateOf(stack, newest)).toBe('available');
  await until(stack, () => pointedAt(stack) === newest);
});

it.each([
  ['the functions', '--table T'],
  ['the command itself', '--table T --direct'],
])('what an operator wants undone is undone by %s', async (_who, place) => {
  const { operator, stack } = await deployed();
  const both = [oldest, idOf(11)];
  await until(stack, () => both.every((id) => stateOf(stack, id) === 'disabled'));
  for (const id of both) await operator(`restore ${id} --reason audit ${place}`);
  if (place === '--table T') await pass(stack.aws, 2 * day);
  const images = listed(stack).filter(({ ImageId }) => both.includes(ImageId));
  expect(images.map(({ State, DeprecationTime }) => [State, DeprecationTime])).toEqual([
    ['available', new Date(later).toISOString()],
    ['available', undefined],
  ]);
});

it('an operator takes an image out of the Recycle Bin, which no function may', async () => {
  const { operator, stack } = await deployed();
  const RetentionPeriod = { RetentionPeriodValue: 60, RetentionPeriodUnit: 'DAYS' };
  const ResourceTags = [{ ResourceTagKey: 'Team', ResourceTagValue: 'platform' }];
  for (const ResourceType of ['EC2_IMAGE', 'EBS_SNAPSHOT'])
    stack.aws.call('rbin', 'CreateRule', { ResourceType, RetentionPeriod, ResourceTags });
  expect((await operator('plan --table T')).code).toBe(0);
  await until(stack, () => stateOf(stack, oldest) === 'gone');
  const { out, code } = await operator(`restore ${oldest} --reason audit --table T --direct`);
  expect([code, out]).toEqual([0, expect.stringContaining('0 not, 0 images lost')]);
  const back = listed(stack).find(({ ImageId }) => ImageId === oldest);
  expect(back?.State).toBe('available');
  expect(back?.Tags.map(({ Key }) => Key)).toEqual(expect.arrayContaining(['Team', 'ami-steward:managed']));
  expect(back?.Tags.map(({ Key }) => Key)).not.toContain('ami-steward:reap');
});
