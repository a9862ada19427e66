import { day, hour, minute } from '../../shared/model/time.ts';
import type { Switches } from './service.ts';

/** For every fact that no source states, the answer that is worse for a client. */
export const defaultSwitches: Switches = {
  copyTokenLife: 'call',
  failedCopyLeaves: 'image-and-snapshots',
  protectedCode: 'OperationNotPermitted',
  lockedCode: 'OperationNotPermitted',
  copyCarriesDeprecation: true,
  copyCarriesProtection: true,
  copyRefusesTakenName: true,
  nameHeldFor: 6 * hour,
  disableWorksOnProtected: false,
  referencesResolveAlias: false,
  reportTemplateLag: 3 * day,
  ruleStartsAfter: 30 * minute,
  ruleShowsAvailableEarly: true,
  restoreKeepsPermissions: false,
  restoreKeepsDeprecation: false,
  restoreKeepsTags: false,
  restoreKeepsDisabled: true,
  restoreIsAnnounced: true,
  binHoldsName: true,
  imageQuotaCode: 'ResourceLimitExceeded',
  imageCopiesCountAsSnapshotCopies: true,
  readsLag: 'always',
  callsShareBuckets: true,
  binFreesSnapshots: true,
};
