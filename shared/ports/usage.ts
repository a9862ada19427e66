import type { Region } from '../model/ids.ts';
import type { UsageSourceName, Use } from '../model/inventory.ts';

/** One kind of evidence of use. Throws a `PortError` rather than return less than everything. */
export interface UsageSource {
  readonly name: UsageSourceName;
  /** All uses in the Region, all pages. */
  read(region: Region, options: { templateDepth: number }): Promise<Use[]>;
}
