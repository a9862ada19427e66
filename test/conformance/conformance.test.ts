import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { putImage } from '../../local/ec2/fixtures.ts';
import { builtServices } from '../../local/services/index.ts';
import { minute } from '../../shared/model/time.ts';
import { type Fields, home, owner } from './case.ts';
import { table } from './cases/index.ts';
import { Boto3Asker } from './clients/boto3.ts';
import { Python } from './clients/python.ts';
import { SdkAsker } from './clients/sdk.ts';
import { partOf } from './match.ts';
import type { Played } from './play.ts';
import { schemaOf } from './schemas.ts';
import { answersIn, leftOut, type Opened, open, playIn, problemsIn } from './world.ts';

/** Rules are made by the product that is deployed, and here none is. */
const onlyRefused = ['events.DescribeRule', 'events.ListTargetsByRule'];

const boto3 = await Python.ifThere('boto3');

let world: Opened;
let sdk: SdkAsker;
let bySdk: Played[];
beforeAll(async () => {
  world = await open();
  sdk = new SdkAsker(world.url);
  bySdk = await playIn(world, sdk, table);
});
afterAll(async () => {
  await boto3?.close();
  await sdk.close();
  await world.close();
});

describe('every operation that is built', () => {
  it('is in the table', () => {
    const built = builtServices.flatMap(({ name, operations }) =>
      Object.keys(operations).map((one) => `${name}.${one}`),
    );
    const answered = new Set(table.filter(({ fails }) => !fails).map(({ call }) => call as string));
    expect(built.filter((call) => !answered.has(call))).toEqual(onlyRefused);
  });

  it('answers the SDK as AWS does', () => {
    expect([...leftOut(bySdk), ...problemsIn(bySdk)]).toEqual([]);
  });

  it.runIf(boto3)('answers boto3 the same', async (context) => {
    const twin = await open();
    const played = await playIn(twin, new Boto3Asker(there(boto3), twin.url), table);
    await twin.close();
    for (const one of leftOut(played)) await context.annotate(`${boto3?.version} ${one}`);
    expect(problemsIn(played)).toEqual([]);
    if (leftOut(played).length === 0) expect(answersIn(played)).toEqual(answersIn(bySdk));
  });
});

/** One answered case of each operation of EC2. */
const ofEc2 = (): Required<Pick<Played, 'test' | 'asked'>>[] => [
  ...new Map(
    bySdk.flatMap(({ test, asked }) => (asked?.service === 'ec2' && !test.fails ? [[test.call, { test, asked }]] : [])),
  ).values(),
];

/** But for the dice, which every request id takes a turn of. */
const stateOf = ({ aws }: Opened): unknown => ({ ...aws.state.dump(), random: undefined });

it('a dry run of each operation of EC2 answers DryRunOperation and changes nothing', async () => {
  const before = structuredClone(stateOf(world));
  const problems: string[] = [];
  for (const { test, asked } of ofEc2()) {
    const { input } = await schemaOf('ec2', asked.operation);
    const canDry = input.isStructSchema() && [...input.structIterator()].some(([name]) => name === 'DryRun');
    if (!canDry) continue;
    const answer = await sdk.ask({ ...asked, input: { ...asked.input, DryRun: true } });
    const { code, status } = 'failure' in answer ? answer.failure : { code: 'none', status: 200 };
    if (code !== 'DryRunOperation' || status !== 412) problems.push(`${test.call}: ${code} ${status}`);
  }
  expect(problems).toEqual([]);
  expect(stateOf(world)).toEqual(before);
});

/** Members that name a resource, with what EC2 calls a bad and an unknown one. */
const kinds: readonly (readonly [member: RegExp, prefix: string, malformed: string, unknown: string])[] = [
  [/^(?:Source)?ImageIds?$/, 'ami', 'InvalidAMIID.Malformed', 'InvalidAMIID.NotFound'],
  [/^SnapshotIds?$/, 'snap', 'InvalidSnapshotID.Malformed', 'InvalidSnapshot.NotFound'],
  [/^InstanceIds?$/, 'i', 'InvalidInstanceID.Malformed', 'InvalidInstanceID.NotFound'],
  [/^LaunchTemplateIds?$/, 'lt', 'InvalidLaunchTemplateId.Malformed', 'InvalidLaunchTemplateId.NotFound'],
];

/** It tells of images that anybody owns, so none is unknown to it. */
const knowsAll = ['DescribeImageReferences'];

it('every id that an operation of EC2 takes is refused when it is malformed, and when nothing has it', async () => {
  const problems: string[] = [];
  for (const { asked } of ofEc2())
    for (const [name, value] of Object.entries(asked.input))
      for (const [member, prefix, malformed, unknown] of kinds) {
        if (!member.test(name)) continue;
        const tries = [
          ['nonsense', malformed],
          [`${prefix}-xyz`, malformed],
          [`${prefix}-0123456789abcdef0`, unknown],
        ] as const;
        for (const [id, wanted] of tries) {
          const { ClientToken: _token, ...rest } = asked.input;
          const answer = await sdk.ask({ ...asked, input: { ...rest, [name]: Array.isArray(value) ? [id] : id } });
          const code = 'failure' in answer ? answer.failure.code : 'none';
          if (code !== wanted && !(code === 'none' && knowsAll.includes(asked.operation)))
            problems.push(`${asked.operation} ${name} ${id}: ${code}, not ${wanted}`);
        }
      }
  expect(problems).toEqual([]);
});

function there(python: Python | undefined): Python {
  if (!python) throw new Error('there is no boto3');
  return python;
}

/** A world of images whose time passes with every request, asked by boto3's own helpers. */
async function byBoto3(
  run: (ask: (operation: string, input: Fields, more?: Fields) => Promise<Fields>, opened: Opened) => Promise<void>,
) {
  const opened = await open({ perRequest: minute });
  const asking = { endpoint: opened.url, region: home, accessKey: owner, service: 'ec2' };
  await run(
    async (operation, input, more = {}) =>
      (await there(boto3).ask({ ...asking, operation, input, ...more })).output as Fields,
    opened,
  );
  await opened.close();
}

describe.runIf(boto3)('the helpers of boto3', () => {
  it('walk through pages, each of which holds what it asked for', async () => {
    await byBoto3(async (ask, { aws }) => {
      for (let number = 1; number <= 12; number += 1)
        putImage(aws, { account: owner, region: home, name: `golden-${number}` });
      const pagesOf = async (operation: string, input: Fields): Promise<Fields[]> =>
        (await ask(operation, input, { paginate: { PageSize: 5 } })).pages as Fields[];
      const images = (await pagesOf('DescribeImages', { Owners: ['self'] })).map((page) => page.Images as Fields[]);
      expect(images.map((page) => page.length)).toEqual([5, 5, 2]);
      expect(new Set(images.flat().map(({ ImageId }) => ImageId)).size).toBe(12);
      const snapshots = await pagesOf('DescribeSnapshots', { OwnerIds: ['self'] });
      expect(snapshots.map((page) => (page.Snapshots as Fields[]).length)).toEqual([5, 5, 2]);
    });
  });

  it('wait until an image is available and its snapshots are complete', async () => {
    await byBoto3(async (ask, { aws }) => {
      const { id } = putImage(aws, { account: owner, region: home, name: 'golden' });
      const { ImageId } = await ask('CopyImage', { Name: 'copy', SourceImageId: id, SourceRegion: home });
      for (const waiter of ['image_exists', 'image_available'])
        expect(await ask('DescribeImages', { ImageIds: [ImageId] }, { waiter })).toEqual({});
      const seen = await ask('DescribeImages', { ImageIds: [ImageId] });
      expect(partOf(seen, 'Images.0.State')).toBe('available');
      const SnapshotIds = [partOf(seen, 'Images.0.BlockDeviceMappings.0.Ebs.SnapshotId')];
      expect(await ask('DescribeSnapshots', { SnapshotIds }, { waiter: 'snapshot_completed' })).toEqual({});
    });
  });
});
