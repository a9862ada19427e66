import type { Region } from '../model/ids.ts';
import type { UsageSourceName, Use } from '../model/inventory.ts';

/** How to read. */
export interface UsageLook {
  /** How many versions of each launch template count, the newest first. */
  readonly templateDepth: number;
  /** The same for everything that is read at once: what one source has read another need not read again. */
  readonly look?: object;
}

/** One kind of evidence of use. Throws a `PortError` rather than return less than everything. */
export interface UsageSource {
  readonly name: UsageSourceName;
  /** All uses in the Region, all pages. */
  read(region: Region, options: UsageLook): Promise<Use[]>;
}
