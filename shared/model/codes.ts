/**
 * Every word with which the product explains itself, in one table: CLI, log line, event and record use these codes.
 * `standing` says what the code means for the image that carries it.
 */
export const codes = {
  // left alone
  'no-policy': 'unmanaged',
  'not-selected': 'unmanaged',
  'tags-undecided': 'waiting',
  'selection-undecided': 'held',
  'foreign-image': 'unmanaged',
  'foreign-managed': 'held',
  'unsupported-image': 'blocked',
  'marketplace-code': 'done',
  'public-unacknowledged': 'blocked',
  'ambiguous-origin': 'held',
  'source-gone': 'held',
  'policy-conflict': 'blocked',
  revoked: 'blocked',
  'image-failed': 'blocked',
  'not-available-yet': 'waiting',
  // growing
  'in-place': 'done',
  'copy-missing': 'act',
  'copy-under-way': 'waiting',
  'copy-retry-due': 'act',
  'copy-retry-later': 'waiting',
  'copy-abandoned': 'blocked',
  'copy-slots-taken': 'waiting',
  'copy-day-full': 'waiting',
  'copy-of-source-region': 'done',
  'retired-here': 'done',
  'built-before-since': 'done',
  'region-unreadable': 'waiting',
  'share-missing': 'act',
  'share-expired': 'act',
  'share-not-listed': 'act',
  'share-foreign': 'done',
  'shares-unread': 'waiting',
  'shares-verified': 'done',
  'share-refused': 'blocked',
  'cannot-share': 'blocked',
  'cannot-be-public': 'blocked',
  'snapshots-missing': 'act',
  'snapshots-unread': 'waiting',
  'key-missing': 'act',
  'key-not-shared': 'blocked',
  'key-undecided': 'done',
  'key-unread': 'waiting',
  'key-disabled': 'blocked',
  'mark-missing': 'act',
  'publish-due': 'act',
  'publish-back': 'act',
  'published-here': 'done',
  'publish-waits': 'waiting',
  'publish-pending': 'waiting',
  'pointer-ahead': 'done',
  'pointer-absent': 'done',
  'pointer-foreign': 'held',
  'pointer-moved': 'held',
  'pointer-untagged': 'held',
  'pointer-unread': 'held',
  'pointer-conflict': 'blocked',
  'pointer-unnamed': 'blocked',
  // retiring
  'among-newest': 'done',
  'date-unreadable': 'held',
  'too-young': 'done',
  'not-expired': 'done',
  'superseded-wait': 'waiting',
  'deprecate-due': 'act',
  'deprecated-wait': 'waiting',
  'disable-due': 'act',
  quarantine: 'waiting',
  'approve-due': 'act',
  'removal-approved': 'act',
  'notice-due': 'act',
  'notice-wait': 'waiting',
  'no-further-stage': 'done',
  'no-retain': 'done',
  'no-family': 'held',
  unfinished: 'done',
  // guards: they only ever keep
  'in-use': 'held',
  'usage-unknown': 'held',
  published: 'held',
  'launched-recently': 'held',
  'last-launch-unknown': 'held',
  'has-children': 'held',
  'speaks-for-copies': 'held',
  'keep-tag': 'held',
  excluded: 'held',
  protected: 'held',
  'protection-unknown': 'held',
  'tags-unknown': 'held',
  'inventory-incomplete': 'held',
  'disabled-elsewhere': 'held',
  'store-young': 'held',
  'store-unreadable': 'held',
  'second-check-pending': 'waiting',
  'outside-window': 'waiting',
  'eyes-broken': 'held',
  frozen: 'held',
  breaker: 'held',
  'breaker-ahead': 'done',
  unmarked: 'held',
  'mode-plan': 'held',
} as const;

export type Code = keyof typeof codes;
export type Standing = (typeof codes)[Code];

/** One sentence's worth of why: the code and the figures that its sentence needs. */
export interface Reason {
  readonly code: Code;
  readonly data?: Readonly<Record<string, string | number | boolean | readonly string[]>>;
}

export const because = (code: Code, data?: Reason['data']): Reason => (data === undefined ? { code } : { code, data });

/** Doubts about a plan as a whole, which a person who has looked at it may put aside. Every other guard stands. */
export const doubts: readonly Code[] = ['breaker', 'eyes-broken'];
