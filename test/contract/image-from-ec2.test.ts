import type { Image as Ec2Image } from '@aws-sdk/client-ec2';
import { describe, expect, it } from 'vitest';
import { imageFromEc2 } from '../../shared/aws/image-from-ec2.ts';
import { known } from '../../shared/model/evidence.ts';
import { hasFailed, isLive, isThere } from '../../shared/model/image.ts';

const full: Ec2Image = {
  ImageId: 'ami-0123456789abcdef0',
  Name: 'golden-1',
  OwnerId: '000011112222',
  ImageOwnerAlias: 'self',
  State: 'failed',
  StateReason: { Code: 'Client.InternalError', Message: 'the key is gone' },
  CreationDate: '2026-01-02T03:04:05.000Z',
  DeprecationTime: '2027-01-01T00:00:00.000Z',
  LastLaunchedTime: '2026-10-20T07:07:19Z',
  Architecture: 'arm64',
  Platform: 'Windows',
  RootDeviceType: 'ebs',
  Public: true,
  ProductCodes: [{ ProductCodeId: 'abc', ProductCodeType: 'marketplace' }],
  BlockDeviceMappings: [
    { DeviceName: '/dev/sda1', Ebs: { SnapshotId: 'snap-1', VolumeSize: 8, Encrypted: true, KmsKeyId: 'key' } },
    { DeviceName: '/dev/sdb', Ebs: { SnapshotId: 'snap-2', VolumeSize: 100, Encrypted: false } },
    { DeviceName: '/dev/sdc', Ebs: { SnapshotId: 'snap-1', VolumeSize: 8 } },
    { DeviceName: '/dev/sdd', VirtualName: 'ephemeral0' },
  ],
  Tags: [
    { Key: 'Team', Value: 'core' },
    { Key: 'Empty', Value: '' },
  ],
  DeregistrationProtection: 'enabled-with-cooldown',
  SourceImageId: 'ami-0aaaaaaaaaaaaaaaa',
  SourceImageRegion: 'us-east-1',
  SourceInstanceId: 'i-0123456789abcdef0',
};
const bare: Ec2Image = { ImageId: 'ami-0123456789abcdef0', State: 'available' };

describe('an image of DescribeImages', () => {
  it('is read whole', () => {
    expect(imageFromEc2('eu-west-1', full)).toStrictEqual({
      region: 'eu-west-1',
      id: 'ami-0123456789abcdef0',
      name: 'golden-1',
      ownerId: '000011112222',
      ownerAlias: 'self',
      state: 'failed',
      stateReason: 'the key is gone',
      createdAt: Date.UTC(2026, 0, 2, 3, 4, 5),
      architecture: 'arm64',
      platform: 'windows',
      rootDeviceType: 'ebs',
      snapshots: ['snap-1', 'snap-2'],
      sizeGiB: 116,
      encrypted: true,
      kmsKeyIds: ['key'],
      tags: known({ Team: 'core', Empty: '' }),
      public: true,
      productCodes: ['abc'],
      sourceImageId: 'ami-0aaaaaaaaaaaaaaaa',
      sourceImageRegion: 'us-east-1',
      sourceInstanceId: 'i-0123456789abcdef0',
      deprecationAt: Date.UTC(2027, 0, 1),
      deregistrationProtection: known('enabled-with-cooldown'),
      lastLaunchedAt: known(Date.UTC(2026, 9, 20, 7, 7, 19)),
      severity: known(undefined),
    });
  });

  it('without tags or launches, live, has none', () => {
    const image = imageFromEc2('eu-west-1', bare);
    expect(image.tags).toEqual(known({}));
    expect(image.lastLaunchedAt).toEqual(known(undefined));
  });

  it('from a file that does not carry a field leaves it unknown', () => {
    const image = imageFromEc2('eu-west-1', bare, { fieldsPresent: new Set() });
    expect(image.tags.complete).toBe(false);
    expect(image.lastLaunchedAt.complete).toBe(false);
  });

  it('from a file that carries tags on other images has none', () => {
    const image = imageFromEc2('eu-west-1', bare, { fieldsPresent: new Set(['Tags']) });
    expect(image.tags).toEqual(known({}));
    expect(image.lastLaunchedAt.complete).toBe(false);
  });

  it('is as bad as the worst finding of the scan, and unknown with a label that nobody knows', () => {
    const scanned = (label: string) =>
      imageFromEc2('eu-west-1', { ...bare, ScanResults: { HighestFindingSeverityLabel: label as 'high' } });
    expect(scanned('high').severity).toEqual(known('high'));
    expect(scanned('apocalyptic').severity.complete).toBe(false);
    expect(imageFromEc2('eu-west-1', bare).severity).toEqual(known(undefined));
    expect(imageFromEc2('eu-west-1', bare, { fieldsPresent: new Set() }).severity.complete).toBe(false);
  });

  it('without a word about deregistration protection leaves it unknown', () => {
    expect(imageFromEc2('eu-west-1', bare).deregistrationProtection.complete).toBe(false);
  });

  it('reads dates that a reader of the file has already made', () => {
    const at = new Date('2026-01-02T03:04:05Z');
    const image = imageFromEc2('eu-west-1', { ...bare, CreationDate: at as unknown as string });
    expect(image.createdAt).toBe(at.getTime());
  });

  it('has no build date when the text is no date, and no known launch either', () => {
    const image = imageFromEc2('eu-west-1', { ...bare, CreationDate: 'yesterday-ish', LastLaunchedTime: 'soon' });
    expect('createdAt' in image).toBe(false);
    expect(image.lastLaunchedAt.complete).toBe(false);
  });

  it('without a state has not failed, so that nothing cleans it up', () => {
    const image = imageFromEc2('eu-west-1', { ImageId: 'ami-0123456789abcdef0' });
    expect([hasFailed(image), isThere(image), isLive(image)]).toEqual([false, true, false]);
  });

  it('without an id spoils the list', () => {
    expect(() => imageFromEc2('eu-west-1', { State: 'available' })).toThrow(/without ImageId/);
  });
});
