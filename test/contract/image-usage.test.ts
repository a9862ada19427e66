import { describe, expect, it } from 'vitest';
import { ec2Clients } from '../../shared/aws/clients.ts';
import { Ec2ImageUsage } from '../../shared/aws/usage/single-images.ts';
import { referenceSources } from '../../shared/model/references.ts';
import { type Answer, paged, Stub, serviceError } from './stub.ts';

const region = 'eu-west-1';
const used = 'ami-0123456789abcdef0';
const other = 'ami-0a1b2c3d';
const arn = (service: string, what: string) => `arn:aws:${service}:${region}:111122223333:${what}`;

const usage = (answers: Readonly<Record<string, Answer>>) => {
  const stub = new Stub(answers);
  return { stub, usage: new Ec2ImageUsage(ec2Clients(stub.options)) };
};

describe('references to an image', () => {
  const reference = (ResourceType: string, Arn: string | undefined, ImageId = used) => ({ ImageId, ResourceType, Arn });
  const ids = (count: number) => Array.from({ length: count }, (_, n) => `ami-${String(n).padStart(8, '0')}`);

  it('are read in calls of 10 images, all pages, with every state but terminated and at full depth', async () => {
    const { stub, usage: ec2 } = usage({ DescribeImageReferences: () => ({}) });
    const found = await ec2.references(region, ids(23), referenceSources);
    expect(found.size).toBe(23);
    const inputs = stub.inputs('DescribeImageReferences');
    expect(inputs.map(({ ImageIds }) => (ImageIds as string[]).length)).toEqual([10, 10, 3]);
    expect(inputs[0]?.ResourceTypes).toEqual([
      {
        ResourceType: 'ec2:Instance',
        ResourceTypeOptions: [
          { OptionName: 'state-name', OptionValues: ['pending', 'running', 'shutting-down', 'stopping', 'stopped'] },
        ],
      },
      {
        ResourceType: 'ec2:LaunchTemplate',
        ResourceTypeOptions: [{ OptionName: 'version-depth', OptionValues: ['10000'] }],
      },
      { ResourceType: 'ssm:Parameter' },
      { ResourceType: 'imagebuilder:ImageRecipe' },
      { ResourceType: 'imagebuilder:ContainerRecipe' },
    ]);
  });

  it.each([
    ['image-references', 3],
    ['image-builder', 2],
  ] as const)('ask for nothing of a source that is off: only %s', async (source, types) => {
    const { stub, usage: ec2 } = usage({ DescribeImageReferences: () => ({}) });
    const found = await ec2.references(region, [used], [source]);
    expect(stub.inputs('DescribeImageReferences')[0]?.ResourceTypes).toHaveLength(types);
    expect(Object.keys(found.get(used) ?? {})).toEqual([source]);
  });

  it('are told for each image and source, in words', async () => {
    const { usage: ec2 } = usage({
      DescribeImageReferences: paged([
        { ImageReferences: [reference('ec2:Instance', arn('ec2', 'instance/i-0a1'))] },
        {},
        {
          ImageReferences: [
            reference('ec2:LaunchTemplate', arn('ec2', 'launch-template/lt-0a1')),
            reference('ssm:Parameter', arn('ssm', 'parameter/golden/latest')),
            reference('imagebuilder:ImageRecipe', arn('imagebuilder', 'image-recipe/web/1.0.0')),
            reference('imagebuilder:ContainerRecipe', arn('imagebuilder', 'container-recipe/box/2.0.0')),
            reference('ec2:Dream', arn('ec2', 'dream/d-1')),
          ],
        },
      ]),
    });
    const found = await ec2.references(region, [used, other], referenceSources);
    expect(found.get(used)).toEqual({
      'image-references': {
        complete: true,
        value: ['instance i-0a1', 'template lt-0a1', 'parameter /golden/latest', 'ec2:Dream d-1'],
      },
      'image-builder': { complete: true, value: ['image recipe web/1.0.0', 'container recipe box/2.0.0'] },
    });
    expect(found.get(other)).toEqual({
      'image-references': { complete: true, value: [] },
      'image-builder': { complete: true, value: [] },
    });
  });

  it.each<[string, Answer]>([
    [
      'a denial',
      () => {
        throw serviceError('UnauthorizedOperation');
      },
    ],
    [
      'a later page that fails',
      ({ NextToken }) => {
        if (NextToken !== undefined) throw serviceError('InternalError', 'broken', 500);
        return { NextToken: '1' };
      },
    ],
    ['a user without an ARN', () => ({ ImageReferences: [reference('ec2:Instance', undefined)] })],
  ])('F38 stay unknown after %s', async (_what, DescribeImageReferences) => {
    const { usage: ec2 } = usage({ DescribeImageReferences });
    const found = await ec2.references(region, [used], referenceSources);
    expect(found.get(used)).toMatchObject({
      'image-references': { complete: false },
      'image-builder': { complete: false },
    });
  });

  it('of one image that EC2 will not hear of leave the others known', async () => {
    const { usage: ec2 } = usage({
      DescribeImageReferences: ({ ImageIds }) => {
        if ((ImageIds as string[]).includes(other)) throw serviceError('InvalidAMIID.NotFound');
        return {};
      },
    });
    const found = await ec2.references(region, [used, other, ...ids(3)], ['image-references']);
    expect([...found].filter(([, by]) => by['image-references']?.complete === false).map(([id]) => id)).toEqual([
      other,
    ]);
    expect(found.size).toBe(5);
  });
});

describe('usage reports', () => {
  const fullTypes = [
    { ResourceType: 'ec2:Instance' },
    {
      ResourceType: 'ec2:LaunchTemplate',
      ResourceTypeOptions: [{ OptionName: 'version-depth', OptionValues: ['10000'] }],
    },
    { ResourceType: 'imagebuilder:ImageRecipe' },
    { ResourceType: 'imagebuilder:ContainerRecipe' },
  ];
  const at = new Date(Date.UTC(2026, 10, 23, 9));
  const made = (more: object = {}) => ({
    ReportId: 'r-1',
    ImageId: used,
    State: 'available',
    CreationTime: at,
    ResourceTypes: fullTypes,
    ...more,
  });
  const entry = (AccountId: string, UsageCount: number | undefined, ReportId = 'r-1') => ({
    AccountId,
    ReportId,
    ResourceType: 'ec2:Instance',
    UsageCount,
  });
  const read = async (reports: readonly object[], entries: readonly object[] = []) => {
    const { stub, usage: ec2 } = usage({
      DescribeImageUsageReports: paged(reports.map((report) => ({ ImageUsageReports: [report] }))),
      DescribeImageUsageReportEntries: paged([{}, ...entries.map((one) => ({ ImageUsageReportEntries: [one] }))]),
    });
    return { stub, found: (await ec2.reports(region, [used, other])).get(used) };
  };

  it('are asked for in full, for all accounts, with tags and a token', async () => {
    const { stub, usage: ec2 } = usage({ CreateImageUsageReport: () => ({ ReportId: 'r-9' }) });
    expect(await ec2.requestReport({ region, id: used }, { a: 'b' }, 'once')).toBe('r-9');
    expect(stub.inputs('CreateImageUsageReport')).toEqual([
      {
        ImageId: used,
        ResourceTypes: fullTypes,
        ClientToken: 'once',
        TagSpecifications: [{ ResourceType: 'image-usage-report', Tags: [{ Key: 'a', Value: 'b' }] }],
      },
    ]);
  });

  it('come with their entries, of all pages', async () => {
    const reports = [made(), made({ ReportId: 'r-2', State: 'pending' }), made({ ImageId: other, ReportId: 'r-3' })];
    const { stub, found } = await read(reports, [
      entry('222233334444', 14),
      entry('333344445555', undefined),
      entry('444455556666', 9, 'r-3'),
    ]);
    expect(found).toEqual([
      {
        id: 'r-1',
        state: 'available',
        createdAt: at.getTime(),
        full: true,
        uses: [
          { account: '222233334444', type: 'ec2:Instance', count: 14 },
          { account: '333344445555', type: 'ec2:Instance', count: 1 },
        ],
      },
      expect.objectContaining({ id: 'r-2', state: 'pending', uses: [] }),
    ]);
    expect(stub.inputs('DescribeImageUsageReports')[0]).toMatchObject({ ImageIds: [used, other] });
    expect(stub.inputs('DescribeImageUsageReportEntries')[0]).toMatchObject({ ReportIds: ['r-1', 'r-3'] });
  });

  it('tell why they failed, and count as failed in a state that we have never heard of', async () => {
    const { found } = await read([made({ State: 'error', StateReason: 'too much' }), made({ State: 'dreaming' })]);
    expect(found).toMatchObject([{ state: 'error', reason: 'too much' }, { state: 'error' }]);
  });

  it.each<[string, object]>([
    ['for some accounts only', { AccountIds: ['222233334444'] }],
    ['without a type', { ResourceTypes: fullTypes.slice(0, 3) }],
    ['at the usual depth', { ResourceTypes: fullTypes.map(({ ResourceType }) => ({ ResourceType })) }],
    ['without what was asked for', { ResourceTypes: undefined }],
  ])('are not full %s', async (_how, more) => {
    expect((await read([made(more)])).found).toMatchObject([{ full: false }]);
  });

  it.each<[string, readonly object[], readonly object[]]>([
    ['has no time', [made({ CreationTime: undefined })], []],
    ['has no image', [made({ ImageId: undefined })], []],
    ['has an entry of nobody', [made()], [{ ...entry('', 1), AccountId: undefined }]],
  ])('cannot be read where one %s', async (_how, reports, entries) => {
    await expect(read(reports, entries)).rejects.toMatchObject({ kind: 'unexpected' });
  });

  it('F38 cannot be read in part', async () => {
    const { usage: ec2 } = usage({
      DescribeImageUsageReports: () => ({ ImageUsageReports: [made()] }),
      DescribeImageUsageReportEntries: ({ NextToken }) => {
        if (NextToken !== undefined) throw serviceError('UnauthorizedOperation');
        return { NextToken: '1' };
      },
    });
    await expect(ec2.reports(region, [used])).rejects.toMatchObject({ kind: 'denied' });
  });
});
