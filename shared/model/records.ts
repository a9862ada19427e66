import type { ImageId, ImageKey, Region } from './ids.ts';
import type { Tags } from './image.ts';
import type { Principal } from './policy.ts';
import type { RefusedStep } from './refusal.ts';
import { type Duration, day, type Instant, minute } from './time.ts';

/** What the store knows of one image. One item per image; nothing in it grows with time. */
export interface ImageRecord {
  readonly image: ImageKey;
  readonly root: ImageKey;
  readonly role: 'root' | 'copy';
  readonly name: string;
  readonly built?: Instant;
  readonly family?: string;
  readonly policy?: string;
  readonly parent?: ImageKey;
  /** Root only: what it was built from, nearest first, once EC2 was asked. That never changes. */
  readonly ancestors?: readonly ImageKey[];
  readonly firstSeenAt: Instant;
  /** Root only: when the image was first available in every target Region and shared. Ranks count from here. */
  readonly finishedAt?: Instant;
  /** Launch permissions were last compared with this wish, at this time. */
  readonly shares?: {
    readonly wanted: string;
    readonly verifiedAt: Instant;
    /** Something of ours is still to be taken back: looked at in every run, so that the breaker counts all of it. */
    readonly surplus?: true;
  };
  /** Launch permissions that nobody of us gave and no policy lists, as they were last told of. */
  readonly drift?: readonly Principal[];
  /** The last complete check of all usage sources that found no use, while the image was disabled or about to be. */
  readonly checkedAt?: Instant;
  readonly disabledAt?: Instant;
  /** Launch permissions saved before DisableImage, which wipes them. */
  readonly savedGrants?: readonly Principal[];
  readonly approvedAt?: Instant;
  /** The step that guards hold at present, and a digest of what holds it, so that a hold is announced once. */
  readonly held?: { readonly step: string; readonly by: string; readonly since: Instant };
  /** When sources that nothing else confirms last showed a use of it. */
  readonly shownBy?: Readonly<Record<string, Instant>>;
  /** By action, what was last told of its refusal and when, so that the same is told once a day. */
  readonly blocked?: Readonly<Record<string, { readonly by: string; readonly at: Instant }>>;
  /** Written ahead of DeregisterImage; what is left of it is the purge list. */
  readonly pendingSnapshots?: readonly string[];
  /** Its owner was told that this step is coming. For a lineage, on its root. */
  readonly notice?: { readonly step: NoticeStep; readonly at: Instant };
  /** The deprecation that we set, and the one that EC2 showed before. */
  readonly deprecated?: { readonly at: Instant; readonly before?: Instant };
  /** Launch permissions that are to come back to an image that was enabled again. */
  readonly returning?: readonly Principal[];
  /** Root only: people took the image out of use, with all its copies. Pointers leave it, whatever is older. */
  readonly revoked?: Revocation;
  /** Root only: people wanted undone what was done to the image and its copies. It and `revoked` end one another. */
  readonly restored?: Word;
  /** Not stored, here and below: a newer version wrote this, so that nothing is done that it may forbid. */
  readonly newer?: true;
  /** The step that AWS refused last, so that it is not asked for again at once. */
  readonly refused?: RefusedStep;
  /** Tombstone: the image no longer exists, whatever a late event says. */
  readonly goneAt?: Instant;
}

/** What a person decided about a lineage. */
export interface Word {
  readonly at: Instant;
  /** In the words of that person. */
  readonly reason: string;
}

export interface Revocation extends Word {
  /** They are to be disabled, too: those that nothing launches from, or all. Absent: only pointers leave them. */
  readonly disable?: 'idle' | 'all';
  /** The root that pointers name in its place until something is built after the word. Absent: the newest clean one. */
  readonly to?: ImageKey;
}

/** So long nothing is taken from what people restored, since no policy can know why they did. */
export const restoredRest: Duration = 30 * day;

/** Whether people restored the lineage lately: whatever takes it waits, and what was taken comes back. */
export const isResting = ({ restored }: Pick<ImageRecord, 'restored'>, now: Instant): boolean =>
  restored !== undefined && now < restored.at + restoredRest;

/** For so long EC2 may still show an image as it was before a call. */
export const settlingTime: Duration = 30 * minute;

/** An image that is still listed so long after we took it for gone is there: somebody restored it, or we were wrong. */
export const lingersFor: Duration = day;

/** An image that was just made may not be listed for so long. */
export const listingGrace: Duration = 5 * minute;

/** What actions write into a record. A sighting, made from what the store said some time before, never changes it. */
export const writtenByActions = [
  'checkedAt',
  'disabledAt',
  'savedGrants',
  'approvedAt',
  'pendingSnapshots',
  'held',
  'shownBy',
  'blocked',
  'notice',
  'deprecated',
  'returning',
  'revoked',
  'restored',
  'refused',
] as const satisfies readonly (keyof ImageRecord)[];

/** What counts only while the disable is in force. */
export const endsWithDisable = [
  'checkedAt',
  'disabledAt',
  'savedGrants',
  'approvedAt',
  'pendingSnapshots',
  'notice',
] as const satisfies readonly (keyof ImageRecord)[];

export function withoutFields<K extends keyof ImageRecord>(
  record: ImageRecord,
  fields: readonly K[],
): Omit<ImageRecord, K> {
  const left = Object.entries(record).filter(([field]) => !(fields as readonly string[]).includes(field));
  return Object.fromEntries(left) as unknown as Omit<ImageRecord, K>;
}

/**
 * One wanted copy: written before the call, so that a crash at any point leaves a trace to adopt.
 * intent -> copying -> copied; copying -> failed -> intent of the next generation; failed too often -> abandoned.
 */
export interface CopyIntent {
  readonly root: ImageKey;
  readonly region: Region;
  readonly state: 'intent' | 'copying' | 'copied' | 'failed' | 'abandoned';
  /** 1 for the first try. Part of the client token. */
  readonly generation: number;
  readonly request: CopyRequest;
  readonly copyId?: ImageId;
  readonly since: Instant;
  /** When EC2 was last asked for this generation, written before the call. */
  readonly askedAt?: Instant;
  /** Not before this time, after a failure. */
  readonly retryAt?: Instant;
  readonly reason?: string;
  /** Abandoned only because its source was gone: it goes on should that be back. */
  readonly withoutSource?: true;
  readonly newer?: true;
}

/** The parameters of CopyImage, all of which enter the client token. */
export interface CopyRequest {
  readonly source: ImageKey;
  readonly region: Region;
  readonly name: string;
  readonly tags: Tags;
  readonly kmsKey?: string;
  readonly completeWithinMinutes?: number;
}

/** Steps that owners are told of before. */
export type NoticeStep = 'disable-image' | 'deregister-image';

/** What earlier runs amounted to. It stays small: seven counts for a step, a figure for a day. */
export interface RunHistory {
  /** By step and policy, as in `disable-image golden`: what the last plans that took it took, newest last. */
  readonly taken: Readonly<Record<string, readonly number[]>>;
  /** The most images in use on a day (`2026-11-23`), for the last of them. */
  readonly inUse: Readonly<Record<string, number>>;
  /** Some image was in use, however long ago. */
  readonly everInUse: boolean;
}

/** One line of an image's append-only history. */
export interface HistoryEntry {
  readonly at: Instant;
  readonly image: ImageKey;
  /** An action kind or what was observed: `copy-image`, `deregister-image`, `failed`. */
  readonly what: string;
  readonly phase: 'before' | 'after' | 'seen';
  readonly run: string;
  readonly correlationId?: string; // what caused the run; older versions wrote none
  readonly policy?: string;
  readonly policyHash?: string;
  readonly detail?: Readonly<Record<string, unknown>>;
}

/** A launch permission or, with `on`, a permission on a snapshot or a grant on a key. */
export interface Grant {
  readonly principal: Principal;
  readonly on?: string;
  /** `false` once taken back. */
  readonly given: boolean;
  readonly at: Instant;
  readonly policy: string;
  /** Why AWS would not do what was asked last. */
  readonly refused?: string;
  readonly newer?: true;
}
