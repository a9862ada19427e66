import { beforeEach, describe, expect, it } from 'vitest';
import { type RuleRow, removeRule, saveRule } from '../../../local/ec2/bin-rules.ts';
import { putImage } from '../../../local/ec2/fixtures.ts';
import type { ImageRow } from '../../../local/ec2/rows.ts';
import type { Switches } from '../../../local/kernel/service.ts';
import { account, days, type Ec2, home, makeEc2, minutes, start, stranger } from './harness.ts';

let ec2: Ec2;
let image: ImageRow;

const setUp = (switches: Partial<Switches> = {}) => {
  ec2 = makeEc2(switches);
  image = putImage(ec2.world, {
    account,
    region: home,
    name: 'golden',
    permissions: [`account:${stranger}`],
    deprecateAt: start + days(3),
    tags: { Team: 'platform' },
    snapshotTags: { Team: 'platform' },
    snapshotPermissions: [`account:${stranger}`],
  });
};

const rule = (more: Partial<RuleRow> = {}): RuleRow => ({
  account,
  region: home,
  id: `rule${more.resourceType ?? 'EC2_IMAGE'}${more.days ?? 7}`,
  description: '',
  resourceType: 'EC2_IMAGE',
  days: 7,
  tags: [],
  excluded: [],
  actsFrom: start,
  ...more,
});
const put = (...rules: Partial<RuleRow>[]) => {
  for (const one of rules) saveRule(ec2.world, rule(one));
};
const snapshot = () => image.disks[0]?.snapshotId ?? '';
const deregister = (more: object = {}) => ec2.call<object>('DeregisterImage', { ImageId: image.id, ...more });
const images = (more: object = {}, as?: object) =>
  ec2.call<{ Images: { ImageId: string; RecycleBinEnterTime: Date; RecycleBinExitTime: Date }[]; NextToken?: string }>(
    'ListImagesInRecycleBin',
    more,
    as,
  );
const snapshots = () =>
  ec2.call<{ Snapshots: { SnapshotId: string; RecycleBinExitTime: Date }[] }>('ListSnapshotsInRecycleBin', {})
    .Snapshots;
const restore = () => ec2.call('RestoreImageFromRecycleBin', { ImageId: image.id });
const restoreSnapshot = () => ec2.call('RestoreSnapshotFromRecycleBin', { SnapshotId: snapshot() });

beforeEach(() => setUp());

describe('an image that is deregistered', () => {
  it('is gone at once without a rule', () => {
    deregister();
    expect(images().Images).toEqual([]);
    expect(ec2.code('RestoreImageFromRecycleBin', { ImageId: image.id })).toBe('InvalidAMIID.NotFound');
  });

  it('lies in the bin until its time, and is nowhere else to be seen', async () => {
    put({ days: 7 });
    deregister();
    expect(images().Images).toEqual([
      {
        ImageId: image.id,
        Name: 'golden',
        RecycleBinEnterTime: new Date(start),
        RecycleBinExitTime: new Date(start + days(7)),
      },
    ]);
    expect(ec2.code('DescribeImages', { ImageIds: [image.id] })).toBe('InvalidAMIID.NotFound');
    expect(ec2.code('RunInstances', { ImageId: image.id, MinCount: 1, MaxCount: 1 })).toBe('InvalidAMIID.NotFound');
    expect(images({}, { account: stranger }).Images).toEqual([]);
    await ec2.pass(days(7) - 1);
    expect(images().Images).toHaveLength(1);
    await ec2.pass(1);
    expect(images().Images).toEqual([]);
    expect(ec2.code('RestoreImageFromRecycleBin', { ImageId: image.id })).toBe('InvalidAMIID.NotFound');
  });

  it.each<[string, Partial<RuleRow>, boolean]>([
    ['a rule of another resource type', { resourceType: 'EBS_SNAPSHOT' }, false],
    ['a rule of another Region', { region: 'us-east-1' }, false],
    ['a rule of another account', { account: stranger }, false],
    ['a rule that does not act yet', { actsFrom: start + 1 }, false],
    ['a rule for one of its tags', { tags: [{ ResourceTagKey: 'Team', ResourceTagValue: 'platform' }] }, true],
    ['a rule for another value', { tags: [{ ResourceTagKey: 'Team', ResourceTagValue: 'web' }] }, false],
    ['a rule that excludes it', { excluded: [{ ResourceTagKey: 'Team', ResourceTagValue: 'platform' }] }, false],
    ['a rule that excludes others', { excluded: [{ ResourceTagKey: 'Team', ResourceTagValue: 'web' }] }, true],
  ])('with %s', (_name, more, kept) => {
    put(more);
    deregister();
    expect(images().Images).toHaveLength(kept ? 1 : 0);
  });

  it('stays for the longest time of all rules that match, also after the rule is gone', async () => {
    put({ days: 2 }, { days: 9 }, { days: 5 });
    deregister();
    expect(images().Images[0]?.RecycleBinExitTime).toEqual(new Date(start + days(9)));
    removeRule(ec2.world, rule({ days: 9 }));
    await ec2.pass(days(8));
    expect(images().Images).toHaveLength(1);
  });

  it('holds its name in the bin, or not, as the switch says', async () => {
    const taken = async (binHoldsName: boolean) => {
      setUp({ binHoldsName, nameHeldFor: 0 });
      put({});
      deregister();
      await ec2.pass(minutes(1));
      const other = putImage(ec2.world, { account, region: home, name: 'other' });
      const [disk] = other.disks;
      const register = {
        Name: 'golden',
        RootDeviceName: '/dev/xvda',
        BlockDeviceMappings: [{ DeviceName: '/dev/xvda', Ebs: { SnapshotId: disk?.snapshotId } }],
      };
      if (binHoldsName) return ec2.code('RegisterImage', register);
      ec2.call<object>('RegisterImage', register);
      return 'free';
    };
    expect(await taken(true)).toBe('InvalidAMIName.Duplicate');
    expect(await taken(false)).toBe('free');
    expect(ec2.code('RestoreImageFromRecycleBin', { ImageId: image.id })).toBe('InvalidAMIName.Duplicate');
  });
});

describe('snapshots', () => {
  it('go to the bin with their image where a rule keeps them, and are deleted for good where none does', () => {
    put({ days: 7 }, { resourceType: 'EBS_SNAPSHOT', days: 8 });
    expect(deregister({ DeleteAssociatedSnapshots: true })).toMatchObject({
      DeleteSnapshotResults: [{ SnapshotId: snapshot(), ReturnCode: 'success' }],
    });
    expect(snapshots()).toMatchObject([{ SnapshotId: snapshot(), RecycleBinExitTime: new Date(start + days(8)) }]);
    setUp();
    put({ days: 7 });
    deregister({ DeleteAssociatedSnapshots: true });
    expect(snapshots()).toEqual([]);
    expect(ec2.code('RestoreImageFromRecycleBin', { ImageId: image.id })).toBe('InvalidSnapshot.NotFound');
  });

  it('go there alone as well, and leave at their time', async () => {
    put({ resourceType: 'EBS_SNAPSHOT', days: 1 });
    deregister();
    ec2.call('DeleteSnapshot', { SnapshotId: snapshot() });
    expect(ec2.snapshots()).toEqual([]);
    expect(restoreSnapshot()).toMatchObject({ SnapshotId: snapshot(), State: 'completed' });
    expect(ec2.snapshots()).toHaveLength(1);
    ec2.call('DeleteSnapshot', { SnapshotId: snapshot() });
    await ec2.pass(days(1));
    expect(ec2.code('RestoreSnapshotFromRecycleBin', { SnapshotId: snapshot() })).toBe('InvalidSnapshot.NotFound');
  });

  it.each([true, false])(
    'of an image in the bin can be deleted, or not, as the switch says (%s)',
    (binFreesSnapshots) => {
      setUp({ binFreesSnapshots });
      put({});
      expect(deregister({ DeleteAssociatedSnapshots: false })).toMatchObject({ DeleteSnapshotResults: [] });
      const input = { SnapshotId: snapshot() };
      if (binFreesSnapshots) expect(ec2.call('DeleteSnapshot', input)).toEqual({});
      else expect(ec2.code('DeleteSnapshot', input)).toBe('InvalidSnapshot.InUse');
    },
  );
});

describe('what is restored', () => {
  it('needs its snapshots first, and is in the bin no more', () => {
    put({ days: 7 }, { resourceType: 'EBS_SNAPSHOT', days: 7 });
    deregister({ DeleteAssociatedSnapshots: true });
    expect(ec2.code('RestoreImageFromRecycleBin', { ImageId: image.id })).toBe('InvalidSnapshot.NotFound');
    restoreSnapshot();
    expect(restore()).toEqual({ Return: true });
    expect(ec2.image(image.id)).toMatchObject({ State: 'available', Name: 'golden' });
    expect(images().Images).toEqual([]);
    expect(ec2.code('RestoreImageFromRecycleBin', { ImageId: image.id })).toBe('InvalidAMIID.NotFound');
  });

  it('and deregistered again stays for the whole time again', async () => {
    put({ days: 7 });
    deregister();
    await ec2.pass(days(4));
    restore();
    deregister();
    await ec2.pass(days(4));
    expect(images().Images).toHaveLength(1);
  });

  it.each([true, false])('has its permissions, deprecation and tags, or not, as the switches say (%s)', (kept) => {
    setUp({ restoreKeepsPermissions: kept, restoreKeepsDeprecation: kept, restoreKeepsTags: kept });
    put({}, { resourceType: 'EBS_SNAPSHOT' });
    deregister({ DeleteAssociatedSnapshots: true });
    restoreSnapshot();
    restore();
    const { Tags, DeprecationTime } = ec2.image(image.id);
    const seen = ec2.call<{ Images: object[] }>(
      'DescribeImages',
      { Filters: [{ Name: 'image-id', Values: [image.id] }] },
      { account: stranger },
    );
    const shared = ec2.call<{ CreateVolumePermissions: object[] }>('DescribeSnapshotAttribute', {
      SnapshotId: snapshot(),
      Attribute: 'createVolumePermission',
    });
    expect(Tags).toEqual(kept ? [{ Key: 'Team', Value: 'platform' }] : []);
    expect(DeprecationTime).toBe(kept ? new Date(start + days(3)).toISOString() : undefined);
    expect(seen.Images).toHaveLength(kept ? 1 : 0);
    expect(shared.CreateVolumePermissions).toHaveLength(kept ? 1 : 0);
    expect(ec2.snapshots()[0]?.Tags).toEqual(kept ? [{ Key: 'Team', Value: 'platform' }] : []);
  });

  it.each([
    [true, 'disabled', []],
    [false, 'available', ['available']],
  ])('is disabled as it was, or not, as the switch says (%s)', (restoreKeepsDisabled, state, told) => {
    setUp({ restoreKeepsDisabled });
    put({});
    ec2.call('DisableImage', { ImageId: image.id });
    deregister();
    restore();
    expect(ec2.image(image.id).State).toBe(state);
    expect(ec2.events.slice(2).map(({ detail }) => detail.State)).toEqual(told);
  });

  it('is announced, or not, as the switch says', () => {
    setUp({ restoreIsAnnounced: false });
    put({});
    deregister();
    restore();
    expect(ec2.events.map(({ detail }) => detail.State)).toEqual(['deregistered']);
  });

  it('belongs to its owner', () => {
    put({});
    deregister();
    expect(ec2.code('RestoreImageFromRecycleBin', { ImageId: image.id }, { account: stranger })).toBe(
      'InvalidAMIID.NotFound',
    );
    expect(ec2.code('RestoreImageFromRecycleBin', {})).toBe('MissingParameter');
  });
});

describe('lists of the bin', () => {
  it('come in pages, or by at most twenty ids', () => {
    put({});
    for (let n = 0; n < 5; n++) {
      image = putImage(ec2.world, { account, region: home, name: `n${n}` });
      deregister();
    }
    const first = images({ MaxResults: 3 });
    const second = images({ MaxResults: 3, NextToken: first.NextToken });
    const all = [...first.Images, ...second.Images].map(({ ImageId }) => ImageId);
    expect(new Set(all).size).toBe(5);
    expect(second.NextToken).toBeUndefined();
    expect(images({ ImageIds: [image.id] }).Images).toHaveLength(1);
    expect(ec2.code('ListImagesInRecycleBin', { ImageIds: Array(21).fill(image.id) })).toBe('InvalidParameterValue');
    expect(ec2.code('ListImagesInRecycleBin', { MaxResults: 1001 })).toBe('InvalidParameterValue');
  });
});
