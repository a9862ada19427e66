import type { Region } from '../model/ids.ts';

/** What an account was granted by Service Quotas. */
export interface Quotas {
  /** @returns `undefined` where the Region keeps no value for the account, so that what is documented counts */
  ofEc2(code: string, region: Region): Promise<number | undefined>;
}
