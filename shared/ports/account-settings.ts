import type { Region } from '../model/ids.ts';

/** How far public sharing is blocked in a Region. */
export interface PublicBlock {
  readonly state: 'unblocked' | 'block-new-sharing' | 'block-all-sharing';
  /** An organization's declarative policy, where only that can change it. */
  readonly managedBy: 'account' | 'declarative-policy';
}

/** What an account has said once for all of its images or snapshots in a Region. */
export interface AccountSettings {
  imageBlock(region: Region): Promise<PublicBlock>;
  snapshotBlock(region: Region): Promise<PublicBlock>;
}
