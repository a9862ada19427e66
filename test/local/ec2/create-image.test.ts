import { beforeEach, describe, expect, it } from 'vitest';
import { putCopy, putImage, putInstance } from '../../../local/ec2/fixtures.ts';
import type { ImageRow, InstanceRow } from '../../../local/ec2/rows.ts';
import { account, away, days, type Ec2, home, hours, makeEc2, start, stranger } from './harness.ts';

let ec2: Ec2;
let base: ImageRow;
let instance: InstanceRow;

beforeEach(() => {
  ec2 = makeEc2();
  base = putImage(ec2.world, { account, region: home, name: 'base', disks: [{}, { sizeGiB: 20 }], bootMode: 'uefi' });
  instance = putInstance(ec2.world, base);
});

const create = (input: object = {}): string =>
  ec2.call<{ ImageId: string }>('CreateImage', { InstanceId: instance.id, Name: 'built', ...input }).ImageId;
const refusal = (input: object): string =>
  ec2.code('CreateImage', { InstanceId: instance.id, Name: 'built', ...input });

describe('CreateImage', () => {
  it('makes a pending image that knows its instance and the image below it, and completes with one event', async () => {
    const id = create();
    expect(ec2.image(id)).toMatchObject({
      State: 'pending',
      SourceInstanceId: instance.id,
      SourceImageId: base.id,
      SourceImageRegion: home,
      BootMode: 'uefi',
    });
    await ec2.pass(hours(1));
    expect(ec2.image(id)).toMatchObject({ State: 'available', CreationDate: '2026-01-05T08:00:00.000Z' });
    expect(ec2.events.map((event) => event.detail)).toEqual([
      { RequestId: 'request-1', ImageId: id, State: 'available', ErrorMessage: '' },
    ]);
    const own = ec2
      .snapshots()
      .filter((snapshot) => snapshot.Description === `Created by CreateImage(${instance.id}) for ${id}`);
    expect(own.map((snapshot) => snapshot.VolumeSize).sort()).toEqual([20, 8]);
  });

  it('tags the image and its snapshots, and nothing else', () => {
    const Tags = [{ Key: 'a', Value: 'b' }];
    const id = create({ TagSpecifications: [{ ResourceType: 'image', Tags }] });
    expect(ec2.image(id).Tags).toEqual(Tags);
    expect(ec2.snapshots().flatMap((snapshot) => snapshot.Tags)).toEqual([]);
    create({ Name: 'second', TagSpecifications: [{ ResourceType: 'snapshot', Tags }] });
    expect(ec2.snapshots().flatMap((snapshot) => snapshot.Tags)).toEqual([...Tags, ...Tags]);
    expect(refusal({ Name: 'third', TagSpecifications: [{ ResourceType: 'instance', Tags }] })).toBe(
      'InvalidParameterValue',
    );
  });

  it('is stopped by a name that is taken in this account and Region', () => {
    create();
    expect(refusal({})).toBe('InvalidAMIName.Duplicate');
    for (const Name of ['ab', 'x'.repeat(129), 'a%b']) expect(refusal({ Name }), Name).toBe('InvalidAMIName.Malformed');
    expect(create({ Name: "a (b) [c] d/e-f.g'h@i_j" })).toMatch(/^ami-/);
  });

  it('lets only DeleteOnTermination be changed', () => {
    const id = create({
      BlockDeviceMappings: [
        { DeviceName: '/dev/xvda', Ebs: { DeleteOnTermination: false } },
        { DeviceName: '/dev/sdb', NoDevice: '' },
      ],
    });
    expect(ec2.image(id).BlockDeviceMappings).toMatchObject([{ Ebs: { DeleteOnTermination: false } }]);
    const grown = [{ DeviceName: '/dev/xvda', Ebs: { VolumeSize: 9 } }];
    expect(refusal({ Name: 'big', BlockDeviceMappings: grown })).toBe('InvalidBlockDeviceMapping');
  });

  it('needs an own instance that runs or is stopped', async () => {
    expect(refusal({ InstanceId: 'i-00000000' })).toBe('InvalidInstanceID.NotFound');
    expect(ec2.code('CreateImage', { InstanceId: instance.id, Name: 'x' }, { account: stranger })).toBe(
      'InvalidInstanceID.NotFound',
    );
    ec2.call('TerminateInstances', { InstanceIds: [instance.id] });
    expect(refusal({})).toBe('IncorrectState');
  });
});

describe('RegisterImage', () => {
  const register = (input: object) => ({
    Name: 'registered',
    RootDeviceName: '/dev/xvda',
    BlockDeviceMappings: [{ DeviceName: '/dev/xvda', Ebs: { SnapshotId: base.disks[0]?.snapshotId } }],
    ...input,
  });

  it('uses the snapshots given, with the defaults of EC2, and records no ancestry', async () => {
    const { ImageId } = ec2.call<{ ImageId: string }>('RegisterImage', register({}));
    await ec2.pass(hours(1));
    expect(ec2.image(ImageId)).toMatchObject({
      State: 'available',
      Architecture: 'i386',
      VirtualizationType: 'paravirtual',
      BlockDeviceMappings: [{ Ebs: { SnapshotId: base.disks[0]?.snapshotId } }],
    });
    expect(ec2.image(ImageId).SourceImageId).toBeUndefined();
    expect(ec2.events.map((event) => event.detail.State)).toEqual(['available']);
    expect(
      ec2.call<{ ImageAncestryEntries: object[] }>('GetImageAncestry', { ImageId }).ImageAncestryEntries,
    ).toHaveLength(1);
  });

  it('refuses encryption settings, foreign and unfinished snapshots, and tags for snapshots', () => {
    const withRoot = (Ebs: object) => register({ BlockDeviceMappings: [{ DeviceName: '/dev/xvda', Ebs }] });
    const SnapshotId = base.disks[0]?.snapshotId;
    expect(ec2.code('RegisterImage', withRoot({ SnapshotId, Encrypted: true }))).toBe('InvalidBlockDeviceMapping');
    expect(ec2.code('RegisterImage', withRoot({ VolumeSize: 8 }))).toBe('InvalidBlockDeviceMapping');
    expect(ec2.code('RegisterImage', withRoot({ SnapshotId: 'snap-00000000' }))).toBe('InvalidSnapshot.NotFound');
    create();
    const pending = ec2.snapshots().find((snapshot) => snapshot.State === 'pending');
    expect(ec2.code('RegisterImage', withRoot({ SnapshotId: pending?.SnapshotId }))).toBe('IncorrectState');
    const TagSpecifications = [{ ResourceType: 'snapshot', Tags: [] }];
    expect(ec2.code('RegisterImage', register({ TagSpecifications }))).toBe('InvalidParameterValue');
  });
});

describe('GetImageAncestry', () => {
  const ancestry = (ImageId: string, region = home) =>
    ec2.call<{ ImageAncestryEntries: Record<string, unknown>[] }>('GetImageAncestry', { ImageId }, { region })
      .ImageAncestryEntries;

  it('goes upward through builds and copies, past images that are gone', async () => {
    const root = putImage(ec2.world, {
      account: stranger,
      region: home,
      name: 'os',
      ownerAlias: 'amazon',
      permissions: ['group:all'],
      sourceImageId: 'ami-00000000',
      sourceImageRegion: home,
    });
    const built = create();
    await ec2.pass(hours(1));
    const copied = ec2.call<{ ImageId: string }>(
      'CopyImage',
      { Name: 'copied', SourceImageId: built, SourceRegion: home },
      { region: away },
    ).ImageId;
    ec2.call('DeregisterImage', { ImageId: built });
    ec2.call('DeregisterImage', { ImageId: base.id });
    expect(ancestry(copied, away)).toEqual([
      { ImageId: copied, SourceImageId: built, SourceImageRegion: home, CreationDate: new Date(start + hours(1)) },
      { ImageId: built, SourceImageId: base.id, SourceImageRegion: home, CreationDate: new Date(start) },
      { ImageId: base.id, CreationDate: new Date(start) },
    ]);
    const own = putCopy(ec2.world, root, { account, region: home, name: 'own os', ownerAlias: undefined });
    expect(ancestry(own.id)).toEqual([
      { ImageId: own.id, SourceImageId: root.id, SourceImageRegion: home, CreationDate: new Date(start + hours(1)) },
      { ImageId: root.id, ImageOwnerAlias: 'amazon', CreationDate: new Date(start) },
    ]);
  });

  it('stops at 50 entries', () => {
    let last = base;
    for (let index = 0; index < 60; index += 1)
      last = putCopy(ec2.world, last, { region: home, name: `copy ${index}` });
    expect(ancestry(last.id)).toHaveLength(50);
  });
});

describe('LastLaunchedTime', () => {
  const launch = (as: object = {}) => ec2.call('RunInstances', { ImageId: base.id, MinCount: 1, MaxCount: 1 }, as);

  it('shows a launch a day late, to the owner only, by whichever account', async () => {
    const grant = { ImageId: base.id, OperationType: 'add', UserIds: [stranger] };
    ec2.call('ModifyImageAttribute', grant);
    launch({ account: stranger });
    await ec2.pass(days(1) - 1);
    expect(ec2.image(base.id).LastLaunchedTime).toBeUndefined();
    await ec2.pass(1);
    expect(ec2.image(base.id).LastLaunchedTime).toBe('2026-01-05T08:00:00Z');
    expect(ec2.image(base.id, { account: stranger }).LastLaunchedTime).toBeUndefined();
  });

  it('keeps showing an older launch while a newer one is not due yet', async () => {
    launch();
    await ec2.pass(days(2));
    launch();
    expect(ec2.image(base.id).LastLaunchedTime).toBe('2026-01-05T08:00:00Z');
    await ec2.pass(days(1));
    expect(ec2.image(base.id).LastLaunchedTime).toBe('2026-01-07T08:00:00Z');
  });
});
