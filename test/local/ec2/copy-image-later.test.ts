import { describe, expect, it } from 'vitest';
import { putImage } from '../../../local/ec2/fixtures.ts';
import type { ImageRow } from '../../../local/ec2/rows.ts';
import { State } from '../../../local/kernel/state.ts';
import { canonicalJson } from '../../../shared/model/digest.ts';
import { account, away, type Ec2, home, hours, makeEc2 } from './harness.ts';

const key = 'arn:aws:kms:us-east-1:111122223333:key/0f0f0f0f-1111-2222-3333-444455556666';

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

describe('What becomes of a copy', () => {
  it.each([
    { leaves: 'image-and-snapshots', images: 1, snapshots: 1 },
    { leaves: 'image', images: 1, snapshots: 0 },
    { leaves: 'nothing', images: 0, snapshots: 0 },
  ] as const)('that fails leaves "$leaves" and sends one failed event', async ({ leaves, images, snapshots }) => {
    const ec2 = makeEc2({ failedCopyLeaves: leaves });
    ec2.world.state.table('injected').set(`fail-copy/${away}`, { remaining: 1, message: 'the disk caught fire' });
    const image = source(ec2);
    const failed = copy(ec2, image);
    await ec2.pass(hours(2));
    const listed = ec2.call<{ Images: object[] }>('DescribeImages', { Owners: ['self'] }, { region: away }).Images;
    expect(listed).toHaveLength(images);
    if (images) expect(listed[0]).toMatchObject({ State: 'failed', StateReason: { Message: 'the disk caught fire' } });
    expect(ec2.snapshots(away)).toHaveLength(snapshots);
    expect(ec2.events.map((event) => event.detail)).toEqual([
      { RequestId: 'request-1', ImageId: failed, State: 'failed', ErrorMessage: 'the disk caught fire' },
    ]);
    const next = copy(ec2, image, { Name: 'second try' });
    await ec2.pass(hours(2));
    expect(ec2.image(next, { region: away }).State).toBe('available');
  });

  it('finds out about a bad key only later', async () => {
    const ec2 = makeEc2();
    ec2.world.state
      .table('kms-keys')
      .set(`${account}/${away}/0f0f0f0f-1111-2222-3333-444455556666`, { disabled: true });
    const image = source(ec2);
    const disabled = copy(ec2, image, { Name: 'one', Encrypted: true, KmsKeyId: key });
    const elsewhere = copy(ec2, image, { Name: 'two', Encrypted: true, KmsKeyId: key.replace(away, home) });
    const good = copy(ec2, image, { Name: 'three', Encrypted: true, KmsKeyId: 'alias/images' });
    expect(ec2.image(disabled, { region: away }).State).toBe('pending');
    await ec2.pass(hours(1));
    expect(ec2.image(disabled, { region: away }).State).toBe('failed');
    expect(ec2.image(elsewhere, { region: away }).State).toBe('failed');
    expect(ec2.image(good, { region: away }).State).toBe('available');
    expect(ec2.events.map((event) => event.detail.ErrorMessage)).toEqual([
      'Given key ID is not accessible',
      'Given key ID is not accessible',
      '',
    ]);
    const messages = ec2.snapshots(away).flatMap((snapshot) => snapshot.StateMessage ?? []);
    expect(messages).toEqual(['Given key ID is not accessible', 'Given key ID is not accessible']);
  });

  it('encrypts as the table of the facts says', () => {
    const ec2 = makeEc2();
    const ownKey = key.replace(away, home);
    const plain = source(ec2, { name: 'plain' });
    const secret = source(ec2, { name: 'secret', disks: [{ kmsKeyId: ownKey } as never] });
    const diskOf = (image: ImageRow, more: object, region = away) => {
      const id = copy(ec2, image, { Name: `copy ${ec2.world.random.next()}`, ...more }, { region });
      return ec2.image(id, { region }).BlockDeviceMappings?.[0]?.Ebs;
    };
    expect(diskOf(plain, {})).toMatchObject({ Encrypted: false });
    expect(diskOf(plain, { Encrypted: true, KmsKeyId: key })).toMatchObject({ Encrypted: true, KmsKeyId: key });
    const defaultKey = diskOf(plain, { Encrypted: true })?.KmsKeyId;
    expect(defaultKey).toMatch(/^arn:aws:kms:us-east-1:111122223333:key\//);
    expect(diskOf(secret, {})).toMatchObject({ Encrypted: true, KmsKeyId: defaultKey });
    expect(diskOf(secret, { Encrypted: false })).toMatchObject({ Encrypted: true });
    expect(diskOf(secret, {}, home)).toMatchObject({ Encrypted: true, KmsKeyId: ownKey });
    ec2.world.state.table('ebs-encryption-by-default').set(`${account}/${away}`, { enabled: true, kmsKeyId: key });
    expect(diskOf(plain, {})).toMatchObject({ Encrypted: true, KmsKeyId: key });
    expect(refusal(ec2, plain, { Name: 'xyz', KmsKeyId: key })).toBe('InvalidParameterCombination');
  });

  it('is cancelled by deregistering the pending copy, and its snapshots finish all the same', async () => {
    const ec2 = makeEc2();
    const id = copy(ec2, source(ec2));
    ec2.call('DeregisterImage', { ImageId: id }, { region: away });
    await ec2.pass(hours(2));
    expect(ec2.events.map((event) => event.detail.State)).toEqual(['deregistered']);
    expect(ec2.snapshots(away)).toMatchObject([{ State: 'completed' }]);
  });

  it('goes on after the world was saved and loaded in between', async () => {
    const ec2 = makeEc2();
    const id = copy(ec2, source(ec2));
    const loaded = new State();
    for (const { table, key: row, value } of JSON.parse(JSON.stringify(ec2.world.state.takeChanges())))
      loaded.restore(table, row, value);
    const again = makeEc2({}, loaded);
    await again.pass(hours(1));
    await ec2.pass(hours(1));
    expect(canonicalJson(loaded.dump().images)).toBe(canonicalJson(ec2.world.state.dump().images));
    expect(again.image(id, { region: away }).State).toBe('available');
    expect(again.events).toHaveLength(1);
  });
});
