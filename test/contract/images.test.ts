import { beforeEach, describe, expect, it } from 'vitest';
import { putCopy, putImage } from '../../local/ec2/fixtures.ts';
import { CrashError } from '../../local/faults.ts';
import type { EmbeddedAws } from '../../local/world.ts';
import { AwsAccount } from '../../shared/aws/account.ts';
import { type ClientOptions, ec2Clients, stsClients } from '../../shared/aws/clients.ts';
import { Ec2Images } from '../../shared/aws/images.ts';
import { known } from '../../shared/model/evidence.ts';
import { imageKey } from '../../shared/model/ids.ts';
import { day, hour } from '../../shared/model/time.ts';
import { account, openWorld, transports } from './worlds.ts';

describe.each(transports)('the images of the embedded AWS, %s', (transport) => {
  let aws: EmbeddedAws;
  let options: ClientOptions;
  let images: Ec2Images;
  beforeEach(() => {
    ({ aws, options } = openWorld(transport));
    images = new Ec2Images(ec2Clients(options), aws.timeline);
  });

  const region = 'us-east-1';
  const put = (name = 'golden-1', more: object = {}) => putImage(aws, { account, region, name, ...more });
  const refOf = (image: { region: string; id: string }) => ({ region: image.region, id: image.id });
  const pass = (duration: number) => aws.timeline.advanceTo(aws.timeline.now() + duration);

  it('are listed over many pages, of every state, our own only', async () => {
    const ids = Array.from({ length: 12 }, (_, n) => put(`golden-${n}`).id);
    const disabled = put('disabled', { state: 'disabled' });
    const deprecated = put('deprecated', { deprecateAt: aws.timeline.now() - day });
    putImage(aws, { account: '999999999999', region, name: 'foreign', permissions: ['group:all'] });
    aws.faults.truncate('DescribeImages', 5);
    const found = await images.list(region);
    expect(found.map(({ id }) => id).sort()).toEqual([...ids, disabled.id, deprecated.id].sort());
    expect(await images.list('eu-west-1')).toEqual([]);
  });

  it('are read whole', async () => {
    const row = put('golden', {
      tags: { Team: 'core & <more>' },
      disks: [{ sizeGiB: 8, kmsKeyId: 'arn:aws:kms:us-east-1:000011112222:key/k' }, { sizeGiB: 20 }],
    });
    expect(await images.get(refOf(row))).toMatchObject({
      region,
      id: row.id,
      name: 'golden',
      ownerId: account,
      state: 'available',
      createdAt: aws.timeline.now(),
      architecture: 'x86_64',
      platform: 'linux',
      rootDeviceType: 'ebs',
      snapshots: row.disks.map(({ snapshotId }) => snapshotId),
      sizeGiB: 28,
      encrypted: true,
      tags: known({ Team: 'core & <more>' }),
      public: false,
      deregistrationProtection: known('disabled'),
      lastLaunchedAt: known(undefined),
    });
  });

  it('that nobody knows are not there, and those of others are shown when shared', async () => {
    expect(await images.get({ region, id: 'ami-0123456789abcdef0' })).toBeUndefined();
    expect(await images.grants({ region, id: 'ami-0123456789abcdef0' })).toBeUndefined();
    const foreign = putImage(aws, { account: '999999999999', region, name: 'f', permissions: [`account:${account}`] });
    expect(await images.get(refOf(foreign))).toMatchObject({ ownerId: '999999999999' });
  });

  it('are copied with tags on image and snapshots, and found again as copies of their root', async () => {
    const root = put();
    const request = { source: imageKey(region, root.id), region: 'eu-west-1', name: 'golden-1' };
    const id = await images.copy({ ...request, tags: { Team: 'core' }, kmsKey: 'alias/golden' }, 'token-1');
    expect(await images.get({ region: 'eu-west-1', id })).toMatchObject({ state: 'pending', sourceImageId: root.id });
    await pass(day);
    const [copy, ...others] = await images.copiesOf(request.source, 'eu-west-1');
    expect(others).toEqual([]);
    expect(copy).toMatchObject({
      id,
      name: 'golden-1',
      state: 'available',
      encrypted: true,
      sourceImageId: root.id,
      sourceImageRegion: region,
      tags: known({ Team: 'core' }),
    });
    expect(await images.copiesOf(request.source, 'us-west-2')).toEqual([]);
  });

  it('F10 the same token makes no second copy, also when the first answer was lost', async () => {
    const root = put();
    const request = { source: imageKey(region, root.id), region: 'eu-west-1', name: 'golden-1', tags: {} };
    aws.faults.lost('CopyImage');
    const id = await images.copy(request, 'token-1');
    expect((await images.list('eu-west-1')).map((image) => image.id)).toEqual([id]);
    const other = images.copy({ ...request, name: 'golden-2' }, 'token-1');
    await expect(other).rejects.toMatchObject({ kind: 'token-mismatch' });
  });

  it('F13 a name that is taken is told as such', async () => {
    const root = put();
    putImage(aws, { account, region: 'eu-west-1', name: 'golden-1' });
    const request = { source: imageKey(region, root.id), region: 'eu-west-1', name: 'golden-1', tags: {} };
    await expect(images.copy(request, 'token')).rejects.toMatchObject({ kind: 'name-taken', region: 'eu-west-1' });
  });

  it('a copy is found by its mark alone; a child is no copy although it names its source', async () => {
    const root = put();
    const key = imageKey(region, root.id);
    const marked = putImage(aws, { account, region: 'eu-west-1', name: 'm', tags: { 'ami-steward:root': key } });
    const copied = putCopy(aws, root, { region: 'eu-west-1' });
    putCopy(aws, root, { region: 'eu-west-1', name: 'child', sourceInstanceId: 'i-0123456789abcdef0' });
    const found = await images.copiesOf(key, 'eu-west-1');
    expect(found.map(({ id }) => id).sort()).toEqual([marked.id, copied.id].sort());
  });

  it('are shared with every kind of principal, and taken back', async () => {
    const image = refOf(put());
    const organization = `organization:arn:aws:organizations::${account}:organization/o-abcdefghij`;
    const unit = `unit:arn:aws:organizations::${account}:ou/o-abcdefghij/ou-abcd-12345678`;
    const all = ['account:333344445555', 'account:666677778888', organization, unit];
    await images.share(image, { add: all, remove: [] });
    expect((await images.grants(image))?.sort()).toEqual([...all].sort());
    await images.share(image, { add: ['account:333344445555'], remove: ['account:666677778888', unit] });
    expect((await images.grants(image))?.sort()).toEqual(['account:333344445555', organization]);
  });

  it('are marked together with their snapshots', async () => {
    const row = put();
    await images.mark(
      refOf(row),
      row.disks.flatMap(({ snapshotId }) => snapshotId ?? []),
      { 'ami-steward:managed': 'true' },
    );
    expect((await images.get(refOf(row)))?.tags).toEqual(known({ 'ami-steward:managed': 'true' }));
  });

  it('are deprecated now or later, disabled, and deregistered with what became of each snapshot', async () => {
    const shared = 'snap-0123456789abcdef0';
    const row = put('old', { disks: [{ snapshotId: shared }, {}] });
    put('new', { disks: [{ snapshotId: shared }] });
    const image = refOf(row);
    await images.deprecate(image, aws.timeline.now());
    expect((await images.get(image))?.deprecationAt).toBe(aws.timeline.now() + 120_000);
    await images.disable(image);
    expect(await images.get(image)).toMatchObject({ state: 'disabled' });
    expect(await images.grants(image)).toEqual([]);
    const own = row.disks[1]?.snapshotId ?? '';
    expect(await images.deleteSnapshot(region, shared)).toBe(false);
    const results = await images.deregister(image, { deleteSnapshots: true });
    expect(results).toHaveLength(2);
    expect(results).toEqual(
      expect.arrayContaining([
        { snapshot: shared, code: 'skipped' },
        { snapshot: own, code: 'success' },
      ]),
    );
    expect(await images.deleteSnapshot(region, own)).toBe(true);
    await pass(hour);
    expect((await images.list(region)).map(({ name }) => name)).toEqual(['new']);
  });

  it('under protection are not deregistered', async () => {
    const row = put('kept', { protection: { mode: 'enabled' } });
    expect((await images.get(refOf(row)))?.deregistrationProtection).not.toEqual(known('disabled'));
    await expect(images.deregister(refOf(row), { deleteSnapshots: true })).rejects.toMatchObject({ kind: 'protected' });
  });

  it('are listed in spite of throttling, once it has passed', async () => {
    put();
    aws.faults.throttle('DescribeImages', { until: aws.timeline.now() + 500 });
    expect(await images.list(region)).toHaveLength(1);
  });

  it('of a Region that is out, closed or unknown fail with its name', async () => {
    aws.faults.outage('eu-west-1');
    await expect(images.list('eu-west-1')).rejects.toMatchObject({ kind: 'unavailable', region: 'eu-west-1' });
    aws.faults.deny('DescribeImages', {}, 'us-west-2');
    await expect(images.list('us-west-2')).rejects.toMatchObject({ kind: 'denied', region: 'us-west-2' });
  });

  it('a crash of the process is no answer, and leaves as a crash', async () => {
    aws.faults.crash('DescribeImages', 'before');
    await expect(images.list(region)).rejects.toBeInstanceOf(CrashError);
  });

  it('belong to the account that STS names, in its Regions', async () => {
    const who = new AwsAccount({ sts: stsClients(options)(), ec2: ec2Clients(options)() }, options.home);
    expect(await who.id()).toBe(account);
    expect(await who.regions()).toEqual(known(['ap-south-1', 'eu-west-1', 'us-east-1', 'us-west-2']));
  });
});

describe('a Region that the account has not switched on', () => {
  it('is told as such, over the wire', async () => {
    const { aws, options } = openWorld('wire');
    const images = new Ec2Images(ec2Clients(options), aws.timeline);
    await expect(images.list('me-south-1')).rejects.toMatchObject({ kind: 'region-unavailable', region: 'me-south-1' });
  });
});
