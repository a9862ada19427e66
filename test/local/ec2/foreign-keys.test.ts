import type { DescribeInstancesResult, Reservation } from '@aws-sdk/client-ec2';
import { beforeEach, describe, expect, it } from 'vitest';
import { putImage } from '../../../local/ec2/fixtures.ts';
import { defaultKey, saveKeyRow } from '../../../local/ec2/keys.ts';
import type { ImageRow } from '../../../local/ec2/rows.ts';
import { kmsService } from '../../../local/services/kms.ts';
import { account, type Ec2, home, hours, makeEc2, minutes, stranger } from './harness.ts';

const key = `arn:aws:kms:${home}:${account}:key/0f0f0f0f-1111-2222-3333-444455556666`;
const organization = 'arn:aws:organizations::111122223333:organization/o-a1b2c3d4e5';
const unit = 'arn:aws:organizations::111122223333:ou/o-a1b2c3d4e5/ou-ab12-cdef3456';

/** All that facts 4 say another account needs. */
const needed = ['kms:DescribeKey', 'kms:CreateGrant', 'kms:GenerateDataKey*', 'kms:ReEncrypt*', 'kms:Decrypt'];

let ec2: Ec2;
beforeEach(() => {
  ec2 = makeEc2();
});

const shared = (kmsKeyId: string): ImageRow =>
  putImage(ec2.world, {
    account,
    region: home,
    name: 'secret',
    disks: [{ kmsKeyId, encrypted: true }],
    permissions: [`account:${stranger}`],
    snapshotPermissions: [`account:${stranger}`],
  });

const allow = (more: object): object => ({ Effect: 'Allow', Action: needed, Resource: '*', ...more });
const toAccount = { Principal: { AWS: `arn:aws:iam::${stranger}:root` } };

const setPolicy = (...statements: object[]): void =>
  saveKeyRow(ec2.world, key, { policy: JSON.stringify({ Version: '2012-10-17', Statement: statements }) });

/** What becomes of a copy and of an instance of the other account. */
async function outcome(
  image: ImageRow,
  as = stranger,
): Promise<[copy: string | undefined, instance: string | undefined]> {
  const asked = { SourceImageId: image.id, SourceRegion: home, Name: 'copy' };
  const { ImageId } = ec2.call<{ ImageId: string }>('CopyImage', asked, { account: as });
  const launch = { ImageId: image.id, InstanceType: 't3.micro', MinCount: 1, MaxCount: 1 };
  const { Instances: [started] = [] } = ec2.call<Reservation>('RunInstances', launch, { account: as });
  expect(started?.State?.Name).toBe('pending');
  await ec2.pass(minutes(10));
  const ids = { InstanceIds: [started?.InstanceId] };
  const { Reservations: [reservation] = [] } = ec2.call<DescribeInstancesResult>('DescribeInstances', ids, {
    account: as,
  });
  await ec2.pass(hours(1));
  return [ec2.image(ImageId, { account: as }).State, reservation?.Instances?.[0]?.State?.Name];
}

const works = ['available', 'running'];
const fails = ['failed', 'terminated'];

describe('another account that an encrypted image is shared with', () => {
  it('is kept from it without a word in the key policy, although it is listed as shared', async () => {
    const image = shared(key);
    expect(ec2.image(image.id, { account: stranger }).State).toBe('available');
    expect(await outcome(image)).toEqual(fails);
    const [copy] = ec2.call<{ Images: { StateReason?: { Message?: string } }[] }>(
      'DescribeImages',
      { Owners: ['self'] },
      { account: stranger },
    ).Images;
    expect(copy?.StateReason?.Message).toBe('Given key ID is not accessible');
  });

  it('may use it when the key policy names the account with all that is needed', async () => {
    setPolicy(allow(toAccount));
    expect(await outcome(shared(key))).toEqual(works);
  });

  it.each(needed)('may not when %s is missing', async (missing) => {
    setPolicy(allow({ ...toAccount, Action: needed.filter((action) => action !== missing) }));
    expect(await outcome(shared(key))).toEqual(fails);
  });

  it('may not against a denial, even one with a condition that nobody can judge', async () => {
    const denial = { Effect: 'Deny', Action: 'kms:Decrypt', Resource: '*', ...toAccount };
    setPolicy(allow(toAccount), { ...denial, Condition: { Bool: { 'aws:SecureTransport': 'false' } } });
    expect(await outcome(shared(key))).toEqual(fails);
  });

  it.each([
    ['StringEquals', 'aws:PrincipalOrgID', 'o-a1b2c3d4e5', works],
    ['StringEquals', 'aws:PrincipalOrgID', 'o-zzzzzzzzzz', fails],
    ['ForAnyValue:StringLike', 'aws:PrincipalOrgPaths', 'o-a1b2c3d4e5/r-ab12/ou-ab12-cdef3456/*', works],
    ['ForAnyValue:StringLike', 'aws:PrincipalOrgPaths', 'o-a1b2c3d4e5/r-ab12/ou-ab12-99999999/*', fails],
    ['Bool', 'kms:GrantIsForAWSResource', 'true', works],
    ['StringEquals', 'kms:ViaService', `ec2.${home}.amazonaws.com`, works],
    ['StringEquals', 'kms:ViaService', `s3.${home}.amazonaws.com`, fails],
    ['StringNotEquals', 'aws:PrincipalOrgID', 'o-zzzzzzzzzz', fails],
    ['IpAddress', 'aws:SourceIp', '0.0.0.0/0', fails],
  ])('under the condition %s %s %s: %j', async (operator, name, value, expected) => {
    ec2.world.state.table('organization-members').set(organization, { accounts: [stranger] });
    ec2.world.state.table('organization-members').set(unit, { accounts: [stranger] });
    setPolicy(allow({ Principal: { AWS: '*' }, Condition: { [operator]: { [name]: value } } }));
    expect(await outcome(shared(key))).toEqual(expected);
  });

  it('may use it by a grant to the account, until that is revoked', async () => {
    const call = (operation: string, input: object): { GrantId?: string } =>
      kmsService.operations[operation]?.(input as never, {
        account,
        region: home,
        requestId: () => 'r',
        world: ec2.world,
      }) as { GrantId?: string };
    const Operations = ['DescribeKey', 'CreateGrant', 'GenerateDataKeyWithoutPlaintext', 'ReEncryptFrom', 'Decrypt'];
    const GranteePrincipal = `arn:aws:iam::${stranger}:root`;
    const { GrantId } = call('CreateGrant', { KeyId: key, GranteePrincipal, Operations });
    const image = shared(key);
    expect(await outcome(image)).toEqual(works);
    call('RevokeGrant', { KeyId: key, GrantId });
    const asked = { SourceImageId: image.id, SourceRegion: home, Name: 'another copy' };
    const { ImageId } = ec2.call<{ ImageId: string }>('CopyImage', asked, { account: stranger });
    await ec2.pass(hours(1));
    expect(ec2.image(ImageId, { account: stranger }).State).toBe('failed');
  });

  it('never uses the key that AWS manages', async () => {
    expect(await outcome(shared(defaultKey({ account, region: home })))).toEqual(fails);
  });
});

it('the account of the key uses it whatever its policy says of others', async () => {
  expect(await outcome(shared(key), account)).toEqual(works);
});
