import type { Code, Reason } from './codes.ts';
import type { ImageKey, Region, SnapshotId } from './ids.ts';
import type { Tags } from './image.ts';
import type { Pointer, WayBack } from './pointer.ts';
import type { Mode, Principal } from './policy.ts';
import type { CopyRequest, NoticeStep } from './records.ts';
import type { StorageGrant } from './storage.ts';
import type { Instant } from './time.ts';

/** What should happen, what guards held back, and one verdict for every image seen. Plain data, byte-equal for equal inputs. */
export interface Plan {
  readonly actions: readonly Action[];
  readonly held: readonly Held[];
  /** Those of `held` that doubts about the whole hold and nothing else: a person may approve them. */
  readonly halted: readonly Action[];
  readonly verdicts: readonly Verdict[];
}

interface Common {
  /** The image acted on; for a copy, its source. */
  readonly image: ImageKey;
  readonly root: ImageKey;
  readonly family?: string;
  readonly policy: string;
  /** Actions of a policy in mode `plan` are shown and never applied. */
  readonly mode: Mode;
  readonly why: readonly Reason[];
}

export interface CopyImage extends Common {
  readonly kind: 'copy-image';
  readonly request: CopyRequest;
  readonly generation: number;
}

/** Remove a copy that never became available, with its snapshots, before the next generation. */
export interface CleanUpCopy extends Common {
  readonly kind: 'clean-up-copy';
  readonly snapshots: readonly SnapshotId[];
  readonly reason: string;
  /** `false`: `retire` has to mark it first; `true`: `reap` may remove it. */
  readonly approved: boolean;
}

export interface MarkImage extends Common {
  readonly kind: 'mark-image';
  readonly tags: Tags;
  readonly snapshots: readonly SnapshotId[];
}

export interface ShareImage extends Common {
  readonly kind: 'share-image';
  readonly add: readonly Principal[];
  readonly remove: readonly Principal[];
}

/** Move a pointer to the image, which is the member of its lineage in the pointer's Region. */
export interface PublishImage extends Common, WayBack {
  readonly kind: 'publish-image';
  readonly pointer: Pointer;
  /** Digest of what the pointer was seen to be; anything else by then, and nothing is done. */
  readonly seen: string;
  /** Build date of the lineage: a pointer never goes back. */
  readonly built: Instant;
  readonly name: string;
  readonly from?: string;
  readonly fromName?: string;
  readonly setDefault: boolean;
  readonly attempt: number;
}

/** Volume permissions on the snapshots of an image, which a copy of it in another account needs. */
export interface ShareSnapshots extends Common {
  readonly kind: 'share-snapshots';
  readonly add: readonly StorageGrant[];
  readonly remove: readonly StorageGrant[];
}

/** Grants on the keys of an image's snapshots, so that other accounts can launch it. */
export interface GrantKey extends Common {
  readonly kind: 'grant-key';
  readonly add: readonly StorageGrant[];
  readonly remove: readonly StorageGrant[];
}

export interface DeprecateImage extends Common {
  readonly kind: 'deprecate-image';
}

export interface DisableImage extends Common {
  readonly kind: 'disable-image';
}

/** Let it launch again, since people restored it or it turned out to be used. */
export interface EnableImage extends Common {
  readonly kind: 'enable-image';
}

/** Take our deprecation back. */
export interface CancelDeprecation extends Common {
  readonly kind: 'cancel-deprecation';
  /** When it would have been deprecated without us. */
  readonly until?: Instant;
}

/** Give back the launch permissions that disabling wiped. */
export interface ReturnShares extends Common {
  readonly kind: 'return-shares';
  readonly principals: readonly Principal[];
  /** Those of them whom no policy lists any more: what we gave them does not come back. */
  readonly unlisted: readonly Principal[];
}

/** Take it out of the Recycle Bin, with its snapshots. */
export interface RecoverImage extends Common {
  readonly kind: 'recover-image';
}

/** Tell the owner of a step to come. For a whole lineage, `image` is its root, which may be gone. */
export interface GiveNotice extends Common {
  readonly kind: 'give-notice';
  readonly step: NoticeStep;
  /** Not before this time. */
  readonly due: Instant;
  readonly owners: readonly string[];
  readonly images: readonly ImageKey[];
}

/** Have EC2 count the use of an image by other accounts. The answer is awaited over runs. */
export interface RequestUsageReport extends Common {
  readonly kind: 'request-usage-report';
}

/** Set the mark without which `reap` may not deregister. */
export interface ApproveRemoval extends Common {
  readonly kind: 'approve-removal';
  readonly snapshots: readonly SnapshotId[];
}

export interface DeregisterImage extends Common {
  readonly kind: 'deregister-image';
  readonly snapshots: readonly SnapshotId[];
  readonly deleteSnapshots: boolean;
  /** Not with the image, but once the Recycle Bin has it no more. */
  readonly afterBin?: true;
}

export type Action =
  | CopyImage
  | CleanUpCopy
  | MarkImage
  | ShareImage
  | PublishImage
  | ShareSnapshots
  | GrantKey
  | DeprecateImage
  | DisableImage
  | GiveNotice
  | RequestUsageReport
  | ApproveRemoval
  | DeregisterImage
  | EnableImage
  | CancelDeprecation
  | ReturnShares
  | RecoverImage;
export type ActionKind = Action['kind'];
export type ActionOf<K extends ActionKind> = Extract<Action, { kind: K }>;

/** A step that was due, and the guards that keep it from happening. */
export interface Held {
  readonly image: ImageKey;
  readonly root: ImageKey;
  readonly family?: string;
  readonly policy: string;
  readonly step: ActionKind;
  /** Why the step was due. */
  readonly why: readonly Reason[];
  /** What holds it. Never empty. */
  readonly guards: readonly Reason[];
}

export interface Verdict {
  readonly image: ImageKey;
  readonly root: ImageKey;
  readonly policy?: string;
  readonly family?: string;
  /** The reason that decides; `reasons` holds it first. */
  readonly code: Code;
  readonly reasons: readonly Reason[];
  /** When the next step would be due, as far as time alone decides. */
  readonly next?: { readonly step: ActionKind; readonly at: Instant; readonly region?: Region };
}
