import type { AccountId, ImageId, Region } from './ids.ts';
import type { NoticeWord } from './notice.ts';
import type { Duration, Instant } from './time.ts';

/** The compiled policy file: defaults filled in, durations in milliseconds. Written by `validate`, read by the rules. */
export interface CompiledPolicy {
  readonly version: 1;
  /** sha256 of the compiled text; seven characters of it in print. */
  readonly hash: string;
  readonly policies: readonly Policy[];
}

export type Mode = 'plan' | 'apply';

export interface Policy {
  readonly name: string;
  readonly description?: string;
  /** `plan`: decided and shown, never applied. */
  readonly mode: Mode;
  readonly select: Selector;
  readonly family?: { readonly key: string };
  readonly copy?: CopyPolicy;
  readonly share?: SharePolicy;
  readonly lineage: { readonly stampTags: boolean };
  readonly retain?: RetainPolicy;
  readonly notify?: readonly NotifyPolicy[];
  readonly overrides: readonly { readonly rule: string; readonly reason: string }[];
}

/** All given keys must match, on the root image. Patterns know `*` and `?`; case counts. */
export interface Selector {
  readonly name?: readonly string[];
  readonly notName?: readonly string[];
  readonly tags?: Readonly<Record<string, readonly string[]>>;
  readonly notTags?: Readonly<Record<string, readonly string[]>>;
  readonly architecture?: readonly string[];
  readonly platform?: readonly ('linux' | 'windows')[];
  readonly rootDevice: readonly ('ebs' | 'instance-store')[];
  /** Where images are born. Empty: the home Region. */
  readonly regions: readonly Region[];
  readonly encrypted?: boolean;
}

export interface CopyPolicy {
  readonly to: readonly CopyTarget[];
  /** Template over `{name}`; default `{name}`. */
  readonly name: string;
  readonly copyTags: boolean;
  readonly addTags: Readonly<Record<string, string>>;
  /** Images built earlier stay where they are. */
  readonly since: Instant | 'all';
  /** Copies under way per target Region. */
  readonly maxInFlight: number;
}

export interface CopyTarget {
  readonly region: Region;
  readonly kmsKey?: string;
  readonly completeWithinMinutes?: number;
}

/** Who may launch: `account:<12 digits>`, `organization:<arn>`, `unit:<arn>` or `everyone`. */
export type Principal = string;

export interface SharePolicy {
  readonly with: readonly { readonly principal: Principal; readonly until?: Instant }[];
  /** Also take away launch permissions that nobody listed. */
  readonly exact: boolean;
  /** The accounts among them may also copy: volume permissions on the snapshots. */
  readonly snapshots: boolean;
  readonly kms: KeyCare;
}

/** What is done about the customer keys that sharees need: nothing, a check of who can use them, or grants for accounts. */
export type KeyCare = 'off' | 'verify' | 'grant';

export interface RetainPolicy {
  readonly unit: 'lineage' | 'image';
  /** Newest finished images kept per family, architecture and Region; at least 2. */
  readonly keepLast: number;
  readonly maxAge?: Duration;
  readonly stages: {
    readonly deprecate?: { readonly afterSuperseded: Duration };
    readonly disable?: { readonly afterDeprecated: Duration };
    readonly deregister?: { readonly afterDisabled: Duration; readonly deleteSnapshots: boolean };
  };
  readonly guards: {
    readonly off: readonly string[];
    readonly templateDepth: number;
    readonly lastLaunchedWithin: Duration;
    readonly descendants: 'keep' | 'warn' | 'ignore';
  };
  readonly exclude: {
    readonly tags: Readonly<Record<string, readonly string[]>>;
    readonly images: readonly ImageId[];
  };
  readonly keepTag: string;
  readonly limits: { readonly perPlan: number; readonly percentOfFamily: number };
}

/** Topics that are told of some events: plain text to `sns`, the chat form to `chat`. */
export interface NotifyPolicy {
  readonly on: readonly NoticeWord[];
  readonly sns?: string;
  readonly chat?: string;
}

export const accountPrincipal = (id: AccountId): Principal => `account:${id}`;

/** The account id of a principal that is one. */
export const accountOf = (principal: Principal): AccountId | undefined => /^account:(\d{12})$/.exec(principal)?.[1];
