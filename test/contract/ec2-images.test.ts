import { describe, expect, it } from 'vitest';
import { AwsAccount } from '../../shared/aws/account.ts';
import { ec2Clients, stsClients } from '../../shared/aws/clients.ts';
import { Ec2Images } from '../../shared/aws/images.ts';
import { known } from '../../shared/model/evidence.ts';
import type { CopyRequest } from '../../shared/model/records.ts';
import { type Answer, paged, Stub, serviceError } from './stub.ts';

const ref = { region: 'eu-west-1', id: 'ami-0123456789abcdef0' };
const root = 'eu-central-1/ami-0aaaaaaaaaaaaaaaa' as const;
const rootId = 'ami-0aaaaaaaaaaaaaaaa';

function setUp(answers: Readonly<Record<string, Answer>>) {
  const stub = new Stub(answers);
  return { stub, images: new Ec2Images(ec2Clients(stub.options), stub.clock) };
}

const fails =
  (code: string): Answer =>
  () => {
    throw serviceError(code);
  };

describe('listing images', () => {
  it('F37 reads every page, empty ones in between too, and asks for own images in every state', async () => {
    const { stub, images } = setUp({
      DescribeImages: paged([
        { Images: [{ ImageId: 'ami-1' }] },
        {},
        { Images: [] },
        { Images: [{ ImageId: 'ami-2' }] },
      ]),
    });
    expect((await images.list('eu-west-1')).map(({ id }) => id)).toEqual(['ami-1', 'ami-2']);
    expect(stub.seen).toHaveLength(4);
    for (const call of stub.seen)
      expect(call).toMatchObject({
        region: 'eu-west-1',
        input: { Owners: ['self'], IncludeDeprecated: true, IncludeDisabled: true, MaxResults: 1000 },
      });
  });

  it('retries the page that was throttled, not the list', async () => {
    const { stub, images } = setUp({
      DescribeImages: (input, nth, region) => {
        if (nth === 1) throw serviceError('RequestLimitExceeded');
        return paged([{ Images: [{ ImageId: 'ami-1' }] }, { Images: [{ ImageId: 'ami-2' }] }])(input, nth, region);
      },
    });
    expect((await images.list('eu-west-1')).map(({ id }) => id)).toEqual(['ami-1', 'ami-2']);
    expect(stub.inputs('DescribeImages').map(({ NextToken }) => NextToken)).toEqual([undefined, '1', '1']);
  });

  it('F49 fails rather than give a part of the list', async () => {
    const { images } = setUp({
      DescribeImages: (input, nth, region) => {
        if (nth === 1) throw serviceError('UnauthorizedOperation');
        return paged([{ Images: [{ ImageId: 'ami-1' }] }, {}])(input, nth, region);
      },
    });
    await expect(images.list('eu-west-1')).rejects.toMatchObject({ kind: 'denied' });
  });
});

describe('getting one image', () => {
  it('asks by id, whoever owns it, without a page size', async () => {
    const { stub, images } = setUp({
      DescribeImages: () => ({ Images: [{ ImageId: ref.id, OwnerId: '999999999999' }] }),
    });
    expect(await images.get(ref)).toMatchObject({ id: ref.id, ownerId: '999999999999' });
    expect(stub.inputs('DescribeImages')).toEqual([
      { ImageIds: [ref.id], IncludeDeprecated: true, IncludeDisabled: true },
    ]);
  });

  it.each([
    ['an error', fails('InvalidAMIID.NotFound')],
    ['an empty list', () => ({ Images: [] })],
  ] as [string, Answer][])('takes %s as not known', async (_what, answer) => {
    expect(await setUp({ DescribeImages: answer }).images.get(ref)).toBeUndefined();
  });

  it('does not take a refusal as not known', async () => {
    await expect(setUp({ DescribeImages: fails('UnauthorizedOperation') }).images.get(ref)).rejects.toMatchObject({
      kind: 'denied',
    });
  });
});

describe('copies of a root', () => {
  const bySource = { ImageId: 'ami-source', SourceImageId: rootId, SourceImageRegion: 'eu-central-1' };
  const byMark = { ImageId: 'ami-mark', Tags: [{ Key: 'ami-steward:root', Value: root }] };
  const elsewhere = { ...bySource, ImageId: 'ami-elsewhere', SourceImageRegion: 'us-east-1' };
  const child = { ...bySource, ...byMark, ImageId: 'ami-child', SourceInstanceId: 'i-1' };
  const answer: Answer = (input) => {
    const [filter] = input.Filters as { Name: string; Values: string[] }[];
    return { Images: filter?.Name === 'source-image-id' ? [bySource, elsewhere, child] : [bySource, byMark, child] };
  };

  it("are found by source or by mark, once each; a child or another Region's image is none", async () => {
    const { stub, images } = setUp({ DescribeImages: answer });
    expect((await images.copiesOf(root, 'eu-west-1')).map(({ id }) => id)).toEqual(['ami-source', 'ami-mark']);
    expect(stub.inputs('DescribeImages')).toMatchObject([
      { Filters: [{ Name: 'source-image-id', Values: [rootId] }], Owners: ['self'], IncludeDisabled: true },
      { Filters: [{ Name: 'tag:ami-steward:root', Values: [root] }], Owners: ['self'], IncludeDisabled: true },
    ]);
  });

  it('do not include the root itself', async () => {
    const rootImage = { ImageId: rootId, Tags: [{ Key: 'ami-steward:root', Value: root }] };
    const { images } = setUp({ DescribeImages: () => ({ Images: [rootImage] }) });
    expect(await images.copiesOf(root, 'eu-central-1')).toEqual([]);
  });
});

describe('launch permissions', () => {
  const permissions = [
    { UserId: '000011112222' },
    { OrganizationArn: 'arn:aws:organizations::1:organization/o-1' },
    { OrganizationalUnitArn: 'arn:aws:organizations::1:ou/o-1/ou-1' },
    { Group: 'all' },
  ];
  const principals = [
    'account:000011112222',
    'organization:arn:aws:organizations::1:organization/o-1',
    'unit:arn:aws:organizations::1:ou/o-1/ou-1',
    'everyone',
  ];

  it('are read as principals', async () => {
    const { images } = setUp({ DescribeImageAttribute: () => ({ LaunchPermissions: permissions }) });
    expect(await images.grants(ref)).toEqual(principals);
  });

  it('may be none, which is not the same as an unknown image', async () => {
    const none = { LaunchPermissions: [] };
    expect(await setUp({ DescribeImageAttribute: () => none }).images.grants(ref)).toEqual([]);
    const silent = setUp({ DescribeImageAttribute: () => ({}) });
    await expect(silent.images.grants(ref)).rejects.toMatchObject({ kind: 'unexpected' });
    const gone = setUp({ DescribeImageAttribute: fails('InvalidAMIID.NotFound') });
    expect(await gone.images.grants(ref)).toBeUndefined();
  });

  it('of an unknown kind fail the read', async () => {
    const { images } = setUp({ DescribeImageAttribute: () => ({ LaunchPermissions: [{ Group: 'some' }] }) });
    await expect(images.grants(ref)).rejects.toMatchObject({ kind: 'unexpected' });
  });

  it('are written as EC2 wants them', async () => {
    const { stub, images } = setUp({ ModifyImageAttribute: () => ({}) });
    await images.share(ref, { add: principals, remove: ['account:999999999999'] });
    expect(stub.inputs('ModifyImageAttribute')).toEqual([
      { ImageId: ref.id, LaunchPermission: { Remove: [{ UserId: '999999999999' }] } },
      { ImageId: ref.id, LaunchPermission: { Add: permissions } },
    ]);
  });

  it('F32 go out in chunks of at most 500', async () => {
    const { stub, images } = setUp({ ModifyImageAttribute: () => ({}) });
    const add = Array.from({ length: 1_001 }, (_, n) => `account:${String(n).padStart(12, '0')}`);
    await images.share(ref, { add, remove: [] });
    const sent = stub.inputs('ModifyImageAttribute').map((input) => input.LaunchPermission as { Add: object[] });
    expect(sent.map(({ Add }) => Add.length)).toEqual([500, 500, 1]);
    expect(new Set(sent.flatMap(({ Add }) => Add.map((entry) => JSON.stringify(entry)))).size).toBe(1_001);
  });

  it('of no known form are refused before anything is sent', async () => {
    const { stub, images } = setUp({ ModifyImageAttribute: () => ({}) });
    await expect(images.share(ref, { add: ['account:1', 'team:core'], remove: [] })).rejects.toMatchObject({
      kind: 'invalid',
    });
    expect(stub.seen).toEqual([]);
  });
});

describe('copying', () => {
  const request: CopyRequest = { source: root, region: 'us-west-2', name: 'golden', tags: { Team: 'core' } };

  it('F10 is asked of the target Region, with our token and tags for image and snapshots', async () => {
    const { stub, images } = setUp({ CopyImage: () => ({ ImageId: 'ami-copy' }) });
    expect(await images.copy(request, 'token')).toBe('ami-copy');
    const tags = [{ Key: 'Team', Value: 'core' }];
    expect(stub.seen).toEqual([
      {
        operation: 'CopyImage',
        region: 'us-west-2',
        input: {
          SourceRegion: 'eu-central-1',
          SourceImageId: rootId,
          Name: 'golden',
          ClientToken: 'token',
          CopyImageTags: false,
          TagSpecifications: [
            { ResourceType: 'image', Tags: tags },
            { ResourceType: 'snapshot', Tags: tags },
          ],
        },
      },
    ]);
  });

  it('encrypts when a key is given, and may be timed', async () => {
    const { stub, images } = setUp({ CopyImage: () => ({ ImageId: 'ami-copy' }) });
    await images.copy({ ...request, tags: {}, kmsKey: 'alias/golden', completeWithinMinutes: 45 }, 'token');
    expect(stub.inputs('CopyImage')[0]).toMatchObject({
      Encrypted: true,
      KmsKeyId: 'alias/golden',
      SnapshotCopyCompletionDurationMinutes: 45,
    });
    expect(stub.inputs('CopyImage')[0]).not.toHaveProperty('TagSpecifications');
  });
});

describe('retiring', () => {
  const noon = Date.UTC(2026, 10, 24, 12);

  it.each([
    ['a later time to its minute', noon + 3_600_999, noon + 3_600_000],
    ['now to two minutes ahead', noon, noon + 120_000],
    ['the past to two minutes ahead', noon - 9_999_999, noon + 120_000],
  ])('deprecates: %s', async (_what, at, sent) => {
    const { stub, images } = setUp({ EnableImageDeprecation: () => ({ Return: true }) });
    await images.deprecate(ref, at);
    expect(stub.inputs('EnableImageDeprecation')).toEqual([{ ImageId: ref.id, DeprecateAt: new Date(sent) }]);
  });

  it('rounds the earliest time up, so that cutting off the seconds does not bring it nearer', async () => {
    const { stub, images } = setUp({ EnableImageDeprecation: () => ({ Return: true }) });
    await stub.clock.sleep(1_500);
    await images.deprecate(ref, noon);
    expect(stub.inputs('EnableImageDeprecation')[0]?.DeprecateAt).toEqual(new Date(noon + 180_000));
  });

  it('takes an answer of false as a failure', async () => {
    await expect(setUp({ DisableImage: () => ({ Return: false }) }).images.disable(ref)).rejects.toMatchObject({
      kind: 'unexpected',
    });
  });

  it('F53 reports what became of each snapshot, an unknown word as an error', async () => {
    const results = [
      ['snap-1', 'success'],
      ['snap-2', 'skipped'],
      ['snap-3', 'missing-permissions'],
      ['snap-4', 'internal-error'],
      ['snap-5', 'client-error'],
      ['snap-6', 'locked'],
    ].map(([SnapshotId, ReturnCode]) => ({ SnapshotId, ReturnCode }));
    const { stub, images } = setUp({ DeregisterImage: () => ({ Return: true, DeleteSnapshotResults: results }) });
    const found = await images.deregister(ref, { deleteSnapshots: true });
    expect(found.map(({ snapshot, code }) => `${snapshot} ${code}`)).toEqual([
      'snap-1 success',
      'snap-2 skipped',
      'snap-3 missing-permissions',
      'snap-4 internal-error',
      'snap-5 client-error',
      'snap-6 internal-error',
    ]);
    expect(stub.inputs('DeregisterImage')).toEqual([{ ImageId: ref.id, DeleteAssociatedSnapshots: true }]);
  });

  it('F56 reads every page of locked snapshots, and takes a lock that expired for none', async () => {
    const until = new Date(noon);
    const { stub, images } = setUp({
      DescribeLockedSnapshots: paged([
        { Snapshots: [{ SnapshotId: 'snap-1', LockState: 'governance', LockExpiresOn: until }] },
        {},
        {
          Snapshots: [
            { SnapshotId: 'snap-2', LockState: 'expired', LockExpiresOn: until },
            { SnapshotId: 'snap-3', LockState: 'compliance' },
            { SnapshotId: 'snap-4', LockState: 'a new word' },
          ],
        },
      ]),
    });
    expect(await images.lockedSnapshots('eu-west-1')).toEqual({
      'snap-1': { until: noon },
      'snap-3': {},
      'snap-4': {},
    });
    expect(stub.inputs('DescribeLockedSnapshots')).toMatchObject([{ MaxResults: 1000 }, {}, {}]);
  });

  it.each(['DisableImage', 'DeregisterImage'] as const)('F60 rehearses %s as a dry run', async (call) => {
    const { stub, images } = setUp({ [call]: fails('DryRunOperation') });
    await images.rehearse(call, ref);
    expect(stub.inputs(call)).toEqual([{ ImageId: ref.id, DryRun: true }]);
    const denied = setUp({ [call]: fails('UnauthorizedOperation') }).images;
    await expect(denied.rehearse(call, ref)).rejects.toMatchObject({ kind: 'denied' });
    const odd = setUp({ [call]: () => ({ Return: true }) }).images;
    await expect(odd.rehearse(call, ref)).rejects.toMatchObject({ kind: 'unexpected' });
  });

  it('deletes a snapshot, finds it gone, or finds it in use', async () => {
    const answers: Answer = (input) => {
      if (input.SnapshotId === 'snap-gone') throw serviceError('InvalidSnapshot.NotFound');
      if (input.SnapshotId === 'snap-used') throw serviceError('InvalidSnapshot.InUse');
      if (input.SnapshotId === 'snap-denied') throw serviceError('UnauthorizedOperation');
      return {};
    };
    const { images } = setUp({ DeleteSnapshot: answers });
    expect(await images.deleteSnapshot('eu-west-1', 'snap-1')).toBe(true);
    expect(await images.deleteSnapshot('eu-west-1', 'snap-gone')).toBe(true);
    expect(await images.deleteSnapshot('eu-west-1', 'snap-used')).toBe(false);
    await expect(images.deleteSnapshot('eu-west-1', 'snap-denied')).rejects.toMatchObject({ kind: 'denied' });
  });

  it('marks image and snapshots in calls of at most 1,000 resources, and sends no empty tags', async () => {
    const { stub, images } = setUp({ CreateTags: () => ({}) });
    const snapshots = Array.from({ length: 1_000 }, (_, n) => `snap-${n}`);
    await images.mark(ref, snapshots, { 'ami-steward:managed': 'true' });
    await images.mark(ref, [], {});
    const sent = stub.inputs('CreateTags').map((input) => input.Resources as string[]);
    expect(sent.map((resources) => resources.length)).toEqual([1_000, 1]);
    expect(sent.flat()).toEqual([ref.id, ...snapshots]);
  });
});

describe('the account', () => {
  const account = (answers: Readonly<Record<string, Answer>>) => {
    const { options } = new Stub(answers);
    return new AwsAccount({ sts: stsClients(options)(), ec2: ec2Clients(options)() }, options.home);
  };

  it('is named by STS', async () => {
    expect(await account({ GetCallerIdentity: () => ({ Account: '000011112222' }) }).id()).toBe('000011112222');
  });

  it('may use the Regions that need no opt-in or have been switched on', async () => {
    const regions = [
      { RegionName: 'us-east-1', OptInStatus: 'opt-in-not-required' },
      { RegionName: 'af-south-1', OptInStatus: 'opted-in' },
      { RegionName: 'me-south-1', OptInStatus: 'not-opted-in' },
    ];
    const usable = await account({ DescribeRegions: () => ({ Regions: regions }) }).regions();
    expect(usable).toEqual(known(['af-south-1', 'us-east-1']));
  });

  it('does not know its Regions when EC2 refuses to say, but without credentials nothing goes on', async () => {
    const denied = await account({ DescribeRegions: fails('UnauthorizedOperation') }).regions();
    expect(denied.complete).toBe(false);
    const none = account({ DescribeRegions: fails('CredentialsProviderError') }).regions();
    await expect(none).rejects.toMatchObject({ kind: 'no-credentials' });
  });
});
