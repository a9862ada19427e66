import type { Switches } from '../local/kernel/service.ts';

/** What each switch stands for. */
export const questions: Readonly<Record<keyof Switches, string>> = {
  copyTokenLife: 'How long CopyImage remembers a client token: a minute (`call`), a `day`, or for `ever`.',
  failedCopyLeaves: 'What a failed copy leaves: `image-and-snapshots`, the `image`, or `nothing`.',
  protectedCode: 'The error code for a protected image.',
  lockedCode: 'The error code for a locked snapshot that is to be deleted.',
  copyCarriesDeprecation: 'Whether the deprecation time travels with a copy.',
  copyCarriesProtection: 'Whether deregistration protection travels with a copy.',
  copyRefusesTakenName: 'Whether CopyImage refuses a name that is taken.',
  nameHeldFor: 'How long a name stays taken after deregistration.',
  disableWorksOnProtected: 'Whether a protected image can be disabled.',
  referencesResolveAlias:
    'Whether references find a launch template by the parameter that it names with `resolve:ssm:`.',
  reportTemplateLag: 'How late a version of a launch template comes into a usage report.',
  ruleStartsAfter: 'How long a new rule of the Recycle Bin keeps nothing.',
  ruleShowsAvailableEarly: 'Whether such a rule says `available` nevertheless.',
  restoreKeepsPermissions: 'Whether permissions of images and snapshots come back from the bin.',
  restoreKeepsDeprecation: 'Whether the deprecation time comes back from the bin.',
  restoreKeepsTags: 'Whether tags come back from the bin.',
  restoreKeepsDisabled: 'Whether a disabled image comes back disabled, else available.',
  restoreIsAnnounced: 'Whether an image that comes back available is announced.',
  binHoldsName: 'Whether an image in the bin keeps its name taken.',
  imageQuotaCode: 'The error code for one image, or one public image, too many.',
  imageCopiesCountAsSnapshotCopies:
    'Whether the snapshots of CopyImage count among the 20 snapshot copies that may be under way in a Region.',
  readsLag:
    'With `lag`: whether every read of EC2 is as old as it may be (`always`), or each as the dice fall (`sometimes`).',
  callsShareBuckets:
    'With `throttling`: whether calls without a rate of their own share one token bucket, or have one each.',
  binFreesSnapshots: 'Whether snapshots can be deleted while their image is in the bin.',
};
