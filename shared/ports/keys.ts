import type { AccountId, Region } from '../model/ids.ts';
import type { KeyAccess } from '../model/storage.ts';

/** What the engine needs of KMS. Every call may fail with a `PortError`. */
export interface Keys {
  /** Policy, grants and state of a key given by id, ARN or alias. */
  access(region: Region, key: string): Promise<KeyAccess>;
  /** The same name with the same account makes one grant, however often it is asked for. */
  grant(key: string, account: AccountId, name: string): Promise<void>;
  /** Ends the grants of that name. Without any, there is nothing to do. */
  endGrant(key: string, name: string): Promise<void>;
}
