import type { AccountId, Region } from '../model/ids.ts';

export interface Identity {
  readonly account: AccountId;
  readonly arn: string;
}

/** Whoever makes our calls. */
export interface Caller {
  /** GetCallerIdentity. */
  identity(): Promise<Identity>;
  /** Where the credentials were found, in words. `undefined`: nobody says. */
  source(): Promise<string | undefined>;
}

export interface Regions {
  /** Those that the account may use. */
  optedIn(): Promise<readonly Region[]>;
}
