import type { Snapshot, TagDescription } from '@aws-sdk/client-ec2';
import { beforeEach, describe, expect, it } from 'vitest';
import { putImage, putInstance } from '../../../local/ec2/fixtures.ts';
import type { ImageRow } from '../../../local/ec2/rows.ts';
import { account, type Ec2, home, hours, makeEc2, stranger } from './harness.ts';

let ec2: Ec2;
let image: ImageRow;
let snapshot: string;

const list = (input: object = {}, as: object = {}): Snapshot[] =>
  ec2.call<{ Snapshots: Snapshot[] }>('DescribeSnapshots', input, as).Snapshots;
const share = (input: object) => ({ SnapshotId: snapshot, Attribute: 'createVolumePermission', ...input });

beforeEach(() => {
  ec2 = makeEc2();
  image = putImage(ec2.world, { account, region: home, name: 'golden', snapshotTags: { a: '1' } });
  snapshot = image.disks[0]?.snapshotId ?? '';
});

describe('snapshots', () => {
  it('are listed to their owner and to those they are shared with, without the tags', () => {
    expect(list()).toMatchObject([{ SnapshotId: snapshot, State: 'completed', Tags: [{ Key: 'a', Value: '1' }] }]);
    expect(list({}, { account: stranger })).toEqual([]);
    ec2.call('ModifySnapshotAttribute', share({ OperationType: 'add', UserIds: [stranger] }));
    expect(list({}, { account: stranger })).toMatchObject([{ SnapshotId: snapshot, Tags: [] }]);
    expect(list({ OwnerIds: ['self'] }, { account: stranger })).toEqual([]);
    expect(list({ RestorableByUserIds: ['self'] }, { account: stranger })).toHaveLength(1);
    const attribute = { SnapshotId: snapshot, Attribute: 'createVolumePermission' };
    expect(ec2.call('DescribeSnapshotAttribute', attribute)).toMatchObject({
      CreateVolumePermissions: [{ UserId: stranger }],
    });
    ec2.call('ModifySnapshotAttribute', share({ CreateVolumePermission: { Remove: [{ UserId: stranger }] } }));
    expect(list({}, { account: stranger })).toEqual([]);
  });

  it('become public unless the account blocks that, and are hidden again by a block of all', () => {
    const open = share({ OperationType: 'add', GroupNames: ['all'] });
    const block = (State: string) => ec2.call('EnableSnapshotBlockPublicAccess', { State });
    const state = () => ec2.call<{ State: string }>('GetSnapshotBlockPublicAccessState', {}).State;
    const isPublic = () => list({ RestorableByUserIds: ['all'] }, { account: stranger }).length === 1;
    expect(state()).toBe('unblocked');
    block('block-new-sharing');
    expect([state(), ec2.code('ModifySnapshotAttribute', open)]).toEqual([
      'block-new-sharing',
      'OperationNotPermitted',
    ]);
    ec2.call('DisableSnapshotBlockPublicAccess', {});
    ec2.call('ModifySnapshotAttribute', open);
    block('block-new-sharing');
    ec2.call('ModifySnapshotAttribute', open);
    expect(isPublic()).toBe(true);
    block('block-all-sharing');
    expect([state(), isPublic(), list({}, { account: stranger })]).toEqual(['block-all-sharing', false, []]);
    expect(list()).toHaveLength(1);
    expect(ec2.code('EnableSnapshotBlockPublicAccess', { State: 'unblocked' })).toBe('InvalidParameterValue');
  });

  it('are filtered and paged', () => {
    const by = (Name: string, ...Values: string[]) => list({ Filters: [{ Name, Values }] }).length;
    expect([by('tag:a', '1'), by('status', 'pending'), by('volume-size', '8'), by('description', '*ami-*')]).toEqual([
      1, 0, 1, 1,
    ]);
    expect(ec2.code('DescribeSnapshots', { Filters: [{ Name: 'colour', Values: ['x'] }] })).toBe(
      'InvalidParameterValue',
    );
    expect(ec2.code('DescribeSnapshots', { MaxResults: 4 })).toBe('InvalidParameterValue');
    for (let index = 0; index < 6; index += 1) putImage(ec2.world, { account, region: home, name: `i ${index}` });
    const first = ec2.call<{ Snapshots: Snapshot[]; NextToken: string }>('DescribeSnapshots', { MaxResults: 5 });
    expect(first.Snapshots).toHaveLength(5);
    expect(list({ MaxResults: 5, NextToken: first.NextToken })).toHaveLength(2);
  });

  it('refuse sharing under the default key, publicly when encrypted, with wrong accounts, or two ways at once', () => {
    const refusal = (input: object) => ec2.code('ModifySnapshotAttribute', share(input));
    expect(refusal({ OperationType: 'add', UserIds: ['1'] })).toBe('InvalidParameterValue');
    expect(refusal({})).toBe('MissingParameter');
    const both = { Add: [{ UserId: stranger }], Remove: [{ Group: 'all' }] };
    expect(refusal({ CreateVolumePermission: both })).toBe('InvalidParameterCombination');
    const many = Array.from({ length: 501 }, () => stranger);
    expect(refusal({ OperationType: 'add', UserIds: many })).toBe('InvalidParameterValue');
    const copy = { Name: 'secret', SourceImageId: image.id, SourceRegion: home, Encrypted: true };
    ec2.call('CopyImage', copy);
    snapshot = list().find((row) => row.Encrypted)?.SnapshotId ?? '';
    expect(refusal({ OperationType: 'add', UserIds: [stranger] })).toBe('OperationNotPermitted');
    expect(refusal({ OperationType: 'add', GroupNames: ['all'] })).toBe('OperationNotPermitted');
  });

  it('cannot be deleted while an image needs them, and are gone afterwards', () => {
    const SnapshotId = snapshot;
    expect(ec2.code('DeleteSnapshot', { SnapshotId })).toBe('InvalidSnapshot.InUse');
    ec2.call('DeregisterImage', { ImageId: image.id });
    ec2.call('DeleteSnapshot', { SnapshotId });
    expect(ec2.code('DeleteSnapshot', { SnapshotId })).toBe('InvalidSnapshot.NotFound');
    expect(ec2.code('DeleteSnapshot', { SnapshotId: 'snap-x' })).toBe('InvalidSnapshotID.Malformed');
    expect(ec2.code('DescribeSnapshots', { SnapshotIds: [SnapshotId] })).toBe('InvalidSnapshot.NotFound');
  });

  it('can be made of a volume, and complete after a while', async () => {
    const { volumes } = putInstance(ec2.world, image);
    const made = ec2.call<Snapshot>('CreateSnapshot', { VolumeId: volumes[0]?.volumeId, Description: 'mine' });
    expect(made.State).toBe('pending');
    await ec2.pass(hours(1));
    expect(list({ SnapshotIds: [made.SnapshotId] })).toMatchObject([{ State: 'completed', Description: 'mine' }]);
    expect(ec2.code('CreateSnapshot', { VolumeId: 'vol-00000000' })).toBe('InvalidVolume.NotFound');
  });
});

describe('tags', () => {
  const tag = (Key: string, Value = '') => ({ Key, Value });
  const tagsOf = () => ec2.image(image.id).Tags;
  const refusal = (input: object) => ec2.code('CreateTags', { Resources: [image.id], Tags: [tag('k')], ...input });

  it('are added to several resources at once, existing keys overwritten, without events', () => {
    ec2.call('CreateTags', { Resources: [image.id, snapshot], Tags: [tag('a', '2'), tag('b', '3')] });
    expect(tagsOf()).toEqual([tag('a', '2'), tag('b', '3')]);
    expect(list()[0]?.Tags).toEqual([tag('a', '2'), tag('b', '3')]);
    expect(ec2.events).toEqual([]);
  });

  it('are set on all resources or on none', () => {
    expect(refusal({ Resources: [image.id, 'ami-00000000'] })).toBe('InvalidAMIID.NotFound');
    expect(refusal({ Resources: [image.id, 'eni-00000000'] })).toBe('InvalidID');
    expect(tagsOf()).toEqual([]);
    expect(ec2.code('CreateTags', { Resources: [image.id], Tags: [tag('k')] }, { account: stranger })).toBe(
      'InvalidAMIID.NotFound',
    );
  });

  it('obey the limits', () => {
    expect(refusal({ Tags: [tag('AWS:x')] })).toBe('InvalidParameterValue');
    expect(refusal({ Tags: [tag('')] })).toBe('InvalidTagKey.Malformed');
    expect(refusal({ Tags: [tag('k', 'v'.repeat(257))] })).toBe('InvalidParameterValue');
    expect(refusal({ Resources: Array.from({ length: 1001 }, () => image.id) })).toBe('InvalidParameterValue');
    const Tags = Array.from({ length: 50 }, (_, index) => tag(`k${index}`));
    ec2.call('CreateTags', { Resources: [image.id], Tags });
    expect(refusal({ Tags: [tag('one more')] })).toBe('TagLimitExceeded');
    ec2.call('CreateTags', { Resources: [image.id], Tags: [tag('k1', 'new')] });
  });

  it('go by key, by key and value, or all together', () => {
    ec2.call('CreateTags', { Resources: [image.id], Tags: [tag('a', '1'), tag('b', '2'), tag('c', '3')] });
    ec2.call('DeleteTags', { Resources: [image.id], Tags: [{ Key: 'a' }, tag('b', 'other'), { Key: 'gone' }] });
    expect(tagsOf()).toEqual([tag('b', '2'), tag('c', '3')]);
    ec2.call('DeleteTags', { Resources: [image.id], Tags: [tag('b', '2')] });
    ec2.call('DeleteTags', { Resources: [image.id] });
    expect(tagsOf()).toEqual([]);
  });

  it('are listed with their resources', () => {
    ec2.call('CreateTags', { Resources: [image.id], Tags: [tag('a', '2')] });
    const found = (Name: string, ...Values: string[]) =>
      ec2.call<{ Tags: TagDescription[] }>('DescribeTags', { Filters: [{ Name, Values }] }).Tags;
    expect(found('key', 'a')).toHaveLength(2);
    expect(found('resource-type', 'image')).toEqual([
      { ResourceId: image.id, ResourceType: 'image', Key: 'a', Value: '2' },
    ]);
    expect(found('tag:a', '1')).toMatchObject([{ ResourceId: snapshot }]);
  });
});
