import { describe, expect, it } from 'vitest';
import { keyArn } from '../../local/ec2/keys.ts';
import type { ImageRow } from '../../local/ec2/rows.ts';
import type { EmbeddedAws } from '../../local/world.ts';
import { reconcile } from '../../shared/engine/reconcile.ts';
import { restore } from '../../shared/engine/restore.ts';
import { keyOf } from '../../shared/model/image.ts';
import type { ImageRecord } from '../../shared/model/records.ts';
import { day, hour } from '../../shared/model/time.ts';
import { account, aSweep, home, launchPermissions, openWith, pass, putWeb, sharee, start, told } from './support.ts';

const permitted = [{ UserId: sharee }];
const other = '333344445555';

describe('a share with a last day', () => {
  it('holds to the end of that day, UTC, and is then taken back', async () => {
    const { aws } = await openWith(`share: { accounts: [{ id: "${sharee}", until: 2026-01-06 }] }`);
    const image = putWeb(aws);
    await aws.timeline.advanceTo(Date.UTC(2026, 0, 6, 23, 59));
    expect(launchPermissions(aws, image)).toEqual(permitted);
    await aws.timeline.advanceTo(Date.UTC(2026, 0, 7, 0, 20));
    expect(launchPermissions(aws, image)).toEqual([]);
    expect(told(aws, 'AMI Unshared')).toMatchObject([
      { removed: [`account:${sharee}`], reasons: [{ code: 'share-expired' }] },
    ]);
  });

  it('takes nothing back that somebody else has given', async () => {
    const { aws } = await openWith(`share: { accounts: [{ id: "${sharee}", until: 2026-01-06 }] }`);
    const image = putWeb(aws, { permissions: [`account:${sharee}`] });
    await pass(aws, 3 * day);
    expect(launchPermissions(aws, image)).toEqual(permitted);
    expect(told(aws, 'AMI Unshared')).toEqual([]);
  });
});

describe('the breaker', () => {
  const open = async (count: number) => {
    const world = await openWith(`share: { accounts: [{ id: "${sharee}", until: 2026-01-06 }] }`);
    const images = Array.from({ length: count }, (_none, n) => putWeb(world.aws, { name: `web-${n}` }));
    await world.aws.timeline.advanceTo(Date.UTC(2026, 0, 7, 0, 20));
    return { ...world, images };
  };
  const shared = (aws: EmbeddedAws, images: readonly ImageRow[]): number =>
    images.filter((image) => launchPermissions(aws, image).length > 0).length;

  it('lets five be taken back, and holds eight, however far apart they are looked at later', async () => {
    const few = await open(5);
    expect(shared(few.aws, few.images)).toBe(0);
    const { aws, engine, images } = await open(8);
    expect(shared(aws, images)).toBe(8);
    await pass(aws, 13 * hour);
    for (const image of images.slice(0, 4)) await reconcile(engine, { image: keyOf(image) });
    await pass(aws, 2 * day);
    expect(shared(aws, images)).toBe(8);
  });
});

describe('what earlier sweeps took back', () => {
  const limits = 'limits: { perPlan: 20, percentOfFamily: 50 }';
  const policy = `family: { key: "{nameBase}" }
retain: { keepLast: 20, stages: { deprecate: { afterSuperseded: 7d } }, ${limits} }
share: { accounts: [{ id: "${sharee}", until: 2026-01-06 }, { id: "${other}", until: 2026-01-09 }] }`;
  const put = (aws: EmbeddedAws, count: number, from = 0) =>
    Array.from({ length: count }, (_none, n) => putWeb(aws, { name: `web-x${from + n}y` }));

  it('is what the next is held against: far more than that waits for a person', async () => {
    const { aws } = await openWith(policy);
    const few = put(aws, 2);
    await aws.timeline.advanceTo(Date.UTC(2026, 0, 7, 0, 20));
    expect(few.map((image) => launchPermissions(aws, image))).toEqual([[{ UserId: other }], [{ UserId: other }]]);
    const many = [...few, ...put(aws, 4, 2)];
    await aws.timeline.advanceTo(Date.UTC(2026, 0, 11));
    expect(many.map((image) => launchPermissions(aws, image).length)).toEqual([1, 1, 1, 1, 1, 1]);
  });

  it('and twice as much is not', async () => {
    const { aws } = await openWith(policy);
    const some = put(aws, 3);
    await aws.timeline.advanceTo(Date.UTC(2026, 0, 7, 0, 20));
    const many = [...some, ...put(aws, 3, 3)];
    await aws.timeline.advanceTo(Date.UTC(2026, 0, 11));
    expect(many.map((image) => launchPermissions(aws, image).length)).toEqual([0, 0, 0, 0, 0, 0]);
  });
});

describe('a public image', () => {
  const policy = `share: { public: true, acknowledgePublic: web, accounts: ["${sharee}"] }`;
  const open = (aws: EmbeddedAws) => aws.call('ec2', 'DisableImageBlockPublicAccess', {});

  it('is refused while public sharing is blocked: said in plain words once a day, and nobody else is kept out', async () => {
    const { aws } = await openWith(policy);
    const image = putWeb(aws);
    await pass(aws, 2 * day);
    expect(launchPermissions(aws, image)).toEqual(permitted);
    const blocked = told(aws, 'AMI Action Blocked');
    expect(blocked[0]).toMatchObject({ step: 'share-image', status: 'blocked' });
    expect(blocked[0]?.why).toMatch(/public sharing/i);
    expect(blocked.length).toBeLessThanOrEqual(3);
    open(aws);
    await pass(aws, day + hour);
    expect(launchPermissions(aws, image)).toEqual(expect.arrayContaining([{ Group: 'all' }]));
  });

  it('becomes one where the account allows it', async () => {
    const { aws } = await openWith(policy);
    open(aws);
    const image = putWeb(aws);
    await pass(aws, aSweep);
    expect(launchPermissions(aws, image)).toEqual(expect.arrayContaining([{ Group: 'all' }]));
  });

  it.each([
    ['encrypted', { disks: [{ kmsKeyId: keyArn({ account, region: home }, 'alias/golden') }] }],
    ['of the Marketplace', { productCodes: ['abc'] }],
    ['watermarked', { watermarks: ['w'] }],
  ])('is never one that is %s, and EC2 is not even asked', async (_name, more) => {
    const { aws } = await openWith(policy);
    open(aws);
    const image = putWeb(aws, more);
    await pass(aws, day + aSweep);
    expect(launchPermissions(aws, image)).toEqual(permitted);
    expect(told(aws, 'AMI Action Blocked')).toEqual([]);
  });
});

const copyElsewhere = (aws: EmbeddedAws, image: ImageRow): unknown =>
  aws.call(
    'ec2',
    'CopyImage',
    { Name: 'theirs', SourceImageId: image.id, SourceRegion: image.region },
    { account: sharee, region: 'eu-west-1' },
  );

const volumeAccounts = (aws: EmbeddedAws, snapshot: string): unknown =>
  aws.call('ec2', 'DescribeSnapshotAttribute', { SnapshotId: snapshot, Attribute: 'createVolumePermission' });

describe('snapshots', () => {
  it('let a sharee copy, and are closed again to whom we opened them, and to nobody else', async () => {
    const foreign = 'account:999988887777';
    const { aws } = await openWith(`share: { accounts: ["${sharee}"], snapshots: true }`);
    const image = putWeb(aws, { snapshotPermissions: [foreign] });
    const snapshot = image.disks[0]?.snapshotId ?? '';
    expect(() => copyElsewhere(aws, image)).toThrow();
    await pass(aws, aSweep);
    expect(copyElsewhere(aws, image)).toMatchObject({ ImageId: expect.stringMatching(/^ami-/) });
    expect(told(aws, 'AMI Shared')).toMatchObject([{ what: 'snapshots', added: [`account:${sharee}`] }, {}]);
    await openWith('share: {}', aws);
    await pass(aws, 2 * day);
    expect(volumeAccounts(aws, snapshot)).toMatchObject({ CreateVolumePermissions: [{ UserId: '999988887777' }] });
    expect(launchPermissions(aws, image)).toEqual([]);
  });

  it('are closed again once they alone are shared no more', async () => {
    const { aws } = await openWith(`share: { accounts: ["${sharee}"], snapshots: true }`);
    const image = putWeb(aws);
    await pass(aws, aSweep);
    await openWith(`share: { accounts: ["${sharee}"] }`, aws);
    await pass(aws, 2 * day);
    expect(volumeAccounts(aws, image.disks[0]?.snapshotId ?? '')).toMatchObject({ CreateVolumePermissions: [] });
    expect(launchPermissions(aws, image)).toEqual(permitted);
  });

  it('stay closed without the word', async () => {
    const { aws } = await openWith(`share: { accounts: ["${sharee}"] }`);
    const image = putWeb(aws);
    await pass(aws, day);
    expect(() => copyElsewhere(aws, image)).toThrow(/permission/);
  });
});

describe('while an image is disabled', () => {
  const stages =
    'deprecate: { afterSuperseded: 7d }, disable: { afterDeprecated: 1d }, deregister: { afterDisabled: 90d }';
  const key = keyArn({ account, region: home }, 'alias/golden');
  const policy = `family: { key: "{nameBase}" }
retain: { keepLast: 2, stages: { ${stages} }, limits: { percentOfFamily: 100 } }
overrides: [{ rule: limits/above-50-percent, reason: a family of three images }]
share: { snapshots: true, kms: grant, accounts: ["${other}", { id: "${sharee}", until: 2026-01-25 }] }`;

  async function disabled() {
    const world = await openWith(policy, undefined, { idleEvery: 6 * hour });
    const { aws, engine } = world;
    const [old] = [90, 60, 30].map((age, nth) =>
      putWeb(aws, { name: `web-${nth + 1}`, createdAt: start - age * day, disks: [{ kmsKeyId: key }] }),
    );
    if (!old) throw new Error('no image');
    await aws.timeline.advanceTo(Date.UTC(2026, 0, 24));
    const state = async () => (await engine.images.get(old))?.state;
    expect(await state()).toBe('disabled');
    const snapshot = old.disks[0]?.snapshotId ?? '';
    const open = () => [
      (volumeAccounts(aws, snapshot) as { CreateVolumePermissions: { UserId: string }[] }).CreateVolumePermissions.map(
        ({ UserId }) => UserId,
      ),
      (aws.call('kms', 'ListGrants', { KeyId: key }) as { Grants: { Name: string }[] }).Grants.flatMap(({ Name }) =>
        Name.includes(old.id) ? [Name.slice(Name.lastIndexOf('/') + 1)] : [],
      ),
    ];
    return { ...world, old, open, state, root: keyOf(old) };
  }

  it('its snapshots and keys stay open to whom the policy lists, and to nobody whose time is over', async () => {
    const { aws, open, state } = await disabled();
    expect(open().map((list) => list.sort())).toEqual([
      [sharee, other],
      [sharee, other],
    ]);
    await aws.timeline.advanceTo(Date.UTC(2026, 0, 29));
    expect(open()).toEqual([[other], [other]]);
    expect(await state()).toBe('disabled');
  });

  it('because people revoked it, they are closed to all whom we let in, until it is restored', async () => {
    const { aws, engine, open, root, state } = await disabled();
    const word = { at: aws.timeline.now(), reason: 'CVE-2026-1', disable: 'idle' as const };
    await engine.ledger.saveImage(root, (record) => ({ ...(record as ImageRecord), revoked: word }));
    await pass(aws, 2 * day);
    expect(open()).toEqual([[], []]);
    expect(told(aws, 'AMI Unshared').at(-1)).toMatchObject({ reasons: [{ code: 'revoked' }] });
    await restore(engine, root, 'a false alarm');
    await pass(aws, 3 * day);
    expect(await state()).toBe('available');
    expect(open()).toEqual([[other], [other]]);
  });
});

describe('the key of an encrypted image', () => {
  const key = keyArn({ account, region: home }, 'alias/golden');
  const encrypted = { disks: [{ kmsKeyId: key }] };
  const grants = (aws: EmbeddedAws) =>
    (aws.call('kms', 'ListGrants', { KeyId: key }) as { Grants: readonly object[] }).Grants;

  it('is granted to the accounts, one grant per image, until the share is over', async () => {
    const { aws } = await openWith(`share: { kms: grant, accounts: [{ id: "${sharee}", until: 2026-01-06 }] }`);
    const image = putWeb(aws, encrypted);
    await pass(aws, day);
    expect(grants(aws)).toMatchObject([
      { GranteePrincipal: `arn:aws:iam::${sharee}:root`, Name: `ami-steward/${image.id}/${sharee}` },
    ]);
    await aws.timeline.advanceTo(start + 3 * day);
    expect(grants(aws)).toEqual([]);
    expect(told(aws, 'AMI Unshared').map(({ what }) => what)).toEqual(expect.arrayContaining(['key', undefined]));
  });

  it('is only looked at by default, and its state keeps nothing from being shared', async () => {
    const { aws, engine } = await openWith(`share: { accounts: ["${sharee}"] }`);
    const image = putWeb(aws, encrypted);
    aws.faults.deny('GetKeyPolicy');
    await pass(aws, aSweep);
    expect(launchPermissions(aws, image)).toEqual(permitted);
    expect(grants(aws)).toEqual([]);
    expect(await engine.keys.access(home, key).catch((error: Error) => error.message)).toMatch(/GetKeyPolicy/);
  });
});

describe('a copy of an encrypted image', () => {
  it('lies under the key that the policy names there, which the function may use through EC2 alone', async () => {
    const { aws } = await openWith('copy: { to: [{ region: eu-west-1, kmsKey: alias/abroad }], since: all }');
    const root = putWeb(aws, { disks: [{ kmsKeyId: keyArn({ account, region: home }, 'alias/golden') }] });
    await pass(aws, 2 * hour);
    const { Images = [] } = aws.call('ec2', 'DescribeImages', { Owners: ['self'] }, { region: 'eu-west-1' }) as {
      Images?: readonly { SourceImageId?: string; BlockDeviceMappings?: object[] }[];
    };
    expect(Images).toMatchObject([
      {
        SourceImageId: root.id,
        State: 'available',
        BlockDeviceMappings: [
          { Ebs: { Encrypted: true, KmsKeyId: keyArn({ account, region: 'eu-west-1' }, 'alias/abroad') } },
        ],
      },
    ]);
  });
});

describe('the end of an image', () => {
  const key = keyArn({ account, region: home }, 'alias/golden');
  const stages =
    'deprecate: { afterSuperseded: 7d }, disable: { afterDeprecated: 1d }, deregister: { afterDisabled: 8d }';
  const retain = `retain: { keepLast: 2, stages: { ${stages} } }`;

  it('is the end of its grants, and of no other image’s', async () => {
    const { aws } = await openWith(
      `family: { key: "{nameBase}" }\nshare: { kms: grant, accounts: ["${sharee}"] }\n${retain}`,
      undefined,
      { idleEvery: 6 * hour },
    );
    const images = [];
    for (const [age, name] of [
      [90, 'web-1'],
      [60, 'web-2'],
      [30, 'web-3'],
    ] as const)
      images.push(putWeb(aws, { name, createdAt: start - age * day, disks: [{ kmsKeyId: key }] }));
    const named = () =>
      (aws.call('kms', 'ListGrants', { KeyId: key }) as { Grants: readonly { Name: string }[] }).Grants.map(
        ({ Name }) => Name,
      );
    const nameOf = ({ id }: { id: string }) => `ami-steward/${id}/${sharee}`;
    await pass(aws, 2 * day);
    expect(named().sort()).toEqual(images.map(nameOf).sort());
    await pass(aws, 60 * day);
    expect(told(aws, 'AMI Deregistered')).toHaveLength(1);
    expect(named().sort()).toEqual(images.slice(1).map(nameOf).sort());
  });
});
