import type { DescribeImagesResult } from '@aws-sdk/client-ec2';
import { beforeEach, describe, expect, it } from 'vitest';
import { putCopy, putImage, putInstance } from '../../../local/ec2/fixtures.ts';
import { account, away, days, type Ec2, home, hours, makeEc2, start, stranger } from './harness.ts';

const organization = 'arn:aws:organizations::999988887777:organization/o-abcdefghij';

let ec2: Ec2;
const list = (input: object = {}, as: object = {}): DescribeImagesResult => ec2.call('DescribeImages', input, as);
const names = (input: object = {}, as: object = {}): string[] =>
  (list(input, as).Images ?? []).map((image) => image.Name ?? '').sort();
const filtered = (name: string, ...values: string[]) => names({ Filters: [{ Name: name, Values: values }] });

beforeEach(() => {
  ec2 = makeEc2();
  const common = { account, region: home };
  const one = putImage(ec2.world, {
    ...common,
    name: 'web-1',
    id: 'ami-00000000000000001',
    description: 'first [1]',
    tags: { team: 'web', Stage: 'prod' },
    createdAt: start - days(3),
    disks: [{ snapshotId: 'snap-00000000000000001' }, { sizeGiB: 100, kmsKeyId: 'k' }],
  });
  putImage(ec2.world, { ...common, name: 'web-2', architecture: 'arm64', permissions: ['group:all'] });
  putImage(ec2.world, { ...common, name: 'db*1', state: 'disabled', permissions: ['group:all'] });
  putImage(ec2.world, {
    ...common,
    name: 'old',
    deprecateAt: start - 1,
    id: 'ami-00000000000000004',
    permissions: ['group:all', `account:${stranger}`, `organization:${organization}`],
    tags: { secret: 'x', 'ec2:SharedTag/a': 'y' },
  });
  putCopy(ec2.world, one, { region: away });
});

describe('DescribeImages', () => {
  it('shows own images of one Region, deprecated ones too, disabled ones only when asked', () => {
    expect(names()).toEqual(['old', 'web-1', 'web-2']);
    expect(names({ IncludeDisabled: true })).toEqual(['db*1', 'old', 'web-1', 'web-2']);
    expect(names({}, { region: away })).toEqual(['web-1']);
  });

  it('shows others what is public or shared, deprecated ones only by id, and never what is disabled or private', () => {
    const as = { account: stranger };
    expect(names({}, as)).toEqual(['web-2']);
    expect(names({ IncludeDeprecated: true, IncludeDisabled: true }, as)).toEqual(['old', 'web-2']);
    expect(names({ ImageIds: ['ami-00000000000000004'] }, as)).toEqual(['old']);
    expect(names({ Owners: ['self'] }, as)).toEqual([]);
    expect(names({ Owners: [account] }, as)).toEqual(['web-2']);
  });

  it('hides user tags and the last launch from others, but not tags made to be shared', () => {
    const seen = ec2.image('ami-00000000000000004', { account: stranger });
    expect(seen.Tags).toEqual([{ Key: 'ec2:SharedTag/a', Value: 'y' }]);
    const Filters = [{ Name: 'tag-key', Values: ['secret'] }];
    expect(names({ Filters, IncludeDeprecated: true }, { account: stranger })).toEqual([]);
    expect(names({ Filters })).toEqual(['old']);
  });

  it('reaches accounts through their organization', () => {
    const member = '777788889999';
    putImage(ec2.world, { account, region: home, name: 'inner', permissions: [`organization:${organization}`] });
    expect(names({}, { account: member })).toEqual(['web-2']);
    ec2.world.state.table('organization-members').set(organization, { accounts: [member] });
    expect(names({}, { account: member })).toEqual(['inner', 'web-2']);
    expect(names({ ExecutableUsers: ['self'] }, { account: member })).toEqual(['inner']);
    expect(names({ ExecutableUsers: [member] })).toEqual([]);
  });

  it('selects by ExecutableUsers', () => {
    expect(names({ ExecutableUsers: [stranger] })).toEqual(['old']);
    expect(names({ ExecutableUsers: [stranger], IncludeDeprecated: true }, { account: '777788889999' })).toEqual([]);
    expect(names({ ExecutableUsers: ['all'] })).toEqual(['old', 'web-2']);
    expect(names({ ExecutableUsers: ['self'], IncludeDeprecated: true }, { account: stranger })).toEqual(['old']);
    expect(ec2.code('DescribeImages', { ExecutableUsers: ['me'] })).toBe('InvalidUserID.Malformed');
    expect(ec2.code('DescribeImages', { Owners: ['me'] })).toBe('InvalidUserID.Malformed');
  });

  it('filters by name with wildcards, and by everything that an image carries', () => {
    expect(filtered('name', 'web-?')).toEqual(['web-1', 'web-2']);
    expect(filtered('name', 'WEB-*')).toEqual([]);
    expect(filtered('name', 'old', '*-2')).toEqual(['old', 'web-2']);
    expect(filtered('name', 'web.1')).toEqual([]);
    expect(filtered('description', 'first [1]')).toEqual(['web-1']);
    expect(filtered('tag:team', 'w*')).toEqual(['web-1']);
    expect(filtered('tag:stage', 'prod')).toEqual([]);
    expect(filtered('tag-key', 'Stage')).toEqual(['web-1']);
    expect(filtered('architecture', 'arm64')).toEqual(['web-2']);
    expect(filtered('is-public', 'true')).toEqual(['old', 'web-2']);
    expect(filtered('owner-id', stranger)).toEqual([]);
    expect(filtered('state', 'available')).toEqual(['old', 'web-1', 'web-2']);
    expect(filtered('creation-date', '2026-01-02*')).toEqual(['web-1']);
    expect(filtered('image-id', 'ami-00000000000000001')).toEqual(['web-1']);
    expect(filtered('block-device-mapping.snapshot-id', 'snap-00000000000000001')).toEqual(['web-1']);
    expect(filtered('block-device-mapping.volume-size', '100')).toEqual(['web-1']);
    expect(filtered('block-device-mapping.encrypted', 'true')).toEqual(['web-1']);
    const Filters = [{ Name: 'name', Values: ['db\\*1'] }];
    expect(names({ IncludeDisabled: true, Filters })).toEqual(['db*1']);
  });

  it('finds copies by their source', () => {
    const Filters = [
      { Name: 'source-image-id', Values: ['ami-00000000000000001'] },
      { Name: 'source-image-region', Values: [home] },
    ];
    expect(names({ Filters }, { region: away })).toEqual(['web-1']);
    expect(names({ Filters: [{ Name: 'source-instance-id', Values: ['*'] }] }, { region: away })).toEqual([]);
  });

  it('refuses unknown filters and filters without values', () => {
    for (const Name of ['colour', 'constructor', ''])
      expect(ec2.code('DescribeImages', { Filters: [{ Name, Values: ['x'] }] }), Name).toBe('InvalidParameterValue');
    expect(ec2.code('DescribeImages', { Filters: [{ Name: 'name', Values: [] }] })).toBe('InvalidParameterValue');
    const Values = Array.from({ length: 201 }, (_, index) => `n${index}`);
    expect(ec2.code('DescribeImages', { Filters: [{ Name: 'name', Values }] })).toBe('FilterLimitExceeded');
  });

  it('gives pages that hold every image once, also when one goes in between', () => {
    for (let index = 0; index < 7; index += 1) putImage(ec2.world, { account, region: home, name: `many ${index}` });
    const first = list({ MaxResults: 4 });
    expect(first.Images).toHaveLength(4);
    const gone = first.Images?.[0]?.ImageId;
    ec2.call('DeregisterImage', { ImageId: gone });
    const second = list({ MaxResults: 4, NextToken: first.NextToken });
    const third = list({ MaxResults: 4, NextToken: second.NextToken });
    const ids = [first, second, third].flatMap((page) => page.Images ?? []).map((image) => image.ImageId);
    expect(new Set(ids).size).toBe(10);
    expect(ids).toHaveLength(10);
    expect(third.NextToken).toBeUndefined();
    expect(list().NextToken).toBeUndefined();
  });

  it('refuses a token of another query, a made-up one, and wrong page sizes', () => {
    const { NextToken } = list({ MaxResults: 1 });
    expect(ec2.code('DescribeImages', { NextToken, Owners: ['self'] })).toBe('InvalidNextToken');
    expect(ec2.code('DescribeImages', { NextToken: 'abc' })).toBe('InvalidNextToken');
    expect(ec2.code('DescribeImages', { MaxResults: 1001 })).toBe('InvalidParameterValue');
    expect(ec2.code('DescribeImages', { MaxResults: 0 })).toBe('InvalidParameterValue');
  });

  it('knows malformed ids from unknown ones, and remembers a gone image while an instance uses it', async () => {
    expect(ec2.code('DescribeImages', { ImageIds: ['ami-1'] })).toBe('InvalidAMIID.Malformed');
    expect(ec2.code('DescribeImages', { ImageIds: ['ami-0000000000000000f'] })).toBe('InvalidAMIID.NotFound');
    const image = putImage(ec2.world, { account, region: home, name: 'used' });
    const { id } = putInstance(ec2.world, image);
    ec2.call('DeregisterImage', { ImageId: image.id });
    expect(list({ ImageIds: [image.id] }).Images).toEqual([]);
    ec2.call('TerminateInstances', { InstanceIds: [id] });
    await ec2.pass(hours(1));
    expect(ec2.code('DescribeImages', { ImageIds: [image.id] })).toBe('InvalidAMIID.NotFound');
  });

  it('honours DryRun, on every operation, with HTTP 412', async () => {
    const { ec2Service } = await import('../../../local/ec2/index.ts');
    const names = Object.keys(ec2Service.operations);
    for (const name of names) expect(ec2.code(name, { DryRun: true }), name).toBe('DryRunOperation');
    expect(Object.keys(ec2Service.sections)).toEqual(names);
    expect(() => ec2.call('DeregisterImage', { DryRun: true })).toThrow(expect.objectContaining({ status: 412 }));
  });
});
