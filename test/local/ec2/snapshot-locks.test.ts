import { beforeEach, describe, expect, it } from 'vitest';
import { putImage } from '../../../local/ec2/fixtures.ts';
import type { ImageRow } from '../../../local/ec2/rows.ts';
import { account, type Ec2, home, hours, makeEc2, stranger } from './harness.ts';

let ec2: Ec2;
let image: ImageRow;
let snapshot: string;

const days = (count: number): number => hours(24 * count);
const lock = (input: object) => ({ SnapshotId: snapshot, LockMode: 'governance', LockDuration: 10, ...input });
const locked = (input: object = {}, as: object = {}): object[] =>
  ec2.call<{ Snapshots: object[] }>('DescribeLockedSnapshots', input, as).Snapshots;
const deregister = () =>
  ec2.call<{ DeleteSnapshotResults: object[] }>('DeregisterImage', {
    ImageId: image.id,
    DeleteAssociatedSnapshots: true,
  }).DeleteSnapshotResults;

beforeEach(() => {
  ec2 = makeEc2();
  image = putImage(ec2.world, { account, region: home, name: 'golden' });
  snapshot = image.disks[0]?.snapshotId ?? '';
});

describe('a locked snapshot', () => {
  it('cannot be deleted until its lock has expired', async () => {
    expect(ec2.call('LockSnapshot', lock({}))).toMatchObject({ SnapshotId: snapshot, LockState: 'governance' });
    expect(deregister()).toEqual([{ SnapshotId: snapshot, ReturnCode: 'client-error' }]);
    await ec2.pass(days(10) - 1);
    expect(ec2.code('DeleteSnapshot', { SnapshotId: snapshot })).toBe('OperationNotPermitted');
    await ec2.pass(1);
    expect(locked()).toMatchObject([{ LockState: 'expired' }]);
    ec2.call('DeleteSnapshot', { SnapshotId: snapshot });
    expect(locked()).toEqual([]);
  });

  it('is listed to its owner, with what is left of its cool-off', async () => {
    expect(locked()).toEqual([]);
    ec2.call('LockSnapshot', lock({ LockMode: 'compliance', CoolOffPeriod: 3 }));
    const expected = { OwnerId: account, SnapshotId: snapshot, LockDuration: 10, CoolOffPeriod: 3 };
    expect(locked()).toMatchObject([{ ...expected, LockState: 'compliance-cooloff' }]);
    await ec2.pass(hours(3));
    expect(locked({ SnapshotIds: [snapshot] })).toMatchObject([{ ...expected, LockState: 'compliance' }]);
    expect(locked({ Filters: [{ Name: 'lock-state', Values: ['governance'] }] })).toEqual([]);
    expect(locked({}, { account: stranger })).toEqual([]);
    expect(ec2.code('DescribeLockedSnapshots', { SnapshotIds: ['snap-00000001'] })).toBe('InvalidSnapshot.NotFound');
  });

  it('keeps a compliance lock for as long as it was to last, or longer', async () => {
    ec2.call('LockSnapshot', lock({ LockMode: 'compliance', CoolOffPeriod: 1 }));
    ec2.call('LockSnapshot', lock({ LockDuration: 5 }));
    ec2.call('LockSnapshot', lock({ LockMode: 'compliance' }));
    expect(ec2.code('LockSnapshot', lock({ LockMode: 'compliance', LockDuration: 9 }))).toBe('InvalidParameterValue');
    expect(ec2.code('LockSnapshot', lock({ LockDuration: 20 }))).toBe('InvalidParameterValue');
    expect(ec2.call('LockSnapshot', lock({ LockMode: 'compliance', LockDuration: 20 }))).toMatchObject({
      LockDuration: 20,
    });
  });
});

it.each<[string, object, string]>([
  ['neither duration nor date', { LockDuration: undefined }, 'InvalidParameterCombination'],
  ['both', { ExpirationDate: new Date('2099-01-01') }, 'InvalidParameterCombination'],
  ['no day at all', { LockDuration: 0 }, 'InvalidParameterValue'],
  ['too many days', { LockDuration: 36_501 }, 'InvalidParameterValue'],
  ['a date that is over', { LockDuration: undefined, ExpirationDate: new Date(0) }, 'InvalidParameterValue'],
  ['a mode that does not exist', { LockMode: 'firm' }, 'InvalidParameterValue'],
  ['no mode', { LockMode: undefined }, 'MissingParameter'],
  ['a cool-off without compliance', { CoolOffPeriod: 1 }, 'InvalidParameterValue'],
  ['a cool-off that is too long', { LockMode: 'compliance', CoolOffPeriod: 73 }, 'InvalidParameterValue'],
])('a lock with %s is refused', (_what, input, code) => {
  expect(ec2.code('LockSnapshot', lock(input))).toBe(code);
});
