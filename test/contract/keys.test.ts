import { PutKeyPolicyCommand } from '@aws-sdk/client-kms';
import { describe, expect, it } from 'vitest';
import { kmsClients } from '../../shared/aws/clients.ts';
import { KmsKeys } from '../../shared/aws/keys.ts';
import { keyOperations } from '../../shared/model/storage.ts';
import { Stub, serviceError } from './stub.ts';
import { account, openWorld, transports } from './worlds.ts';

const sharee = '222233334444';

describe.each(transports)('keys of the embedded KMS by %s', (transport) => {
  const open = () => {
    const { aws, options } = openWorld(transport);
    const clients = kmsClients(options);
    return { aws, clients, keys: new KmsKeys(clients) };
  };

  it('are found by alias, with the owner alone in their policy', async () => {
    const found = await open().keys.access('us-east-1', 'alias/golden');
    expect(found).toMatchObject({ manager: 'customer', enabled: true, grants: [] });
    expect(found.arn).toMatch(/^arn:aws:kms:us-east-1:000011112222:key\//);
    expect(found.policy).toContain(`arn:aws:iam::${account}:root`);
  });

  it('show the policy that was put', async () => {
    const { clients, keys } = open();
    const { arn } = await keys.access('us-east-1', 'alias/golden');
    await clients().send(new PutKeyPolicyCommand({ KeyId: arn, Policy: '{"Statement":[]}' }));
    expect((await keys.access('us-east-1', arn)).policy).toBe('{"Statement":[]}');
  });

  it('say that aws/ebs is managed by AWS', async () => {
    expect(await open().keys.access('us-east-1', 'alias/aws/ebs')).toMatchObject({ manager: 'aws' });
  });

  it('make one grant of a name, however often it is asked for, and end it', async () => {
    const { keys } = open();
    const { arn } = await keys.access('us-east-1', 'alias/golden');
    await keys.grant(arn, sharee, 'ami-steward/ami-1/x');
    await keys.grant(arn, sharee, 'ami-steward/ami-1/x');
    await keys.grant(arn, sharee, 'ami-steward/ami-2/x');
    const { grants } = await keys.access('us-east-1', arn);
    expect(grants.map(({ name }) => name)).toEqual(['ami-steward/ami-1/x', 'ami-steward/ami-2/x']);
    expect(grants[0]).toMatchObject({ grantee: `arn:aws:iam::${sharee}:root`, operations: [...keyOperations] });
    await keys.endGrant(arn, 'ami-steward/ami-1/x');
    await keys.endGrant(arn, 'ami-steward/ami-1/x');
    expect((await keys.access('us-east-1', arn)).grants).toHaveLength(1);
  });

  it('of another account are closed, and those of another Region unknown', async () => {
    const { keys } = open();
    const foreign = `arn:aws:kms:us-east-1:${sharee}:key/k`;
    await expect(keys.access('us-east-1', foreign)).rejects.toMatchObject({ kind: 'denied' });
    const away = `arn:aws:kms:eu-west-1:${account}:key/k`;
    await expect(keys.access('us-east-1', away)).rejects.toMatchObject({ kind: 'not-found' });
  });
});

describe('the adapter', () => {
  const arn = 'arn:aws-cn:kms:cn-north-1:111122223333:key/k';
  const answers = {
    DescribeKey: () => ({ KeyMetadata: { Arn: arn, KeyManager: 'CUSTOMER', KeyState: 'PendingDeletion' } }),
    GetKeyPolicy: () => ({ Policy: '{}' }),
    ListGrants: (_input: unknown, nth: number) =>
      nth === 0
        ? {
            Grants: [{ GrantId: '1', GranteePrincipal: 'a', Operations: ['Decrypt'] }],
            Truncated: true,
            NextMarker: 'm',
          }
        : { Grants: [{ GrantId: '2', Operations: ['Decrypt'], Constraints: { EncryptionContextEquals: {} } }] },
    CreateGrant: () => ({}),
  };

  it('reads every page of grants, and counts on none with constraints', async () => {
    const stub = new Stub(answers);
    const found = await new KmsKeys(kmsClients(stub.options)).access('cn-north-1', arn);
    expect(found).toMatchObject({
      enabled: false,
      grants: [
        { id: '1', operations: ['Decrypt'] },
        { id: '2', operations: [] },
      ],
    });
    expect(stub.inputs('ListGrants')[1]).toMatchObject({ Marker: 'm' });
  });

  it('names the account in the partition of the key', async () => {
    const stub = new Stub(answers);
    await new KmsKeys(kmsClients(stub.options)).grant(arn, sharee, 'n');
    expect(stub.inputs('CreateGrant')).toMatchObject([
      { GranteePrincipal: `arn:aws-cn:iam::${sharee}:root`, Name: 'n' },
    ]);
    expect(stub.seen[0]?.region).toBe('cn-north-1');
  });

  it('takes a key that is gone for one without grants', async () => {
    const stub = new Stub({
      ListGrants: () => {
        throw serviceError('NotFoundException');
      },
    });
    await new KmsKeys(kmsClients(stub.options)).endGrant(arn, 'n');
    expect(stub.inputs('ListGrants')).toHaveLength(1);
  });
});
