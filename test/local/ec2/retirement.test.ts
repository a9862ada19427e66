import { beforeEach, describe, expect, it } from 'vitest';
import { putImage, putInstance } from '../../../local/ec2/fixtures.ts';
import type { ImageRow } from '../../../local/ec2/rows.ts';
import { account, days, type Ec2, home, hours, makeEc2, minutes, start, stranger } from './harness.ts';

let ec2: Ec2;
let image: ImageRow;

const setUp = (switches: Parameters<typeof makeEc2>[0] = {}) => {
  ec2 = makeEc2(switches);
  image = putImage(ec2.world, { account, region: home, name: 'golden', permissions: [`account:${stranger}`] });
};
const act = (operation: string, more: object = {}) =>
  ec2.call<Record<string, unknown>>(operation, { ImageId: image.id, ...more });
const refusal = (operation: string, more: object = {}, as?: object) =>
  ec2.code(operation, { ImageId: image.id, ...more }, as);
const states = () => ec2.events.map((event) => event.detail.State);

beforeEach(() => setUp());

describe('deprecation', () => {
  it('rounds to the minute, refuses the past and more than ten years, and sends no event', async () => {
    act('EnableImageDeprecation', { DeprecateAt: new Date(start + days(1) + 29_000) });
    expect(ec2.image(image.id).DeprecationTime).toBe('2026-01-06T08:00:00.000Z');
    expect(refusal('EnableImageDeprecation', { DeprecateAt: new Date(start - 1) })).toBe('InvalidParameterValue');
    expect(refusal('EnableImageDeprecation', { DeprecateAt: new Date(start + days(3700)) })).toBe(
      'InvalidParameterValue',
    );
    expect(refusal('EnableImageDeprecation')).toBe('MissingParameter');
    await ec2.pass(days(2));
    expect(ec2.image(image.id).State).toBe('available');
    act('DisableImageDeprecation');
    expect(ec2.image(image.id).DeprecationTime).toBeUndefined();
    expect(ec2.events).toEqual([]);
  });

  it('leaves launching by id possible', async () => {
    act('EnableImageDeprecation', { DeprecateAt: new Date(start + minutes(1)) });
    await ec2.pass(hours(1));
    const launch = { ImageId: image.id, MinCount: 1, MaxCount: 1 };
    expect(ec2.call('RunInstances', launch, { account: stranger })).toMatchObject({ OwnerId: stranger });
  });
});

describe('DisableImage and EnableImage', () => {
  it('wipe launch permissions for good, with one event each', () => {
    expect(act('DisableImage')).toEqual({ Return: true });
    expect(ec2.image(image.id).State).toBe('disabled');
    expect(refusal('DescribeImageAttribute', { Attribute: 'launchPermission' }, { account: stranger })).toBe(
      'InvalidAMIID.NotFound',
    );
    expect(act('EnableImage')).toEqual({ Return: true });
    expect(act('DescribeImageAttribute', { Attribute: 'launchPermission' }).LaunchPermissions).toEqual([]);
    expect(ec2.events.map((event) => [event.detail.State, event.detail.RequestId])).toEqual([
      ['disabled', 'request-1'],
      ['available', 'request-4'],
    ]);
  });

  it('refuse other states and other owners, without an event', () => {
    expect(refusal('EnableImage')).toBe('IncorrectState');
    expect(refusal('DisableImage', {}, { account: stranger })).toBe('AuthFailure');
    act('DisableImage');
    expect(refusal('DisableImage')).toBe('IncorrectState');
    expect(states()).toEqual(['disabled']);
  });

  it('let no instance start from a disabled image, while a running one can stop and start', async () => {
    const { id } = putInstance(ec2.world, image);
    act('DisableImage');
    expect(refusal('RunInstances', { MinCount: 1, MaxCount: 1 })).toBe('InvalidAMIID.Unavailable');
    ec2.call('StopInstances', { InstanceIds: [id] });
    await ec2.pass(hours(1));
    ec2.call('StartInstances', { InstanceIds: [id] });
    expect(ec2.code('DeleteSnapshot', { SnapshotId: image.disks[0]?.snapshotId })).toBe('InvalidSnapshot.InUse');
  });

  it.each([true, false])('work on a protected image or not, as the switch says (%s)', (works) => {
    setUp({ disableWorksOnProtected: works, protectedCode: 'SomethingElse' });
    act('EnableImageDeregistrationProtection');
    if (works) act('DisableImage');
    else expect(refusal('DisableImage')).toBe('SomethingElse');
  });
});

describe('deregistration protection', () => {
  it('refuses DeregisterImage until it is off', () => {
    setUp({ protectedCode: 'SomethingElse' });
    expect(act('EnableImageDeregistrationProtection')).toEqual({ Return: 'true' });
    expect(ec2.image(image.id).DeregistrationProtection).toBe('enabled');
    expect(refusal('DeregisterImage')).toBe('SomethingElse');
    act('DisableImageDeregistrationProtection');
    expect(ec2.image(image.id).DeregistrationProtection).toBe('disabled');
    act('DeregisterImage');
    expect(states()).toEqual(['deregistered']);
  });

  it('with cooldown holds for another 24 hours', async () => {
    act('EnableImageDeregistrationProtection', { WithCooldown: true });
    expect(ec2.image(image.id).DeregistrationProtection).toBe('enabled-with-cooldown');
    act('DisableImageDeregistrationProtection');
    expect(ec2.image(image.id).DeregistrationProtection).toBe('disabled after 2026-01-06T08:00:00.000Z');
    await ec2.pass(hours(24) - 1);
    act('DisableImageDeregistrationProtection');
    expect(refusal('DeregisterImage')).toBe('OperationNotPermitted');
    await ec2.pass(1);
    act('DeregisterImage');
  });
});

describe('DeregisterImage', () => {
  const snapshotIds = () => ec2.snapshots().map((snapshot) => snapshot.SnapshotId);

  it('makes the image unknown at once, keeps snapshots and instances, and sends one event', () => {
    const { id } = putInstance(ec2.world, image, { imageId: image.id, account: stranger });
    expect(act('DeregisterImage')).toEqual({ Return: true, DeleteSnapshotResults: [] });
    expect(refusal('DeregisterImage')).toBe('InvalidAMIID.NotFound');
    expect(snapshotIds()).toEqual([image.disks[0]?.snapshotId]);
    expect(ec2.call('DescribeInstances', { InstanceIds: [id] }, { account: stranger })).toMatchObject({
      Reservations: [{ Instances: [{ ImageId: image.id, State: { Name: 'running' } }] }],
    });
    expect(states()).toEqual(['deregistered']);
  });

  it('reports on every snapshot: deleted, still needed by another image, gone, or whatever went wrong', () => {
    const shared = image.disks[0]?.snapshotId ?? '';
    const many = putImage(ec2.world, {
      account,
      region: home,
      name: 'many',
      disks: [{ snapshotId: shared }, { snapshotId: 'snap-0000000a' }, { snapshotId: 'snap-0000000b' }],
    });
    ec2.world.state.table('snapshots').delete(`${account}/${home}/snap-0000000b`);
    image = many;
    expect(act('DeregisterImage', { DeleteAssociatedSnapshots: true })).toEqual({
      Return: true,
      DeleteSnapshotResults: [
        { SnapshotId: shared, ReturnCode: 'skipped' },
        { SnapshotId: 'snap-0000000a', ReturnCode: 'success' },
        { SnapshotId: 'snap-0000000b', ReturnCode: 'client-error' },
      ],
    });
    expect(snapshotIds()).toEqual([shared]);
  });

  it('is done even when a snapshot is not', () => {
    ec2.world.state.table('injected').set(`deregister-snapshot/${home}`, { remaining: 1, message: 'internal-error' });
    expect(act('DeregisterImage', { DeleteAssociatedSnapshots: true }).DeleteSnapshotResults).toEqual([
      { SnapshotId: image.disks[0]?.snapshotId, ReturnCode: 'internal-error' },
    ]);
    expect(refusal('DeregisterImage')).toBe('InvalidAMIID.NotFound');
    ec2.call('DeleteSnapshot', { SnapshotId: image.disks[0]?.snapshotId });
    expect(snapshotIds()).toEqual([]);
  });

  it('is for the owner, works on disabled images, and not on those of AWS Backup', () => {
    expect(refusal('DeregisterImage', {}, { account: stranger })).toBe('AuthFailure');
    act('DisableImage');
    act('DeregisterImage');
    image = putImage(ec2.world, { account, region: home, name: 'backup', ownerAlias: 'aws-backup-vault' });
    expect(refusal('DeregisterImage')).toBe('AuthFailure');
  });

  it('holds the name for a while, in its own account and Region only', async () => {
    setUp({ nameHeldFor: hours(2) });
    const snapshot = image.disks[0]?.snapshotId;
    const register = {
      Name: 'golden',
      RootDeviceName: '/dev/xvda',
      BlockDeviceMappings: [{ DeviceName: '/dev/xvda', Ebs: { SnapshotId: snapshot } }],
    };
    expect(ec2.code('RegisterImage', register)).toBe('InvalidAMIName.Duplicate');
    act('DeregisterImage');
    expect(ec2.code('RegisterImage', register)).toBe('InvalidAMIName.Duplicate');
    await ec2.pass(hours(2));
    expect(ec2.call('RegisterImage', register)).toMatchObject({ ImageId: expect.stringMatching(/^ami-/) });
  });
});
