import type { AutoScalingGroup, AutoScalingGroupsType, LaunchConfigurationsType } from '@aws-sdk/client-auto-scaling';
import { beforeEach, describe, expect, it } from 'vitest';
import { putImage, putInstance } from '../../../local/ec2/fixtures.ts';
import type { ImageRow } from '../../../local/ec2/rows.ts';
import { AwsError } from '../../../local/kernel/service.ts';
import { EmbeddedAws } from '../../../local/world.ts';

const account = '111122223333';
const region = 'us-east-1';
const start = Date.parse('2026-01-05T08:00:00Z');

let aws: EmbeddedAws;
let image: ImageRow;
let LaunchTemplateId: string;

beforeEach(() => {
  aws = EmbeddedAws.open({ start });
  image = putImage(aws, { account, region, name: 'golden' });
  const data = { LaunchTemplateName: 'web', LaunchTemplateData: { ImageId: image.id } };
  const made = aws.call('ec2', 'CreateLaunchTemplate', data) as { LaunchTemplate: { LaunchTemplateId: string } };
  LaunchTemplateId = made.LaunchTemplate.LaunchTemplateId;
});

const call = <T>(operation: string, input: object = {}): T => aws.call('autoscaling', operation, input) as T;

function code(operation: string, input: object): string {
  try {
    call(operation, input);
  } catch (error) {
    if (error instanceof AwsError) return error.code;
    throw error;
  }
  throw new Error(`${operation} succeeded`);
}

const configure = (LaunchConfigurationName: string, more: object = {}): void =>
  call('CreateLaunchConfiguration', { LaunchConfigurationName, ImageId: image.id, InstanceType: 't3.nano', ...more });

const configurations = (input: object = {}) =>
  call<LaunchConfigurationsType>('DescribeLaunchConfigurations', input).LaunchConfigurations ?? [];

const group = (AutoScalingGroupName: string, more: object) => ({
  AutoScalingGroupName,
  MinSize: 0,
  MaxSize: 3,
  ...more,
});
const create = (name: string, more: object): void => call('CreateAutoScalingGroup', group(name, more));
const groups = (input: object = {}): AutoScalingGroup[] =>
  call<AutoScalingGroupsType>('DescribeAutoScalingGroups', input).AutoScalingGroups ?? [];
const template = (Version?: string) => ({ LaunchTemplate: { LaunchTemplateId, ...(Version && { Version }) } });

describe('launch configurations', () => {
  it('show their image, whether or not there is one', () => {
    configure('old', { ImageId: 'ami-00000000' });
    expect(configurations()).toEqual([
      {
        LaunchConfigurationName: 'old',
        LaunchConfigurationARN: expect.stringMatching(/^arn:aws:autoscaling:us-east-1:111122223333:.*\/old$/),
        ImageId: 'ami-00000000',
        InstanceType: 't3.nano',
        CreatedTime: new Date(start),
      },
    ]);
  });

  it('take their image from an instance, and need one or the other', () => {
    const { id } = putInstance(aws, image);
    call('CreateLaunchConfiguration', { LaunchConfigurationName: 'like-it', InstanceId: id });
    expect(configurations()).toMatchObject([{ ImageId: image.id, InstanceType: 't3.micro' }]);
    expect(code('CreateLaunchConfiguration', { LaunchConfigurationName: 'x' })).toBe('ValidationError');
  });

  it('have names of their own', () => {
    configure('old');
    expect(code('CreateLaunchConfiguration', { LaunchConfigurationName: 'old' })).toBe('AlreadyExists');
    expect(configurations({ LaunchConfigurationNames: ['old'] })).toHaveLength(1);
    expect(configurations({ LaunchConfigurationNames: ['new'] })).toEqual([]);
  });

  it('stay while a group names them', () => {
    configure('old');
    create('web', { LaunchConfigurationName: 'old' });
    expect(code('DeleteLaunchConfiguration', { LaunchConfigurationName: 'old' })).toBe('ResourceInUse');
    call('DeleteAutoScalingGroup', { AutoScalingGroupName: 'web' });
    call('DeleteLaunchConfiguration', { LaunchConfigurationName: 'old' });
    expect(configurations()).toEqual([]);
    expect(code('DeleteLaunchConfiguration', { LaunchConfigurationName: 'old' })).toBe('ValidationError');
  });

  it('come in pages of 50 at most, or 100 when asked, that hold fewer although more exist', () => {
    for (let n = 10; n < 70; n += 1) configure(`lc-${n}`);
    const page = call<LaunchConfigurationsType>('DescribeLaunchConfigurations', {});
    expect(page.LaunchConfigurations).toHaveLength(49);
    expect(configurations({ NextToken: page.NextToken })).toHaveLength(11);
    expect(configurations({ MaxRecords: 100 })).toHaveLength(60);
    expect(code('DescribeLaunchConfigurations', { MaxRecords: 101 })).toBe('ValidationError');
  });
});

describe('Auto Scaling groups', () => {
  it('show their template with id and name, the version as it was given, and start nothing', () => {
    create('web', { ...template('$Latest'), DesiredCapacity: 2 });
    expect(groups()).toEqual([
      {
        AutoScalingGroupName: 'web',
        AutoScalingGroupARN: expect.stringMatching(/:autoScalingGroupName\/web$/),
        LaunchTemplate: { LaunchTemplateId, LaunchTemplateName: 'web', Version: '$Latest' },
        MinSize: 0,
        MaxSize: 3,
        DesiredCapacity: 2,
        DefaultCooldown: 300,
        HealthCheckType: 'EC2',
        AvailabilityZones: [],
        Instances: [],
        Tags: [],
        CreatedTime: new Date(start),
      },
    ]);
    expect(aws.call('ec2', 'DescribeInstances', {})).toEqual({ Reservations: [] });
  });

  it('need not say a version', () => {
    create('web', template());
    expect(groups()[0]?.LaunchTemplate).toEqual({ LaunchTemplateId, LaunchTemplateName: 'web' });
  });

  it('may mix instances, with templates and images in overrides', () => {
    const LaunchTemplateSpecification = { LaunchTemplateName: 'web', Version: '1' };
    const Overrides = [{ ImageId: image.id }, { InstanceType: 't3.nano', LaunchTemplateSpecification }];
    create('mixed', { MixedInstancesPolicy: { LaunchTemplate: { LaunchTemplateSpecification, Overrides } } });
    const shown = { LaunchTemplateId, LaunchTemplateName: 'web', Version: '1' };
    expect(groups()[0]?.MixedInstancesPolicy).toEqual({
      LaunchTemplate: {
        LaunchTemplateSpecification: shown,
        Overrides: [{ ImageId: image.id }, { InstanceType: 't3.nano', LaunchTemplateSpecification: shown }],
      },
    });
    const many = Array.from({ length: 21 }, () => ({ LaunchTemplateSpecification }));
    const MixedInstancesPolicy = { LaunchTemplate: { LaunchTemplateSpecification, Overrides: many } };
    expect(code('CreateAutoScalingGroup', group('more', { MixedInstancesPolicy }))).toBe('ValidationError');
  });

  it('launch in exactly one way, from what exists', () => {
    for (const wrong of [
      {},
      { ...template(), LaunchConfigurationName: 'old' },
      { LaunchConfigurationName: 'old' },
      template('2'),
      { LaunchTemplate: { LaunchTemplateName: 'other' } },
      { MixedInstancesPolicy: {} },
      { ...template(), DesiredCapacity: 4 },
    ])
      expect(code('CreateAutoScalingGroup', group('web', wrong))).toBe('ValidationError');
    create('web', template());
    expect(code('CreateAutoScalingGroup', group('web', template()))).toBe('AlreadyExists');
  });

  it('outlive their template, and change to another way to launch', () => {
    create('web', { ...template(), DesiredCapacity: 1 });
    aws.call('ec2', 'DeleteLaunchTemplate', { LaunchTemplateId });
    expect(groups()).toMatchObject([{ LaunchTemplate: { LaunchTemplateId } }]);
    configure('old');
    call('UpdateAutoScalingGroup', { AutoScalingGroupName: 'web', LaunchConfigurationName: 'old', MaxSize: 9 });
    const [shown] = groups();
    expect(shown).toMatchObject({ LaunchConfigurationName: 'old', DesiredCapacity: 1, MaxSize: 9 });
    expect(shown?.LaunchTemplate).toBeUndefined();
    call('UpdateAutoScalingGroup', { AutoScalingGroupName: 'web', DesiredCapacity: 0 });
    expect(groups()).toMatchObject([{ LaunchConfigurationName: 'old', DesiredCapacity: 0 }]);
    expect(code('UpdateAutoScalingGroup', { AutoScalingGroupName: 'other' })).toBe('ValidationError');
  });

  it('belong to an account and a Region, are found by name, and come in short pages', () => {
    for (const name of ['a', 'b', 'c']) create(name, template());
    for (const elsewhere of [{ region: 'eu-west-1' }, { account: '444455556666' }])
      expect(aws.call('autoscaling', 'DescribeAutoScalingGroups', {}, elsewhere)).toEqual({ AutoScalingGroups: [] });
    const named = groups({ AutoScalingGroupNames: ['b'] });
    expect(named.map(({ AutoScalingGroupName }) => AutoScalingGroupName)).toEqual(['b']);
    const page = call<AutoScalingGroupsType>('DescribeAutoScalingGroups', { MaxRecords: 2 });
    expect(page.AutoScalingGroups).toHaveLength(1);
    expect(groups({ MaxRecords: 100, NextToken: page.NextToken })).toHaveLength(2);
    expect(code('DescribeAutoScalingGroups', { NextToken: 'mine' })).toBe('InvalidNextToken');
  });
});
