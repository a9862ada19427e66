import { expect, it } from 'vitest';
import { putImage } from '../../../local/ec2/fixtures.ts';
import { account, away, days, type Ec2, home, hours, makeEc2, stranger } from './harness.ts';

function lockable(): { ec2: Ec2; SnapshotId: string } {
  const ec2 = makeEc2();
  const { disks } = putImage(ec2.world, { account, region: home, name: 'golden' });
  return { ec2, SnapshotId: disks[0]?.snapshotId ?? '' };
}

it('a governance lock can be taken off at any time, and only by the owner', () => {
  const { ec2, SnapshotId } = lockable();
  ec2.call('LockSnapshot', { SnapshotId, LockMode: 'governance', LockDuration: 7 });
  expect(ec2.code('UnlockSnapshot', { SnapshotId }, { account: stranger })).toBe('InvalidSnapshot.NotFound');
  expect(ec2.call('UnlockSnapshot', { SnapshotId })).toEqual({ SnapshotId });
  expect(ec2.call<{ Snapshots: unknown[] }>('DescribeLockedSnapshots', {}).Snapshots).toEqual([]);
  expect(ec2.code('UnlockSnapshot', { SnapshotId })).toBe('IncorrectState');
});

it('a compliance lock can be taken off while it cools off, and by nobody afterwards', async () => {
  const lock = { LockMode: 'compliance', LockDuration: 7, CoolOffPeriod: 2 };
  const first = lockable();
  first.ec2.call('LockSnapshot', { SnapshotId: first.SnapshotId, ...lock });
  await first.ec2.pass(hours(2) - 1);
  first.ec2.call('UnlockSnapshot', { SnapshotId: first.SnapshotId });
  const second = lockable();
  second.ec2.call('LockSnapshot', { SnapshotId: second.SnapshotId, ...lock });
  await second.ec2.pass(hours(2));
  expect(second.ec2.code('UnlockSnapshot', { SnapshotId: second.SnapshotId })).toBe('OperationNotPermitted');
  await second.ec2.pass(days(7));
  expect(second.ec2.code('UnlockSnapshot', { SnapshotId: second.SnapshotId })).toBe('IncorrectState');
});

it('resetting a snapshot makes it private', () => {
  const { ec2, SnapshotId } = lockable();
  const Attribute = 'createVolumePermission';
  ec2.call('ModifySnapshotAttribute', { SnapshotId, Attribute, OperationType: 'add', UserIds: [stranger] });
  ec2.call('ResetSnapshotAttribute', { SnapshotId, Attribute });
  expect(ec2.call('DescribeSnapshotAttribute', { SnapshotId, Attribute })).toMatchObject({
    CreateVolumePermissions: [],
  });
  expect(ec2.code('ResetSnapshotAttribute', { SnapshotId, Attribute: 'productCodes' })).toBe('InvalidParameterValue');
});

it('encryption by default and its key decide what copies into a Region are under', () => {
  const ec2 = makeEc2();
  const { id } = putImage(ec2.world, { account, region: home, name: 'plain' });
  const there = { region: away };
  const diskOf = (Name: string) => {
    const asked = { SourceImageId: id, SourceRegion: home, Name };
    const { ImageId } = ec2.call<{ ImageId: string }>('CopyImage', asked, there);
    return ec2.image(ImageId, there).BlockDeviceMappings?.[0]?.Ebs;
  };
  const usual = ec2.call<{ KmsKeyId: string }>('GetEbsDefaultKmsKeyId', {}, there).KmsKeyId;
  expect(diskOf('one')).toMatchObject({ Encrypted: false });
  ec2.call('EnableEbsEncryptionByDefault', {}, there);
  expect(diskOf('two')).toMatchObject({ Encrypted: true, KmsKeyId: usual });
  ec2.call('ModifyEbsDefaultKmsKeyId', { KmsKeyId: 'alias/own' }, there);
  const own = ec2.call<{ KmsKeyId: string }>('GetEbsDefaultKmsKeyId', {}, there).KmsKeyId;
  expect(own).not.toBe(usual);
  expect(diskOf('three')).toMatchObject({ Encrypted: true, KmsKeyId: own });
  expect(ec2.call('ResetEbsDefaultKmsKeyId', {}, there)).toEqual({ KmsKeyId: usual });
  expect(ec2.call('GetEbsEncryptionByDefault', {}, there)).toEqual({ EbsEncryptionByDefault: true });
  expect(ec2.call('GetEbsEncryptionByDefault', {})).toEqual({ EbsEncryptionByDefault: false });
  ec2.call('DisableEbsEncryptionByDefault', {}, there);
  expect(diskOf('four')).toMatchObject({ Encrypted: false });
});
