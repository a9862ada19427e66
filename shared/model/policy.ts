import type { AccountId, ImageId, Region } from './ids.ts';
import type { ImageState, Severity } from './image.ts';
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
  readonly publish?: PublishPolicy;
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
  readonly state?: readonly ImageState[];
  /** Any of these may launch it. */
  readonly sharedWith?: readonly Principal[];
  /** By build date. */
  readonly olderThan?: Duration;
  readonly newerThan?: Duration;
  /** Never launched matches. */
  readonly notLaunchedFor?: Duration;
  /** Built from one of these in any number of steps. */
  readonly descendsFrom?: readonly ImageId[];
  /** Amazon Inspector's worst finding is this or worse; never scanned does not match. */
  readonly severityAtLeast?: Severity;
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
  /** Copies begun within 24 hours, in all Regions together. */
  readonly maxPerDay: number;
}

export interface CopyTarget {
  readonly region: Region;
  readonly kmsKey?: string;
  readonly completeWithinMinutes?: number;
}

/** Who may launch: `account:<12 digits>`, `organization:<arn>`, `unit:<arn>` or `everyone`. */
export type Principal = string;

/** So many accounts, organizations and units may share one image, unless AWS has raised the quota. */
export const mostEntities = 1_000;

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

export interface PublishPolicy {
  /** `all-regions`: no pointer moves until every target Region has the image, shared. */
  readonly when: 'all-regions' | 'each-region';
  /** `parameter` is a template with the placeholders of a family key. */
  readonly ssm: readonly { readonly parameter: string; readonly regions: 'all' | readonly Region[] }[];
  /** `name` is such a template as well. */
  readonly launchTemplates: readonly { readonly name: string; readonly setDefault: boolean }[];
}

export type BinDemand = 'optional' | 'required';

export interface RetainPolicy {
  readonly unit: 'lineage' | 'image';
  /** Newest finished images kept per family, architecture and Region; at least 2. */
  readonly keepLast: number;
  /** What a pointer of ours names stays. */
  readonly keepPublished: boolean;
  readonly maxAge?: Duration;
  readonly stages: {
    readonly deprecate?: { readonly afterSuperseded: Duration };
    readonly disable?: { readonly afterDeprecated: Duration };
    readonly deregister?: { readonly afterDisabled: Duration; readonly deleteSnapshots: boolean };
  };
  readonly guards: {
    readonly off: readonly string[];
    readonly templateDepth: number;
    /** Use in other accounts is looked for. Without that an image that others may use stops before it is disabled. */
    readonly sharedAccounts: boolean;
    readonly lastLaunchedWithin: Duration;
    readonly descendants: 'keep' | 'warn' | 'ignore';
    /** `fail`: a run that could not read a source ends with an error, besides keeping what it may use. */
    readonly onUnknown: 'keep' | 'fail';
    /** Fewer images in use than this, once there were any: the sources are not believed. */
    readonly minInUse: number;
  };
  readonly exclude: {
    readonly tags: Readonly<Record<string, readonly string[]>>;
    readonly images: readonly ImageId[];
  };
  readonly keepTag: string;
  readonly limits: { readonly perPlan: number; readonly percentOfFamily: number };
  /** `required`: nothing is deregistered that the Recycle Bin would not keep, image and snapshots alike. */
  readonly recycleBin: BinDemand;
  /** When steps may be taken. */
  readonly window?: Window;
  readonly notice?: Notice;
}

export const weekdays = ['MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT', 'SUN'] as const;
export type Weekday = (typeof weekdays)[number];

/** By the clocks of a time zone. A window that goes past midnight belongs to the day on which it opens. */
export interface Window {
  readonly days: readonly Weekday[];
  /** Minutes of the day; open from the first, no longer at the second. */
  readonly from: number;
  readonly to: number;
  /** IANA name. */
  readonly timezone: string;
}

/** Told so long before an image is disabled, and again before it is deregistered. */
export interface Notice {
  readonly before: Duration;
  /** Template for whom it concerns, `{tag:Owner}`. */
  readonly owner?: string;
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
