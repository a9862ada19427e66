import { describe, expect, it } from 'vitest';
import { putImage } from '../../local/ec2/fixtures.ts';
import { ec2Clients } from '../../shared/aws/clients.ts';
import { Ec2Images } from '../../shared/aws/images.ts';
import { Stub } from './stub.ts';
import { account, openWorld, transports } from './worlds.ts';

const sharee = '222233334444';
const grants = (on: string, from: number, count: number) =>
  Array.from({ length: count }, (_none, i) => ({ on, account: String(from + i).padStart(12, '0') }));

describe.each(transports)('snapshots of the embedded EC2 by %s', (transport) => {
  it('are opened to accounts and closed again', async () => {
    const { aws, options } = openWorld(transport);
    const images = new Ec2Images(ec2Clients(options), aws.timeline);
    const row = putImage(aws, {
      account,
      region: 'us-east-1',
      name: 'i',
      snapshotPermissions: ['account:999988887777'],
    });
    const snapshot = row.disks[0]?.snapshotId ?? '';
    await images.shareSnapshots('us-east-1', { add: [{ on: snapshot, account: sharee }], remove: [] });
    expect(await images.snapshotAccounts('us-east-1', snapshot)).toEqual(['999988887777', sharee]);
    await images.shareSnapshots('us-east-1', { add: [], remove: [{ on: snapshot, account: sharee }] });
    expect(await images.snapshotAccounts('us-east-1', snapshot)).toEqual(['999988887777']);
  });
});

describe('the adapter', () => {
  it('F32 sends at most 500 changes a call, one snapshot each, removals first', async () => {
    const stub = new Stub({ ModifySnapshotAttribute: () => ({}) });
    const change = { add: [...grants('snap-1', 1, 501), ...grants('snap-2', 1, 1)], remove: grants('snap-1', 9000, 1) };
    await new Ec2Images(ec2Clients(stub.options), stub.clock).shareSnapshots('us-east-1', change);
    const sent = stub.inputs('ModifySnapshotAttribute') as {
      SnapshotId: string;
      CreateVolumePermission: { Add?: unknown[]; Remove?: unknown[] };
    }[];
    expect(
      sent.map(({ SnapshotId, CreateVolumePermission: { Add, Remove } }) => [SnapshotId, Add?.length, Remove?.length]),
    ).toEqual([
      ['snap-1', undefined, 1],
      ['snap-1', 500, undefined],
      ['snap-1', 1, undefined],
      ['snap-2', 1, undefined],
    ]);
  });

  it('takes everyone for no account, and nothing else for nobody', async () => {
    const answer = (permissions: object[]) =>
      new Ec2Images(
        ec2Clients(new Stub({ DescribeSnapshotAttribute: () => ({ CreateVolumePermissions: permissions }) }).options),
        new Stub({}).clock,
      ).snapshotAccounts('us-east-1', 'snap-1');
    expect(await answer([{ Group: 'all' }, { UserId: sharee }])).toEqual([sharee]);
    await expect(answer([{ OrganizationArn: 'new' }])).rejects.toMatchObject({ kind: 'unexpected' });
  });
});
