import { describe, expect, it } from 'vitest';
import { keyArn } from '../../local/ec2/keys.ts';
import { type ImageRow, rowsIn, save } from '../../local/ec2/rows.ts';
import type { EmbeddedAws } from '../../local/world.ts';
import { day, hour } from '../../shared/model/time.ts';
import { onePolicy, problemsOf } from '../policy/files.ts';
import {
  abroad,
  announce,
  build,
  codesOf,
  copiesIn,
  keyOfRow,
  named,
  policyLines,
  type SeenCall,
  watch,
} from './copying.ts';
import { account, aSweep, home, launchPermissions, openWith, pass, putWeb, sharee, told } from './support.ts';

const permitted = [{ UserId: sharee }];
const other = '333344445555';

const permissionsOf = (aws: EmbeddedAws, { id, region }: ImageRow): readonly string[] =>
  rowsIn(aws, 'images', region).find((row) => row.id === id)?.permissions ?? [];

describe('an image that is still pending', () => {
  it('F29: is shared once it is available, and so is its copy, without a call that fails', async () => {
    const { aws } = await openWith(
      policyLines({ to: [`${abroad}, kmsKey: alias/golden`], lines: `share: { accounts: ["${sharee}"] }` }),
    );
    const refused: string[] = [];
    const calls = watch(aws, ({ operation }, perform) => {
      try {
        return perform();
      } catch (error) {
        refused.push(`${operation}: ${String(error)}`);
        throw error;
      }
    });
    const pending = putWeb(aws, { state: 'pending' });
    announce(aws, pending);
    await pass(aws, aSweep);
    expect(named(calls, 'ModifyImageAttribute')).toEqual([]);
    save(aws, 'images', { ...pending, tags: rowsIn(aws, 'images', home)[0]?.tags ?? {}, state: 'available' });
    await pass(aws, 2 * hour);
    const [copy] = copiesIn(aws, abroad);
    expect(launchPermissions(aws, pending)).toEqual(permitted);
    expect(copy && permissionsOf(aws, copy)).toEqual([`account:${sharee}`]);
    expect(refused).toEqual([]);
  });

  it('F29: is looked at again after it was shared, so that a share that came to nothing is given again', async () => {
    const { aws } = await openWith(`share: { accounts: ["${sharee}"] }`);
    let swallowed = 0;
    const calls = watch(aws, ({ operation }, perform) =>
      operation === 'ModifyImageAttribute' && swallowed++ === 0 ? {} : perform(),
    );
    const image = build(aws);
    await pass(aws, hour);
    expect(named(calls, 'ModifyImageAttribute')).toHaveLength(2);
    expect(launchPermissions(aws, image)).toEqual(permitted);
  });

  it('F29: gets back what somebody takes away, within a day', async () => {
    const { aws } = await openWith(`share: { accounts: ["${sharee}"] }`);
    const image = build(aws);
    await pass(aws, hour);
    aws.call('ec2', 'ResetImageAttribute', { ImageId: image.id, Attribute: 'launchPermission' });
    await pass(aws, day + aSweep);
    expect(launchPermissions(aws, image)).toEqual(permitted);
  });
});

describe('an image of which one part cannot be shared', () => {
  const key = keyArn({ account, region: home }, 'alias/golden');
  const lines = `share: { accounts: ["${sharee}"], snapshots: true, kms: grant }`;
  const giving = ['CreateGrant', 'ModifySnapshotAttribute', 'ModifyImageAttribute'];

  it.each([
    ['CreateGrant', 'grant-key'],
    ['ModifySnapshotAttribute', 'share-snapshots'],
    ['ModifyImageAttribute', 'share-image'],
  ])(
    'F31: is told of and not called shared until %s is allowed, and the key always comes first',
    async (call, step) => {
      const { aws, engine } = await openWith(lines);
      const calls = watch(aws);
      aws.faults.deny(call, { until: aws.timeline.now() + 2 * day });
      const image = build(aws, { disks: [{ kmsKeyId: key }] });
      await pass(aws, hour);
      const order = named(calls, ...giving).map(({ operation }) => operation);
      expect([...new Set(order)]).toEqual(giving);
      expect(told(aws, 'AMI Action Blocked')).toMatchObject([
        { step, status: 'blocked', imageId: image.id, why: expect.stringContaining('not authorized') },
      ]);
      expect(await engine.ledger.image(keyOfRow(image))).not.toHaveProperty('finishedAt');
      await pass(aws, 4 * day);
      expect(launchPermissions(aws, image)).toEqual(permitted);
      expect(rowsIn(aws, 'snapshots', home)[0]?.permissions).toEqual([`account:${sharee}`]);
      expect(aws.call('kms', 'ListGrants', { KeyId: key })).toMatchObject({ Grants: [{}] });
      expect(await engine.ledger.image(keyOfRow(image))).toHaveProperty('finishedAt');
    },
  );

  it('F31: is not even tried under the key that AWS manages, and the plan says why', async () => {
    const { aws, engine } = await openWith(lines);
    const calls = watch(aws);
    const image = build(aws, { disks: [{ kmsKeyId: keyArn({ account, region: home }, 'alias/aws/ebs') }] });
    await pass(aws, hour);
    expect(named(calls, ...giving)).toEqual([]);
    expect(await codesOf(engine, image)).toContain('cannot-share');
    expect(await engine.ledger.image(keyOfRow(image))).not.toHaveProperty('finishedAt');
  });
});

describe('an account that a policy no longer lists', () => {
  const listed = `share: { accounts: ["${sharee}", "${other}"] }`;
  const foreign = '999988887777';

  it('F33: loses what we gave it; what somebody else gave stays, and is told of', async () => {
    const { aws } = await openWith(listed);
    const image = build(aws, { permissions: [`account:${foreign}`] });
    await pass(aws, hour);
    expect(permissionsOf(aws, image)).toHaveLength(3);
    await openWith(`share: { accounts: ["${other}"] }`, aws);
    await pass(aws, 2 * day);
    expect(permissionsOf(aws, image).toSorted()).toEqual([`account:${other}`, `account:${foreign}`]);
    expect(told(aws, 'AMI Unshared')).toMatchObject([
      { removed: [`account:${sharee}`], reasons: [{ code: 'share-not-listed' }] },
    ]);
    expect(told(aws, 'AMI Drift Detected')).toMatchObject([{ imageId: image.id, found: [`account:${foreign}`] }]);
  });

  it('F33: takes everybody else with it where the policy says exact', async () => {
    const { aws } = await openWith(listed);
    const image = build(aws, { permissions: [`account:${foreign}`] });
    await pass(aws, hour);
    await openWith(`share: { accounts: ["${other}"], exact: true }`, aws);
    await pass(aws, 2 * day);
    expect(permissionsOf(aws, image)).toEqual([`account:${other}`]);
  });

  it('F33: keeps what it was given by hand before a policy ever listed it', async () => {
    const { aws } = await openWith(listed);
    const image = build(aws, { permissions: [`account:${sharee}`] });
    await pass(aws, hour);
    await openWith(`share: { accounts: ["${other}"] }`, aws);
    await pass(aws, 2 * day);
    expect(permissionsOf(aws, image).toSorted()).toEqual([`account:${sharee}`, `account:${other}`]);
  });
});

describe('an image that a thousand may share', () => {
  const accounts = (count: number, from = 0): string[] =>
    Array.from({ length: count }, (_none, n) => String(100_000_000_000 + from + n));
  const lines = (ids: readonly string[], more = '') => `share: { accounts: ["${ids.join('", "')}"]${more} }`;
  const asked = (calls: readonly SeenCall[], field: string, operation: string) =>
    named(calls, operation).map(({ input }) => (input as Record<string, { Add: object[] }>)[field]?.Add.length ?? 0);

  it('F32: gets only those that it lacks, in portions that EC2 takes', async () => {
    const { aws } = await openWith(lines(accounts(1_000), ', snapshots: true'));
    const calls = watch(aws);
    const image = build(aws, { permissions: accounts(300).map((id) => `account:${id}`) });
    await pass(aws, hour);
    expect(permissionsOf(aws, image)).toHaveLength(1_000);
    expect(rowsIn(aws, 'snapshots', home)[0]?.permissions).toHaveLength(1_000);
    expect(asked(calls, 'LaunchPermission', 'ModifyImageAttribute')).toEqual([500, 200]);
    expect(asked(calls, 'CreateVolumePermission', 'ModifySnapshotAttribute')).toEqual([500, 500]);
  });

  it('F32: gets nobody new and says so where not all of them would find room', async () => {
    const { aws, engine } = await openWith(lines(accounts(600)));
    const calls = watch(aws);
    const image = build(aws, { permissions: accounts(401, 600).map((id) => `account:${id}`) });
    await pass(aws, hour);
    expect(named(calls, 'ModifyImageAttribute')).toEqual([]);
    expect(await codesOf(engine, image)).toContain('share-beyond-quota');
    expect(await engine.ledger.image(keyOfRow(image))).not.toHaveProperty('finishedAt');
  });

  it('F32: is refused by validate as soon as one policy alone lists too many', () => {
    expect(problemsOf(onePolicy(lines(accounts(1_001)))).map(({ rule }) => rule)).toEqual(['share/too-many']);
  });
});
