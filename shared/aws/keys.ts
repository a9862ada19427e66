import {
  CreateGrantCommand,
  DescribeKeyCommand,
  GetKeyPolicyCommand,
  type GrantListEntry,
  type KMSClient,
  paginateListGrants,
  RevokeGrantCommand,
} from '@aws-sdk/client-kms';
import { isPortError, PortError } from '../model/errors.ts';
import type { AccountId, Region } from '../model/ids.ts';
import { type KeyAccess, type KeyGrant, keyOperations } from '../model/storage.ts';
import type { Keys } from '../ports/keys.ts';
import type { ClientOf } from './clients.ts';

/** The most that ListGrants gives in one page. */
const grantsPerPage = 100;

/** Customer keys in every Region. */
export class KmsKeys implements Keys {
  readonly #in: ClientOf<KMSClient>;

  constructor(clients: ClientOf<KMSClient>) {
    this.#in = clients;
  }

  /** The key policy is asked for by ARN, since GetKeyPolicy takes no alias. */
  async access(region: Region, key: string): Promise<KeyAccess> {
    const { KeyMetadata: found } = await this.#in(region).send(new DescribeKeyCommand({ KeyId: key }));
    if (found?.Arn === undefined) throw odd('DescribeKey', region, `no ARN for ${key}`);
    const { Policy } = await this.#in(region).send(
      new GetKeyPolicyCommand({ KeyId: found.Arn, PolicyName: 'default' }),
    );
    if (Policy === undefined) throw odd('GetKeyPolicy', region, `no policy for ${key}`);
    return {
      arn: found.Arn,
      manager: found.KeyManager === 'AWS' ? 'aws' : 'customer',
      enabled: found.KeyState === 'Enabled',
      policy: Policy,
      grants: found.KeyManager === 'AWS' ? [] : await this.#grants(region, found.Arn),
    };
  }

  /** KMS makes one grant of requests that are alike and have a name. */
  async grant(key: string, account: AccountId, name: string): Promise<void> {
    const [, partition] = key.split(':');
    await this.#in(regionOf(key)).send(
      new CreateGrantCommand({
        KeyId: key,
        GranteePrincipal: `arn:${partition}:iam::${account}:root`,
        Operations: [...keyOperations],
        Name: name,
      }),
    );
  }

  async endGrant(key: string, name: string): Promise<void> {
    const region = regionOf(key);
    for (const { id } of await this.#named(region, key, name)) {
      try {
        await this.#in(region).send(new RevokeGrantCommand({ KeyId: key, GrantId: id }));
      } catch (error) {
        if (!isPortError(error, 'not-found')) throw error;
      }
    }
  }

  /** A key that is gone took its grants with it. */
  async #named(region: Region, key: string, name: string): Promise<KeyGrant[]> {
    try {
      return (await this.#grants(region, key)).filter((grant) => grant.name === name);
    } catch (error) {
      if (isPortError(error, 'not-found')) return [];
      throw error;
    }
  }

  async #grants(region: Region, key: string): Promise<KeyGrant[]> {
    const grants: KeyGrant[] = [];
    const pages = paginateListGrants({ client: this.#in(region), pageSize: grantsPerPage }, { KeyId: key });
    for await (const { Grants } of pages) grants.push(...(Grants ?? []).flatMap(keyGrant));
    return grants;
  }
}

/** A grant with constraints serves only requests of a certain form, and is not counted on. */
const keyGrant = (grant: GrantListEntry): KeyGrant[] =>
  grant.GrantId === undefined
    ? []
    : [
        {
          id: grant.GrantId,
          ...(grant.Name !== undefined && grant.Name !== '' && { name: grant.Name }),
          grantee: grant.GranteePrincipal ?? '',
          operations: grant.Constraints === undefined ? (grant.Operations ?? []) : [],
        },
      ];

/** The Region is part of every key ARN. */
const regionOf = (key: string): Region => key.split(':')[3] ?? '';

const odd = (operation: string, region: Region, message: string): PortError =>
  new PortError('unexpected', { operation, region, code: 'UnexpectedAnswer' }, message);
