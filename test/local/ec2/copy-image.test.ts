import { describe, expect, it } from 'vitest';
import { putImage } from '../../../local/ec2/fixtures.ts';
import type { ImageRow } from '../../../local/ec2/rows.ts';
import { account, away, days, type Ec2, home, hours, makeEc2, minutes, stranger } from './harness.ts';

const _key = 'arn:aws:kms:us-east-1:111122223333:key/0f0f0f0f-1111-2222-3333-444455556666';

const source = (ec2: Ec2, more: Partial<ImageRow> = {}) =>
  putImage(ec2.world, { account, region: home, name: 'golden 1', ...more });

const request = (image: ImageRow, more: object = {}) => ({
  Name: 'golden 1',
  SourceImageId: image.id,
  SourceRegion: image.region,
  ...more,
});

const copy = (ec2: Ec2, image: ImageRow, more: object = {}, as: object = {}): string =>
  ec2.call<{ ImageId: string }>('CopyImage', request(image, more), { region: away, ...as }).ImageId;

const refusal = (ec2: Ec2, image: ImageRow, more: object = {}, as: object = {}): string =>
  ec2.code('CopyImage', request(image, more), { region: away, ...as });

describe('CopyImage', () => {
  it('makes a pending image with its own id and snapshots in the destination Region', () => {
    const ec2 = makeEc2();
    const image = source(ec2);
    const id = copy(ec2, image);
    const copied = ec2.image(id, { region: away });
    expect(copied).toMatchObject({ State: 'pending', SourceImageId: image.id, SourceImageRegion: home });
    expect(copied.SourceInstanceId).toBeUndefined();
    expect(id).not.toBe(image.id);
    expect(copied.BlockDeviceMappings?.[0]?.Ebs?.SnapshotId).not.toBe(image.disks[0]?.snapshotId);
    expect(ec2.snapshots(away)).toMatchObject([{ State: 'pending', VolumeSize: 8 }]);
    expect(ec2.code('DescribeImages', { ImageIds: [id] })).toBe('InvalidAMIID.NotFound');
  });

  it('becomes available later, with one event in the destination Region that names the call', async () => {
    const ec2 = makeEc2();
    const id = copy(ec2, source(ec2));
    expect(ec2.events).toEqual([]);
    await ec2.pass(hours(1));
    expect(ec2.image(id, { region: away }).State).toBe('available');
    expect(ec2.snapshots(away)).toMatchObject([{ State: 'completed', Progress: '100%' }]);
    expect(ec2.events).toEqual([
      {
        'detail-type': 'EC2 AMI State Change',
        source: 'aws.ec2',
        account,
        region: away,
        resources: [`arn:aws:ec2:us-east-1::image/${id}`],
        detail: { RequestId: 'request-1', ImageId: id, State: 'available', ErrorMessage: '' },
      },
    ]);
  });

  it('takes longer for more data', async () => {
    const ec2 = makeEc2();
    const small = copy(ec2, source(ec2), { Name: 'small' });
    const large = copy(ec2, source(ec2, { name: 'large', disks: [{ sizeGiB: 500 } as never] }), { Name: 'large' });
    await ec2.pass(minutes(60));
    expect(ec2.image(small, { region: away }).State).toBe('available');
    expect(ec2.image(large, { region: away }).State).toBe('pending');
  });

  it('keeps the time that a time-based copy was given, in steps of 15 minutes', async () => {
    const ec2 = makeEc2();
    const image = source(ec2, { disks: [{ sizeGiB: 500 } as never] });
    const minutesOf = (count: number) => ({ SnapshotCopyCompletionDurationMinutes: count });
    for (const wrong of [0, 14, 20, 2895])
      expect(refusal(ec2, image, minutesOf(wrong)), String(wrong)).toBe('InvalidParameterValue');
    const id = copy(ec2, image, minutesOf(15));
    expect(ec2.snapshots(away)).toMatchObject([{ TransferType: 'time-based', CompletionDurationMinutes: 15 }]);
    await ec2.pass(minutes(15));
    expect(ec2.image(id, { region: away }).State).toBe('available');
  });

  it('drops launch permissions, and tags unless they are asked for', () => {
    const ec2 = makeEc2();
    const image = source(ec2, {
      permissions: [`account:${stranger}`],
      tags: { team: 'base', 'aws:cloudformation:stack-name': 'x' },
    });
    const bare = copy(ec2, image, { Name: 'bare' });
    const tagged = copy(ec2, image, {
      Name: 'tagged',
      CopyImageTags: true,
      TagSpecifications: [
        { ResourceType: 'image', Tags: [{ Key: 'stage', Value: 'copy' }] },
        { ResourceType: 'snapshot', Tags: [{ Key: 'of', Value: 'copy' }] },
      ],
    });
    expect(ec2.image(bare, { region: away }).Tags).toEqual([]);
    expect(ec2.image(tagged, { region: away }).Tags).toEqual([
      { Key: 'team', Value: 'base' },
      { Key: 'stage', Value: 'copy' },
    ]);
    expect(ec2.snapshots(away).map((snapshot) => snapshot.Tags)).toContainEqual([{ Key: 'of', Value: 'copy' }]);
    const attribute = { ImageId: bare, Attribute: 'launchPermission' };
    expect(ec2.call('DescribeImageAttribute', attribute, { region: away })).toEqual({
      ImageId: bare,
      LaunchPermissions: [],
    });
  });

  it('answers a repeated token with the same image, and other parameters with a mismatch', () => {
    const ec2 = makeEc2();
    const image = source(ec2);
    const id = copy(ec2, image, { ClientToken: 'once' });
    expect(copy(ec2, image, { ClientToken: 'once' })).toBe(id);
    expect(refusal(ec2, image, { ClientToken: 'once', Name: 'other' })).toBe('IdempotentParameterMismatch');
    expect(refusal(ec2, image, { ClientToken: 'ONCE' })).toBe('InvalidAMIName.Duplicate');
    expect(refusal(ec2, image)).toBe('InvalidAMIName.Duplicate');
    expect(refusal(ec2, image, { ClientToken: 'x'.repeat(65) })).toBe('InvalidParameterValue');
    expect(ec2.snapshots(away)).toHaveLength(1);
  });

  it.each([
    { life: 'call', after: minutes(2), known: false },
    { life: 'day', after: hours(23), known: true },
    { life: 'day', after: hours(25), known: false },
    { life: 'ever', after: days(400), known: true },
  ] as const)('remembers a token for "$life" ($after ms later: $known)', async ({ life, after, known }) => {
    const ec2 = makeEc2({ copyTokenLife: life });
    const image = source(ec2);
    const id = copy(ec2, image, { ClientToken: 'once' });
    await ec2.pass(after);
    if (known) expect(copy(ec2, image, { ClientToken: 'once' })).toBe(id);
    else expect(refusal(ec2, image, { ClientToken: 'once' })).toBe('InvalidAMIName.Duplicate');
  });

  it('needs the storage of a foreign image, not only its launch permission', () => {
    const ec2 = makeEc2();
    const as = { account: stranger };
    const hidden = source(ec2, { name: 'hidden' });
    const launchable = source(ec2, { name: 'launchable', permissions: [`account:${stranger}`], tags: { a: '1' } });
    const marketplace = source(ec2, { permissions: [`account:${stranger}`], productCodes: ['abc'] });
    expect(refusal(ec2, hidden, {}, as)).toBe('InvalidAMIID.NotFound');
    expect(refusal(ec2, launchable, {}, as)).toBe('InvalidRequest');
    expect(refusal(ec2, marketplace, {}, as)).toBe('InvalidRequest');
    const change = { OperationType: 'add', UserIds: [stranger] };
    ec2.call('ModifySnapshotAttribute', { SnapshotId: launchable.disks[0]?.snapshotId, ...change });
    const id = copy(ec2, launchable, { CopyImageTags: true }, as);
    expect(ec2.image(id, { ...as, region: away })).toMatchObject({ OwnerId: stranger, Tags: [] });
    expect(copy(ec2, marketplace)).toMatch(/^ami-0/);
  });

  it('may take a name that another account uses in the same Region', () => {
    const ec2 = makeEc2();
    const image = putImage(ec2.world, {
      account,
      region: home,
      name: 'golden 1',
      permissions: ['group:all'],
      snapshotPermissions: ['group:all'],
    });
    expect(refusal(ec2, image, {}, { region: home })).toBe('InvalidAMIName.Duplicate');
    expect(copy(ec2, image, {}, { region: home, account: stranger })).toMatch(/^ami-0/);
  });

  it('refuses images that cannot be copied, and more than 300 at a time', async () => {
    const ec2 = makeEc2({ imageCopiesCountAsSnapshotCopies: false });
    expect(refusal(ec2, source(ec2, { rootDeviceType: 'instance-store', name: 'old' }))).toBe('InvalidRequest');
    expect(refusal(ec2, source(ec2, { state: 'disabled', name: 'off' }))).toBe('InvalidAMIID.Unavailable');
    const image = source(ec2);
    expect(refusal(ec2, image, { SourceRegion: 'mars-north-1' })).toBe('InvalidParameterValue');
    expect(refusal(ec2, image, { SourceImageId: 'ami-xyz' })).toBe('InvalidAMIID.Malformed');
    expect(refusal(ec2, image, { Name: 'a*b' })).toBe('InvalidAMIName.Malformed');
    expect(refusal(ec2, image, { Name: undefined })).toBe('MissingParameter');
    for (let index = 0; index < 300; index += 1) copy(ec2, image, { Name: `copy ${index}` });
    expect(refusal(ec2, image)).toBe('ResourceLimitExceeded');
    expect(copy(ec2, image, {}, { region: 'ap-southeast-2' })).toMatch(/^ami-0/);
    await ec2.pass(hours(1));
    expect(copy(ec2, image)).toMatch(/^ami-0/);
  });

  it.each([true, false])('refuses a name that is taken as the switch says (%s)', (copyRefusesTakenName) => {
    const ec2 = makeEc2({ copyRefusesTakenName });
    const image = source(ec2);
    copy(ec2, image, { Name: 'twice' });
    const again = () => copy(ec2, image, { Name: 'twice' });
    if (copyRefusesTakenName) expect(again).toThrow('already in use');
    else expect(again()).toMatch(/^ami-0/);
    expect(() => copy(ec2, image, { Name: 'a?' })).toThrow('AMI names must be');
  });

  it.each([true, false])('carries deprecation and protection as the switches say (%s)', (carries) => {
    const ec2 = makeEc2({ copyCarriesDeprecation: carries, copyCarriesProtection: carries });
    const image = source(ec2, { deprecateAt: Date.parse('2027-01-01'), protection: { mode: 'enabled' } });
    const copied = ec2.image(copy(ec2, image), { region: away });
    expect(copied.DeregistrationProtection).toBe(carries ? 'enabled' : 'disabled');
    expect(copied.DeprecationTime).toBe(carries ? '2027-01-01T00:00:00.000Z' : undefined);
  });
});
