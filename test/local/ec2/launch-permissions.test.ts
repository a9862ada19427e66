import { beforeEach, describe, expect, it } from 'vitest';
import { putImage } from '../../../local/ec2/fixtures.ts';
import type { ImageRow } from '../../../local/ec2/rows.ts';
import { account, away, days, type Ec2, home, makeEc2, minutes, start, stranger } from './harness.ts';

const organization = 'arn:aws:organizations::999988887777:organization/o-abcdefghij';
const unit = 'arn:aws:organizations::999988887777:ou/o-abcdefghij/ou-ab12-abcdefgh';

let ec2: Ec2;
let image: ImageRow;

const put = (more: Partial<ImageRow>) => putImage(ec2.world, { account, region: home, name: 'other', ...more });
const modify = (input: object) => ec2.call('ModifyImageAttribute', { ImageId: image.id, ...input });
const refusal = (input: object, as?: object) => ec2.code('ModifyImageAttribute', { ImageId: image.id, ...input }, as);
const permissions = (id = image.id) =>
  ec2.call<{ LaunchPermissions: object[] }>('DescribeImageAttribute', { ImageId: id, Attribute: 'launchPermission' })
    .LaunchPermissions;
const add = (...Add: object[]) => ({ LaunchPermission: { Add } });

beforeEach(() => {
  ec2 = makeEc2();
  image = putImage(ec2.world, { account, region: home, name: 'golden' });
});

describe('ModifyImageAttribute', () => {
  it('adds and removes accounts, organizations and units, in both forms, without events', () => {
    modify(add({ UserId: stranger }, { OrganizationArn: organization }));
    modify(add({ UserId: stranger }));
    modify({ Attribute: 'launchPermission', OperationType: 'add', OrganizationalUnitArns: [unit] });
    expect(permissions()).toEqual([
      { UserId: stranger },
      { OrganizationArn: organization },
      { OrganizationalUnitArn: unit },
    ]);
    modify({ OperationType: 'remove', UserIds: [stranger, '000000000000'] });
    modify({ LaunchPermission: { Remove: [{ OrganizationArn: organization }] } });
    expect(permissions()).toEqual([{ OrganizationalUnitArn: unit }]);
    expect(ec2.events).toEqual([]);
  });

  it('refuses what is no account, no ARN, or more than one entity in an entry', () => {
    const bad = [
      { UserId: '123' },
      { Group: 'everyone' },
      { OrganizationArn: 'o-abcdefghij' },
      { OrganizationalUnitArn: organization },
    ];
    for (const entry of bad) expect(refusal(add(entry)), JSON.stringify(entry)).toBe('InvalidAMIAttributeItemValue');
    expect(refusal(add({ UserId: stranger, Group: 'all' }))).toBe('InvalidParameterCombination');
    expect(refusal(add({}))).toBe('InvalidParameterCombination');
    expect(refusal({ UserIds: [stranger] })).toBe('InvalidParameterValue');
    expect(refusal({ Attribute: 'launchPermission' })).toBe('MissingParameter');
    expect(refusal({})).toBe('MissingParameter');
    expect(permissions()).toEqual([]);
  });

  it('changes one attribute per call', () => {
    expect(refusal({ Description: { Value: 'x' }, ...add({ UserId: stranger }) })).toBe('InvalidParameterCombination');
    modify({ Description: { Value: 'fine' } });
    expect(ec2.image(image.id).Description).toBe('fine');
    modify({ Attribute: 'description', Value: 'finer' });
    expect(ec2.image(image.id).Description).toBe('finer');
    expect(refusal({ ImdsSupport: { Value: 'v1.0' } })).toBe('InvalidParameterValue');
    modify({ ImdsSupport: { Value: 'v2.0' } });
    expect(ec2.image(image.id).ImdsSupport).toBe('v2.0');
    expect(refusal({ Attribute: 'kernel', Value: 'x' })).toBe('InvalidParameterValue');
  });

  it('shares with at most 1000 entities, groups not counted', () => {
    const UserIds = Array.from({ length: 1000 }, (_, index) => String(100_000_000_000 + index));
    modify({ OperationType: 'add', UserIds });
    expect(refusal(add({ UserId: stranger }))).toBe('ResourceLimitExceeded');
    modify({ OperationType: 'remove', UserIds: UserIds.slice(0, 1) });
    modify(add({ UserId: stranger }));
    expect(permissions()).toHaveLength(1000);
    ec2.call('DisableImageBlockPublicAccess', {});
    modify(add({ Group: 'all' }));
    expect(permissions()).toHaveLength(1001);
    const many = Array.from({ length: 10_001 }, () => stranger);
    expect(refusal({ OperationType: 'add', UserIds: many })).toBe('InvalidParameterValue');
  });

  it('makes no image public that is encrypted, has product codes, or while public sharing is blocked', () => {
    expect(refusal(add({ Group: 'all' }))).toBe('OperationNotPermitted');
    ec2.call('DisableImageBlockPublicAccess', {});
    modify(add({ Group: 'all' }));
    expect(ec2.image(image.id)).toMatchObject({ Public: true });
    image = put({ disks: [{ kmsKeyId: 'arn:aws:kms:eu-west-1:111122223333:key/1' } as never] });
    expect(refusal(add({ Group: 'all' }))).toBe('OperationNotPermitted');
    modify(add({ UserId: stranger }));
    image = put({ productCodes: ['abc'] });
    expect(refusal(add({ Group: 'all' }))).toBe('OperationNotPermitted');
  });

  it('blocks public sharing again only after ten minutes, and leaves what is public', async () => {
    const state = () => ec2.call('GetImageBlockPublicAccessState', {});
    expect(state()).toMatchObject({ ImageBlockPublicAccessState: 'block-new-sharing' });
    ec2.call('DisableImageBlockPublicAccess', {});
    modify(add({ Group: 'all' }));
    ec2.call('EnableImageBlockPublicAccess', { ImageBlockPublicAccessState: 'block-new-sharing' });
    expect(state()).toMatchObject({ ImageBlockPublicAccessState: 'unblocked' });
    await ec2.pass(minutes(10));
    expect(state()).toMatchObject({ ImageBlockPublicAccessState: 'block-new-sharing' });
    expect(ec2.image(image.id).Public).toBe(true);
  });

  it('deprecates a public image two years after its creation at the latest', () => {
    ec2.call('DisableImageBlockPublicAccess', {});
    modify(add({ Group: 'all' }));
    expect(Date.parse(ec2.image(image.id).DeprecationTime ?? '')).toBe(start + days(730));
    const deprecate = (at: number) => ({ ImageId: image.id, DeprecateAt: new Date(at) });
    expect(ec2.code('EnableImageDeprecation', deprecate(start + days(800)))).toBe('InvalidParameterValue');
    expect(ec2.code('DisableImageDeprecation', { ImageId: image.id })).toBe('OperationNotPermitted');
    ec2.call('EnableImageDeprecation', deprecate(start + days(100)));
    modify({ LaunchPermission: { Remove: [{ Group: 'all' }] } });
    ec2.call('EnableImageDeprecation', deprecate(start + days(800)));
    ec2.call('DisableImageDeprecation', { ImageId: image.id });
    expect(ec2.image(image.id).DeprecationTime).toBeUndefined();
  });

  it('shares no image under the default EBS key', async () => {
    const { ImageId } = ec2.call<{ ImageId: string }>(
      'CopyImage',
      {
        Name: 'secret',
        SourceImageId: image.id,
        SourceRegion: home,
        Encrypted: true,
      },
      { region: away },
    );
    await ec2.pass(days(1));
    const input = { ImageId, ...add({ UserId: stranger }) };
    expect(ec2.code('ModifyImageAttribute', input, { region: away })).toBe('OperationNotPermitted');
  });

  it('is for the owner of an available image', () => {
    expect(refusal(add({ UserId: stranger }), { account: stranger })).toBe('InvalidAMIID.NotFound');
    modify(add({ UserId: stranger }));
    expect(refusal(add({ UserId: stranger }), { account: stranger })).toBe('AuthFailure');
    expect(refusal(add({ UserId: stranger }), { region: away })).toBe('InvalidAMIID.NotFound');
    for (const state of ['pending', 'failed', 'disabled'] as const) {
      image = put({ state, name: state });
      expect(refusal(add({ UserId: stranger }))).toBe('InvalidAMIID.Unavailable');
    }
  });
});

describe('the other attribute operations', () => {
  it('reset makes private, cancel takes only the caller off the list', () => {
    modify(add({ UserId: stranger }, { UserId: '777788889999' }));
    expect(ec2.code('CancelImageLaunchPermission', { ImageId: image.id })).toBe('InvalidRequest');
    ec2.call('CancelImageLaunchPermission', { ImageId: image.id }, { account: stranger });
    expect(permissions()).toEqual([{ UserId: '777788889999' }]);
    ec2.call('ResetImageAttribute', { ImageId: image.id, Attribute: 'launchPermission' });
    expect(permissions()).toEqual([]);
    expect(ec2.code('ResetImageAttribute', { ImageId: image.id, Attribute: 'description' })).toBe(
      'InvalidParameterValue',
    );
  });

  it('describe answers one attribute, to the owner', () => {
    const describeOne = (Attribute: string) => ec2.call('DescribeImageAttribute', { ImageId: image.id, Attribute });
    expect(describeOne('lastLaunchedTime')).toEqual({ ImageId: image.id, LastLaunchedTime: {} });
    expect(describeOne('deregistrationProtection')).toMatchObject({ DeregistrationProtection: { Value: 'disabled' } });
    expect(describeOne('productCodes')).toMatchObject({ ProductCodes: [] });
    expect(ec2.code('DescribeImageAttribute', { ImageId: image.id, Attribute: 'blockDeviceMapping' })).toBe(
      'AuthFailure',
    );
    expect(ec2.code('DescribeImageAttribute', { ImageId: image.id, Attribute: 'colour' })).toBe(
      'InvalidParameterValue',
    );
  });
});
