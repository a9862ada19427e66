import {
  CopyImageCommand,
  DescribeImageAttributeCommand,
  DescribeImagesCommand,
  DescribeSnapshotsCommand,
  EC2Client,
} from '@aws-sdk/client-ec2';
import { ListQueuesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { beforeEach, describe, expect, it } from 'vitest';
import { putImage } from '../../../local/ec2/fixtures.ts';
import type { ImageRow } from '../../../local/ec2/rows.ts';
import type { EmbeddedAws } from '../../../local/world.ts';
import { minute } from '../../../shared/model/time.ts';
import { account, failureOf, open, wireClients } from '../wire/helpers.ts';

const other = '444455556666';
const unit = 'arn:aws:organizations::999999999999:ou/o-a1b2c3d4e5/ou-ab12-cdef3456';

let aws: EmbeddedAws;
beforeEach(() => {
  aws = open();
});

/** What a client is given that has taken on a role of another account. */
async function asRole(RoleArn = `arn:aws:iam::${other}:role/auditor`, DurationSeconds = 900) {
  const input = { RoleArn, RoleSessionName: 'look', DurationSeconds };
  const { Credentials: given } = await wireClients(aws).sts.send(new AssumeRoleCommand(input));
  const credentials = {
    accessKeyId: given?.AccessKeyId ?? '',
    secretAccessKey: given?.SecretAccessKey ?? '',
    sessionToken: given?.SessionToken ?? '',
  };
  const config = { region: 'us-east-1', credentials, maxAttempts: 1, requestHandler: aws.requestHandler() };
  return { ec2: new EC2Client(config), sts: new STSClient(config), sqs: new SQSClient(config), given };
}

const put = (fixture: Partial<ImageRow>, snapshotPermissions: string[] = []): ImageRow =>
  putImage(aws, { account, region: 'us-east-1', name: `image ${aws.random.uuid()}`, ...fixture, snapshotPermissions });

describe('whoever takes on a role of another account', () => {
  it('is somebody of that account', async () => {
    const { sts } = await asRole();
    expect(await sts.send(new GetCallerIdentityCommand({}))).toMatchObject({
      Account: other,
      Arn: `arn:aws:sts::${other}:assumed-role/auditor/look`,
      UserId: expect.stringMatching(/^AROA\w{16}:look$/),
    });
    expect(await wireClients(aws).sts.send(new GetCallerIdentityCommand({}))).toMatchObject({ Account: account });
  });

  it('sees what is shared with the account, with its organizational unit or with everybody, and nothing else', async () => {
    const direct = put({ permissions: [`account:${other}`] });
    const byUnit = put({ permissions: [`unit:${unit}`] });
    const open = put({ permissions: ['group:all'] });
    put({});
    put({ permissions: [`account:${other}`], state: 'disabled' });
    aws.state.table('organization-members').set(unit, { accounts: [other] });
    const { ec2 } = await asRole();
    const ids = async (input: object) =>
      (await ec2.send(new DescribeImagesCommand(input))).Images?.map(({ ImageId }) => ImageId).sort();
    expect(await ids({})).toEqual([direct.id, byUnit.id, open.id].sort());
    expect(await ids({ ExecutableUsers: ['self'] })).toEqual([direct.id, byUnit.id].sort());
    expect(await ids({ Owners: ['self'] })).toEqual([]);
  });

  it('sees of tags only those that are marked as shared, and no launch permissions', async () => {
    const { id } = put({ permissions: [`account:${other}`], tags: { Team: 'web', 'ec2:SharedTag/Os': 'al2023' } });
    const { ec2 } = await asRole();
    const { Images: [image] = [] } = await ec2.send(new DescribeImagesCommand({ ImageIds: [id] }));
    expect(image?.Tags).toEqual([{ Key: 'ec2:SharedTag/Os', Value: 'al2023' }]);
    const permissions = new DescribeImageAttributeCommand({ ImageId: id, Attribute: 'launchPermission' });
    expect((await failureOf(ec2.send(permissions))).name).toBe('AuthFailure');
  });

  it('copies an image only when its snapshots are shared, too', async () => {
    const closed = put({ permissions: [`account:${other}`] });
    const shared = put({ permissions: [`account:${other}`] }, [`account:${other}`]);
    const { ec2 } = await asRole();
    const copy = (source: ImageRow) =>
      ec2.send(new CopyImageCommand({ Name: `of ${source.id}`, SourceImageId: source.id, SourceRegion: 'us-east-1' }));
    expect((await failureOf(copy(closed))).name).toBe('InvalidRequest');
    const { ImageId = '' } = await copy(shared);
    const { Images: [own] = [] } = await ec2.send(new DescribeImagesCommand({ ImageIds: [ImageId] }));
    expect(own?.OwnerId).toBe(other);
    const { Snapshots = [] } = await ec2.send(new DescribeSnapshotsCommand({ OwnerIds: [account] }));
    expect(Snapshots.map(({ SnapshotId }) => SnapshotId)).toEqual([shared.disks[0]?.snapshotId]);
  });

  it('is nobody any more once the time is over, and each service says so in its own words', async () => {
    const { ec2, sts, sqs, given } = await asRole();
    expect(given?.Expiration).toEqual(new Date(aws.timeline.now() + 15 * minute));
    await aws.timeline.advanceTo(aws.timeline.now() + 15 * minute - 1);
    await sts.send(new GetCallerIdentityCommand({}));
    await aws.timeline.advanceTo(aws.timeline.now() + 1);
    expect((await failureOf(ec2.send(new DescribeImagesCommand({})))).name).toBe('RequestExpired');
    expect((await failureOf(sts.send(new GetCallerIdentityCommand({})))).name).toMatch(/^ExpiredToken/);
    expect((await failureOf(sqs.send(new ListQueuesCommand({})))).name).toBe('ExpiredTokenException');
  });

  it('may go on to roles of further accounts', async () => {
    const { sts } = await asRole();
    const next = new AssumeRoleCommand({ RoleArn: `arn:aws:iam::${account}:role/back`, RoleSessionName: 'again' });
    expect((await sts.send(next)).AssumedRoleUser?.Arn).toBe(`arn:aws:sts::${account}:assumed-role/back/again`);
  });

  it.each([
    ['arn:aws:iam::12:role/auditor', 'look', 900, {}],
    [`arn:aws:iam::${other}:user/somebody`, 'look', 900, {}],
    [`arn:aws:iam::${other}:role/auditor`, 'two words', 900, {}],
    [`arn:aws:iam::${other}:role/auditor`, 'look', 899, {}],
    [`arn:aws:iam::${other}:role/auditor`, 'look', 43_201, {}],
    [`arn:aws:iam::${other}:role/auditor`, 'look', 900, { Policy: '{}' }],
  ])('cannot be %s for %s over %i s with %j', async (RoleArn, RoleSessionName, DurationSeconds, more) => {
    const input = { RoleArn, RoleSessionName, DurationSeconds, ...more };
    const failure = await failureOf(wireClients(aws).sts.send(new AssumeRoleCommand(input)));
    expect(failure.name).toBe('ValidationError');
  });
});
