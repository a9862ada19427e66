import type { Instance, LaunchTemplateVersion, Reservation } from '@aws-sdk/client-ec2';
import { beforeEach, describe, expect, it } from 'vitest';
import { putImage } from '../../../local/ec2/fixtures.ts';
import type { ImageRow } from '../../../local/ec2/rows.ts';
import { account, away, type Ec2, home, makeEc2, stranger } from './harness.ts';

let ec2: Ec2;
let image: ImageRow;

beforeEach(() => {
  ec2 = makeEc2();
  image = putImage(ec2.world, { account, region: home, name: 'golden' });
});

const run = (input: object = {}): Reservation =>
  ec2.call('RunInstances', { ImageId: image.id, MinCount: 1, MaxCount: 1, ...input });
const _idOf = (reservation: Reservation): string => reservation.Instances?.[0]?.InstanceId ?? '';
const list = (input: object = {}): Instance[] =>
  ec2
    .call<{ Reservations: Reservation[] }>('DescribeInstances', input)
    .Reservations.flatMap((reservation) => reservation.Instances ?? []);
const _stateOf = (id: string) => list({ InstanceIds: [id] })[0]?.State?.Name;

const makeTemplate = (name: string, ImageId: string = image.id): string =>
  ec2.call<{ LaunchTemplate: { LaunchTemplateId: string } }>('CreateLaunchTemplate', {
    LaunchTemplateName: name,
    LaunchTemplateData: { ImageId, InstanceType: 't3.nano' },
  }).LaunchTemplate.LaunchTemplateId;
const addVersion = (LaunchTemplateId: string, data: object, more: object = {}) =>
  ec2.call<{ LaunchTemplateVersion: LaunchTemplateVersion }>('CreateLaunchTemplateVersion', {
    LaunchTemplateId,
    LaunchTemplateData: data,
    ...more,
  }).LaunchTemplateVersion;
const versions = (input: object): LaunchTemplateVersion[] =>
  ec2.call<{ LaunchTemplateVersions: LaunchTemplateVersion[] }>('DescribeLaunchTemplateVersions', input)
    .LaunchTemplateVersions;
const numbers = (input: object) => versions(input).map((version) => version.VersionNumber);

describe('launch templates', () => {
  it('keep their default version until it is moved', () => {
    const LaunchTemplateId = makeTemplate('web');
    expect(addVersion(LaunchTemplateId, { ImageId: 'ami-00000002' })).toMatchObject({
      VersionNumber: 2,
      DefaultVersion: false,
      LaunchTemplateData: { ImageId: 'ami-00000002' },
    });
    const show = () => ec2.call('DescribeLaunchTemplates', { LaunchTemplateNames: ['web'] });
    expect(show()).toMatchObject({ LaunchTemplates: [{ DefaultVersionNumber: 1, LatestVersionNumber: 2 }] });
    ec2.call('ModifyLaunchTemplate', { LaunchTemplateId, DefaultVersion: '2' });
    expect(show()).toMatchObject({ LaunchTemplates: [{ DefaultVersionNumber: 2, LatestVersionNumber: 2 }] });
    expect(ec2.code('ModifyLaunchTemplate', { LaunchTemplateId, DefaultVersion: '3' })).toBe(
      'InvalidLaunchTemplateId.VersionNotFound',
    );
  });

  it('list versions by number, by name, by bounds, and build on a source version', () => {
    const LaunchTemplateId = makeTemplate('web');
    for (let index = 2; index <= 12; index += 1) addVersion(LaunchTemplateId, { ImageId: `ami-0000000${index % 10}` });
    expect(numbers({ LaunchTemplateId })).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
    expect(numbers({ LaunchTemplateId, Versions: ['$Latest', '$Default', '3', '12'] })).toEqual([1, 3, 12]);
    expect(numbers({ LaunchTemplateName: 'web', MinVersion: '2', MaxVersion: '4' })).toEqual([2, 3, 4]);
    expect(numbers({ LaunchTemplateId, Filters: [{ Name: 'image-id', Values: ['ami-00000002'] }] })).toEqual([2, 12]);
    expect(addVersion(LaunchTemplateId, { KeyName: 'k' }, { SourceVersion: '1' }).LaunchTemplateData).toEqual({
      ImageId: image.id,
      InstanceType: 't3.nano',
      KeyName: 'k',
    });
    expect(ec2.code('DescribeLaunchTemplateVersions', { LaunchTemplateId, Versions: ['99'] })).toBe(
      'InvalidLaunchTemplateId.VersionNotFound',
    );
  });

  it('answer across the account only for the latest and the default', () => {
    const one = makeTemplate('one');
    const two = makeTemplate('two');
    addVersion(one, { ImageId: 'ami-00000002' });
    const found = versions({ Versions: ['$Latest', '$Default'] }).map((row) => [
      row.LaunchTemplateId,
      row.VersionNumber,
    ]);
    expect(found.sort()).toEqual(
      [
        [one, 1],
        [one, 2],
        [two, 1],
      ].sort(),
    );
    expect(ec2.code('DescribeLaunchTemplateVersions', { Versions: ['1'] })).toBe('InvalidParameterValue');
    expect(ec2.code('DescribeLaunchTemplateVersions', {})).toBe('InvalidParameterCombination');
  });

  it('give at most 200 versions in a page, also when no size is named', () => {
    const LaunchTemplateId = makeTemplate('web');
    for (let index = 2; index <= 205; index += 1) addVersion(LaunchTemplateId, { ImageId: image.id });
    const first = ec2.call<{ LaunchTemplateVersions: object[]; NextToken: string }>('DescribeLaunchTemplateVersions', {
      LaunchTemplateId,
    });
    expect(first.LaunchTemplateVersions).toHaveLength(200);
    expect(numbers({ LaunchTemplateId, NextToken: first.NextToken })).toEqual([201, 202, 203, 204, 205]);
    expect(ec2.code('DescribeLaunchTemplateVersions', { LaunchTemplateId, MaxResults: 201 })).toBe(
      'InvalidParameterValue',
    );
  });

  it('resolve an image alias when asked, and when they launch', () => {
    const LaunchTemplateId = makeTemplate('alias', 'resolve:ssm:/golden/base');
    const imageOf = (ResolveAlias: boolean) =>
      versions({ LaunchTemplateId, ResolveAlias })[0]?.LaunchTemplateData?.ImageId;
    expect(imageOf(true)).toBe('resolve:ssm:/golden/base');
    const launch = { LaunchTemplate: { LaunchTemplateId }, MinCount: 1, MaxCount: 1 };
    expect(ec2.code('RunInstances', launch)).toBe('InvalidParameterValue');
    ec2.world.state.table('ssm-parameters').set(`${account}/${home}//golden/base`, { value: image.id });
    expect(imageOf(true)).toBe(image.id);
    expect(imageOf(false)).toBe('resolve:ssm:/golden/base');
    ec2.world.state.table('ssm-history').set(`${account}/${home}//golden/base`, [
      { version: 1, value: 'ami-00000001' },
      { version: 2, value: image.id },
    ]);
    addVersion(LaunchTemplateId, { ImageId: 'resolve:ssm:/golden/base:1' });
    expect(versions({ LaunchTemplateId, Versions: ['2'], ResolveAlias: true })).toMatchObject([
      { LaunchTemplateData: { ImageId: 'ami-00000001' } },
    ]);
    expect(run({ ImageId: undefined, LaunchTemplate: { LaunchTemplateId } }).Instances).toMatchObject([
      { ImageId: image.id, InstanceType: 't3.nano' },
    ]);
  });

  it('have one name per account and Region, and go with all their versions', () => {
    const LaunchTemplateId = makeTemplate('web');
    const again = { LaunchTemplateName: 'web', LaunchTemplateData: {} };
    expect(ec2.code('CreateLaunchTemplate', again)).toBe('InvalidLaunchTemplateName.AlreadyExistsException');
    expect(ec2.code('CreateLaunchTemplate', { ...again, LaunchTemplateName: 'a b' })).toBe(
      'InvalidLaunchTemplateName.MalformedException',
    );
    expect(ec2.code('DescribeLaunchTemplates', { LaunchTemplateIds: [LaunchTemplateId] }, { account: stranger })).toBe(
      'InvalidLaunchTemplateId.NotFound',
    );
    ec2.call('DeleteLaunchTemplate', { LaunchTemplateName: 'web' });
    expect(versions({ Versions: ['$Latest'] })).toEqual([]);
    expect(ec2.world.state.table('launch-template-versions').size).toBe(0);
    expect(ec2.code('DescribeLaunchTemplates', { LaunchTemplateNames: ['web'] })).toBe(
      'InvalidLaunchTemplateName.NotFoundException',
    );
  });
});

describe('DescribeRegions', () => {
  it('lists the Regions of the world, or those asked for', () => {
    const list = (input: object) =>
      ec2
        .call<{ Regions: { RegionName: string }[] }>('DescribeRegions', input)
        .Regions.map((region) => region.RegionName);
    expect(list({})).toEqual([home, away, 'ap-southeast-2']);
    expect(list({ RegionNames: [away] })).toEqual([away]);
    expect(list({ Filters: [{ Name: 'region-name', Values: ['eu-*'] }] })).toEqual([home]);
    expect(ec2.code('DescribeRegions', { RegionNames: ['mars-north-1'] })).toBe('InvalidParameterValue');
  });
});
