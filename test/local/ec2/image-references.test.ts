import type { DescribeImageReferencesResult } from '@aws-sdk/client-ec2';
import { beforeEach, describe, expect, it } from 'vitest';
import { putImage, putInstance } from '../../../local/ec2/fixtures.ts';
import { putRecipe } from '../../../local/ec2/recipes.ts';
import type { ImageRow, InstanceRow } from '../../../local/ec2/rows.ts';
import type { Call, World } from '../../../local/kernel/service.ts';
import { ssmService } from '../../../local/services/ssm.ts';
import { account, away, type Ec2, home, makeEc2, stranger } from './harness.ts';

let ec2: Ec2;
let image: ImageRow;

beforeEach(() => {
  ec2 = makeEc2();
  image = putImage(ec2.world, { account, region: home, name: 'golden', permissions: [`account:${stranger}`] });
});

const everything = { IncludeAllResourceTypes: true };

const ask = (input: object, as: { account?: string; region?: string } = {}): DescribeImageReferencesResult =>
  ec2.call('DescribeImageReferences', { ImageIds: [image.id], ...input }, as);

/** `ec2:Instance instance/i-0a1`, by what each reference ends with. */
const found = (input: object = everything, as: { account?: string; region?: string } = {}): string[] =>
  (ask(input, as).ImageReferences ?? []).map(
    ({ ResourceType, Arn = '' }) => `${ResourceType} ${Arn.split(':').slice(5).join(':')}`,
  );

const typed = (ResourceType: string, OptionName?: string, ...OptionValues: string[]) => ({
  ResourceTypes: [{ ResourceType, ...(OptionName && { ResourceTypeOptions: [{ OptionName, OptionValues }] }) }],
});

const putParameter = (world: World, Name: string, Value: string): void => {
  const operation = ssmService.operations.PutParameter as (input: object, call: Call) => unknown;
  operation({ Name, Value, Type: 'String' }, { account, region: home, requestId: () => 'r', world });
};

const template = (ImageId: string, versionsAfter: number): string => {
  const made = ec2.call<{ LaunchTemplate: { LaunchTemplateId: string } }>('CreateLaunchTemplate', {
    LaunchTemplateName: 'fleet',
    LaunchTemplateData: { ImageId },
  });
  const LaunchTemplateId = made.LaunchTemplate.LaunchTemplateId;
  for (let count = 0; count < versionsAfter; count++)
    ec2.call('CreateLaunchTemplateVersion', { LaunchTemplateId, LaunchTemplateData: { InstanceType: 't3.nano' } });
  return LaunchTemplateId;
};

describe('DescribeImageReferences', () => {
  it('finds instances, launch templates, parameters and recipes of the caller in the Region', () => {
    const { id } = putInstance(ec2.world, image);
    const lt = template(image.id, 0);
    putParameter(ec2.world, '/ci/base', `base=${image.id}`);
    putRecipe(ec2.world, {
      account,
      region: home,
      kind: 'image-recipe',
      name: 'web',
      version: '1.0.0',
      imageId: image.id,
    });
    putRecipe(ec2.world, {
      account,
      region: home,
      kind: 'container-recipe',
      name: 'box',
      version: '2.0.0',
      imageId: image.id,
    });
    expect(found()).toEqual([
      `ec2:Instance instance/${id}`,
      `ec2:LaunchTemplate launch-template/${lt}`,
      'imagebuilder:ContainerRecipe container-recipe/box/2.0.0',
      'imagebuilder:ImageRecipe image-recipe/web/1.0.0',
      'ssm:Parameter parameter/ci/base',
    ]);
    expect(found(everything, { account: stranger })).toEqual([]);
    expect(found(everything, { region: away })).toEqual([]);
  });

  it('counts every state of an instance unless the caller names some', () => {
    const states: InstanceRow['state'][] = ['pending', 'running', 'shutting-down', 'terminated', 'stopping', 'stopped'];
    for (const state of states) putInstance(ec2.world, image, { state });
    expect(found()).toHaveLength(6);
    expect(found(typed('ec2:Instance', 'state-name', 'running', 'stopped'))).toHaveLength(2);
  });

  it('looks at the 10 newest versions of a launch template unless the caller asks for more', () => {
    template(image.id, 10);
    expect(found()).toEqual([]);
    expect(found(typed('ec2:LaunchTemplate', 'version-depth', '10'))).toEqual([]);
    expect(found(typed('ec2:LaunchTemplate', 'version-depth', '11'))).toHaveLength(1);
    expect(found({ ...everything, ...typed('ec2:LaunchTemplate', 'version-depth', '10000') })).toHaveLength(1);
  });

  it.each([false, true])('finds what a template names through a parameter if the switch says so: %s', (resolves) => {
    ec2 = makeEc2({ referencesResolveAlias: resolves });
    image = putImage(ec2.world, { account, region: home, name: 'golden' });
    putParameter(ec2.world, '/golden', image.id);
    template('resolve:ssm:/golden', 0);
    expect(found(typed('ec2:LaunchTemplate'))).toHaveLength(resolves ? 1 : 0);
    expect(found(typed('ssm:Parameter'))).toHaveLength(1);
  });

  it('answers in pages', () => {
    for (let count = 0; count < 7; count++) putInstance(ec2.world, image);
    const first = ask({ ...everything, MaxResults: 5 });
    expect(first.ImageReferences).toHaveLength(5);
    const second = ask({ ...everything, MaxResults: 5, NextToken: first.NextToken });
    expect(second.ImageReferences).toHaveLength(2);
    expect(second.NextToken).toBeUndefined();
  });

  it('takes ids of anybody, also of images that are gone, and up to 10', () => {
    putInstance(ec2.world, image, { imageId: 'ami-0123456789abcdef0' });
    expect(found({ ...everything, ImageIds: ['ami-0123456789abcdef0'] })).toHaveLength(1);
    const eleven = Array.from({ length: 11 }, (_, n) => `ami-0123456789abcde${n + 10}`);
    expect(ec2.code('DescribeImageReferences', { ...everything, ImageIds: eleven })).toBe('InvalidParameterValue');
  });

  it.each([
    ['nothing about types', {}, 'InvalidParameterCombination'],
    ['no image', { ...everything, ImageIds: [] }, 'MissingParameter'],
    ['a word that is no id', { ...everything, ImageIds: ['golden'] }, 'InvalidAMIID.Malformed'],
    ['an unknown type', typed('ec2:Fleet'), 'InvalidParameterValue'],
    ['an option of another type', typed('ssm:Parameter', 'version-depth', '5'), 'InvalidParameterValue'],
    ['too great a depth', typed('ec2:LaunchTemplate', 'version-depth', '10001'), 'InvalidParameterValue'],
    ['a page of less than 5', { ...everything, MaxResults: 4 }, 'InvalidParameterValue'],
  ])('refuses %s', (_what, input, code) => {
    expect(ec2.code('DescribeImageReferences', { ImageIds: [image.id], ...input })).toBe(code);
  });
});
