import type { BinRule } from '../model/bin.ts';
import type { Region } from '../model/ids.ts';

/** The retention rules of the Recycle Bin; what lies in it is asked of EC2. */
export interface RecycleBin {
  /** Rules for images and for snapshots, all pages. */
  rules(region: Region): Promise<BinRule[]>;
}
