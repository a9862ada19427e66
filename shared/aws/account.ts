import { DescribeRegionsCommand, type EC2Client } from '@aws-sdk/client-ec2';
import { GetCallerIdentityCommand, type STSClient } from '@aws-sdk/client-sts';
import { isPortError, PortError } from '../model/errors.ts';
import { type Evidence, known, unknown } from '../model/evidence.ts';
import type { AccountId, Region } from '../model/ids.ts';
import type { Regions } from '../ports/caller.ts';
import type { Account } from '../ports/images.ts';

/** Who we are and where we may act, asked in the home Region. */
export class AwsAccount implements Account, Regions {
  readonly #sts: STSClient;
  readonly #ec2: EC2Client;
  readonly #home: Region;

  constructor(clients: { sts: STSClient; ec2: EC2Client }, home: Region) {
    this.#sts = clients.sts;
    this.#ec2 = clients.ec2;
    this.#home = home;
  }

  async id(): Promise<AccountId> {
    const { Account: account } = await this.#sts.send(new GetCallerIdentityCommand({}));
    if (account !== undefined) return account;
    const at = { operation: 'GetCallerIdentity', region: this.#home, code: 'UnexpectedAnswer' };
    throw new PortError('unexpected', at, 'an answer without Account');
  }

  /** Regions that need no opt-in or have been switched on, sorted. EC2 does not page them. */
  async optedIn(): Promise<Region[]> {
    const { Regions: regions = [] } = await this.#ec2.send(new DescribeRegionsCommand({ AllRegions: false }));
    const usable = regions.filter((region) => region.OptInStatus !== 'not-opted-in');
    return usable.flatMap(({ RegionName: name }) => (name === undefined ? [] : [name])).sort();
  }

  async regions(): Promise<Evidence<Region[]>> {
    try {
      return known(await this.optedIn());
    } catch (error) {
      if (isPortError(error) && error.kind !== 'no-credentials') return unknown(error.message);
      throw error;
    }
  }
}
