import type { ImageUsageReport, ImageUsageReportEntry } from '@aws-sdk/client-ec2';
import { beforeEach, describe, expect, it } from 'vitest';
import { putImage, putInstance } from '../../../local/ec2/fixtures.ts';
import { putRecipe } from '../../../local/ec2/recipes.ts';
import type { ImageRow } from '../../../local/ec2/rows.ts';
import { account, days, type Ec2, home, hours, makeEc2, minutes, stranger } from './harness.ts';

let ec2: Ec2;
let image: ImageRow;
const other = '555566667777';

const begin = (switches = {}): void => {
  ec2 = makeEc2(switches);
  const permissions = [`account:${stranger}`, `account:${other}`];
  image = putImage(ec2.world, { account, region: home, name: 'golden', permissions });
};
beforeEach(() => begin());

const types = ['ec2:Instance', 'ec2:LaunchTemplate', 'imagebuilder:ImageRecipe', 'imagebuilder:ContainerRecipe'];
const all = { ResourceTypes: types.map((ResourceType) => ({ ResourceType })) };
const deep = (depth: number) => ({
  ResourceTypes: [
    {
      ResourceType: 'ec2:LaunchTemplate',
      ResourceTypeOptions: [{ OptionName: 'version-depth', OptionValues: [String(depth)] }],
    },
  ],
});

const create = (input: object = all, of = image.id): string =>
  ec2.call<{ ReportId: string }>('CreateImageUsageReport', { ImageId: of, ...input }).ReportId;
const reports = (input: object = {}): ImageUsageReport[] =>
  ec2.call<{ ImageUsageReports: ImageUsageReport[] }>('DescribeImageUsageReports', input).ImageUsageReports;
const entries = (input: object = {}): ImageUsageReportEntry[] =>
  ec2.call<{ ImageUsageReportEntries: ImageUsageReportEntry[] }>('DescribeImageUsageReportEntries', input)
    .ImageUsageReportEntries;

/** `444455556666 ec2:Instance 2` of a report that is made now. */
async function counted(input: object = all): Promise<string[]> {
  const ReportId = create(input);
  await ec2.pass(hours(1));
  return entries({ ReportIds: [ReportId] }).map((one) => `${one.AccountId} ${one.ResourceType} ${one.UsageCount}`);
}

const template = (by: string, ImageId = image.id): string =>
  ec2.call<{ LaunchTemplate: { LaunchTemplateId: string } }>(
    'CreateLaunchTemplate',
    { LaunchTemplateName: 'fleet', LaunchTemplateData: { ImageId } },
    { account: by },
  ).LaunchTemplate.LaunchTemplateId;

describe('a usage report', () => {
  it('is pending first and available after a time, and says what was asked for', async () => {
    const id = create({
      ...all,
      TagSpecifications: [{ ResourceType: 'image-usage-report', Tags: [{ Key: 'a', Value: 'b' }] }],
    });
    expect(reports()).toMatchObject([{ ReportId: id, ImageId: image.id, State: 'pending', AccountIds: [] }]);
    await ec2.pass(hours(1));
    const [report] = reports({ ImageIds: [image.id] });
    expect(report).toMatchObject({ State: 'available', Tags: [{ Key: 'a', Value: 'b' }] });
    expect(report?.ResourceTypes?.map(({ ResourceType }) => ResourceType)).toEqual(types);
    const depth = report?.ResourceTypes?.[1]?.ResourceTypeOptions;
    expect(depth).toEqual([{ OptionName: 'version-depth', OptionValues: ['20'] }]);
    expect(Number(report?.ExpirationTime) - Number(report?.CreationTime)).toBe(days(30));
  });

  it('counts use by other accounts, never by the owner', async () => {
    const launchedAt = ec2.world.timeline.now() - days(10);
    for (const by of [stranger, stranger, other, account]) putInstance(ec2.world, image, { account: by, launchedAt });
    putRecipe(ec2.world, {
      account: other,
      region: home,
      kind: 'image-recipe',
      name: 'r',
      version: '1.0.0',
      imageId: image.id,
    });
    expect(await counted()).toEqual([
      `${stranger} ec2:Instance 2`,
      `${other} ec2:Instance 1`,
      `${other} imagebuilder:ImageRecipe 1`,
    ]);
    expect(await counted({ ...all, AccountIds: [other] })).toEqual([
      `${other} ec2:Instance 1`,
      `${other} imagebuilder:ImageRecipe 1`,
    ]);
  });

  it('misses instances of the last 24 hours', async () => {
    putInstance(ec2.world, image, { account: stranger });
    expect(await counted()).toEqual([]);
    await ec2.pass(hours(24));
    expect(await counted()).toEqual([`${stranger} ec2:Instance 1`]);
  });

  it.each([2, 5])('misses what launch templates did in the last days: %i of them', async (count) => {
    begin({ reportTemplateLag: days(count) });
    template(stranger);
    await ec2.pass(days(count) - hours(2));
    expect(await counted()).toEqual([]);
    await ec2.pass(hours(2));
    expect(await counted()).toEqual([`${stranger} ec2:LaunchTemplate 1`]);
  });

  it('counts a launch template once, and looks at its 20 newest versions unless asked for more', async () => {
    const LaunchTemplateId = template(stranger);
    for (let count = 0; count < 20; count++)
      ec2.call(
        'CreateLaunchTemplateVersion',
        { LaunchTemplateId, LaunchTemplateData: { InstanceType: 't3.nano' } },
        { account: stranger },
      );
    await ec2.pass(days(4));
    expect(await counted()).toEqual([]);
    expect(await counted(deep(21))).toEqual([`${stranger} ec2:LaunchTemplate 1`]);
  });

  it('can end badly, with a reason', async () => {
    ec2.world.state.table('injected').set(`fail-usage-report/${home}`, { remaining: 1, message: 'not today' });
    create();
    await ec2.pass(hours(1));
    expect(reports()).toMatchObject([{ State: 'error', StateReason: 'not today' }]);
    expect(await counted()).toEqual([]);
    expect(reports()).toHaveLength(2);
  });

  it('is made one at a time of an image, and for its owner alone', async () => {
    create();
    expect(ec2.code('CreateImageUsageReport', { ImageId: image.id, ...all })).toBe('ResourceLimitExceeded');
    expect(ec2.code('CreateImageUsageReport', { ImageId: image.id, ...all }, { account: stranger })).toBe(
      'AuthFailure',
    );
    await ec2.pass(hours(1));
    expect(create()).toMatch(/^amiur-/);
    expect(
      ec2.call<{ ImageUsageReports: object[] }>('DescribeImageUsageReports', {}, { account: stranger })
        .ImageUsageReports,
    ).toEqual([]);
  });

  it('is one of at most 2,000 pending', () => {
    const rows = ec2.world.state.table<object>('image-usage-reports');
    const row = { account, region: home, imageId: 'ami-1', state: 'pending', createdAt: ec2.world.timeline.now() };
    for (let count = 0; count < 2_000; count++) rows.set(`${count}`, { ...row, id: `amiur-${count}` });
    expect(ec2.code('CreateImageUsageReport', { ImageId: image.id, ...all })).toBe('ResourceLimitExceeded');
  });

  it('is the same one for the same client token', async () => {
    const first = create({ ...all, ClientToken: 'once' });
    await ec2.pass(minutes(30));
    expect(create({ ...all, ClientToken: 'once' })).toBe(first);
    expect(reports()).toHaveLength(1);
  });

  it('goes when it is deleted, and by itself after 30 days', async () => {
    const ReportId = create();
    ec2.call('DeleteImageUsageReport', { ReportId });
    expect(reports()).toEqual([]);
    expect(ec2.code('DeleteImageUsageReport', { ReportId })).toMatch(/NotFound$/);
    create();
    await ec2.pass(days(30) - 1);
    expect(reports()).toHaveLength(1);
    await ec2.pass(1);
    expect(reports()).toEqual([]);
  });

  it('and its entries come in pages', async () => {
    const launchedAt = ec2.world.timeline.now() - days(10);
    for (let count = 0; count < 7; count++)
      putInstance(ec2.world, image, { account: `${100000000000 + count}`, launchedAt });
    create();
    await ec2.pass(hours(1));
    const page = ec2.call<{ ImageUsageReportEntries: object[]; NextToken?: string }>(
      'DescribeImageUsageReportEntries',
      {
        MaxResults: 5,
      },
    );
    expect(page.ImageUsageReportEntries).toHaveLength(5);
    expect(entries({ MaxResults: 5, NextToken: page.NextToken })).toHaveLength(2);
  });

  it.each([
    ['no types', {}, 'MissingParameter'],
    ['an unknown type', { ResourceTypes: [{ ResourceType: 'ssm:Parameter' }] }, 'InvalidParameterValue'],
    ['too great a depth', deep(10_001), 'InvalidParameterValue'],
    ['an account too many', { ...all, AccountIds: Array.from({ length: 201 }, () => other) }, 'InvalidParameterValue'],
  ])('is refused with %s', (_what, input, code) => {
    expect(ec2.code('CreateImageUsageReport', { ImageId: image.id, ...input })).toBe(code);
  });
});
