import type { AccountId, Region } from '../../shared/model/ids.ts';
import type { Quotas } from '../ec2/quotas.ts';
import type { Principal } from '../iam/principal.ts';
import type { Principals } from '../iam/principals.ts';
import type { Session } from '../iam/sessions.ts';
import type { Random } from './random.ts';
import type { State } from './state.ts';
import type { Timeline } from './timeline.ts';

/** The error that a service answers with; `code` is what clients see as the error's name. */
export class AwsError extends Error {
  readonly code: string;
  readonly status: number;

  constructor(code: string, message: string, status = 400) {
    super(message);
    this.name = code;
    this.code = code;
    this.status = status;
  }
}

/** An event as it lies on a bus. */
export interface AwsEvent {
  readonly version: '0';
  readonly id: string;
  readonly 'detail-type': string;
  readonly source: string;
  readonly account: AccountId;
  readonly time: string;
  readonly region: Region;
  readonly resources: readonly string[];
  readonly detail: Readonly<Record<string, unknown>>;
}

/** Id and time are filled in where the sender leaves them out. */
export type NewEvent = Omit<AwsEvent, 'version' | 'id' | 'time'> & Partial<Pick<AwsEvent, 'id' | 'time'>>;

/** Facts that no source states (`[?]`): each has a switch, and its default is the answer that is worse for us. */
export interface Switches {
  /** How long CopyImage remembers a client token. */
  readonly copyTokenLife: 'call' | 'day' | 'ever';
  /** What a failed copy leaves behind. */
  readonly failedCopyLeaves: 'image-and-snapshots' | 'image' | 'nothing';
  /** Error code of DeregisterImage on a protected image. */
  readonly protectedCode: string;
  /** Error code of DeleteSnapshot on a locked snapshot. */
  readonly lockedCode: string;
  /** Whether deprecation and deregistration protection travel with a copy. */
  readonly copyCarriesDeprecation: boolean;
  readonly copyCarriesProtection: boolean;
  /** Whether CopyImage refuses a name that is taken. */
  readonly copyRefusesTakenName: boolean;
  /** How long a name stays taken after deregistration, in milliseconds. */
  readonly nameHeldFor: number;
  readonly disableWorksOnProtected: boolean;
  /** Whether DescribeImageReferences finds a launch template through the parameter that it names. */
  readonly referencesResolveAlias: boolean;
  /** How late use by launch templates comes into a usage report, in milliseconds. */
  readonly reportTemplateLag: number;
  /** How long a new rule of the Recycle Bin keeps nothing, in milliseconds. */
  readonly ruleStartsAfter: number;
  /** Whether such a rule says `available` nevertheless. */
  readonly ruleShowsAvailableEarly: boolean;
  /** What images and snapshots that are restored from the bin have kept. */
  readonly restoreKeepsPermissions: boolean;
  readonly restoreKeepsDeprecation: boolean;
  readonly restoreKeepsTags: boolean;
  /** Whether a disabled image comes back disabled; otherwise anybody may launch it again at once. */
  readonly restoreKeepsDisabled: boolean;
  /** Whether a restored image is announced as `available`. */
  readonly restoreIsAnnounced: boolean;
  /** Whether an image in the bin keeps its name taken. */
  readonly binHoldsName: boolean;
  /** Error code of whatever would be one image too many. */
  readonly imageQuotaCode: string;
  /** Whether the snapshots of copies of images count against the quota of snapshot copies under way. */
  readonly imageCopiesCountAsSnapshotCopies: boolean;
  /** With a lag: whether every read is as old as it may be, or each as the dice fall. */
  readonly readsLag: 'always' | 'sometimes';
  /** Whether calls without a rate of their own share one token bucket, or have one each. */
  readonly callsShareBuckets: boolean;
  /** Whether the snapshots of an image in the bin can be deleted under it. */
  readonly binFreesSnapshots: boolean;
}

/** What an operation may use: the whole world, as seen by one caller in one Region. */
export interface Call {
  readonly region: Region;
  readonly account: AccountId;
  /** Worked out when somebody asks, since hardly anybody does. */
  readonly requestId: () => string;
  /** Whose policies decide what the call may do; absent: an administrator. */
  readonly principal?: Principal;
  /** Of somebody who took on a role with AssumeRole. */
  readonly session?: Session;
  readonly world: World;
}

/** A rule on the default bus of an account in a Region: matching events go to a queue, or to the bus of another Region. */
export interface BusRule {
  readonly name: string;
  readonly region: Region;
  readonly account: AccountId;
  readonly pattern: object;
  readonly target: { readonly queue: string } | { readonly bus: Region };
}

export interface World {
  readonly state: State;
  readonly timeline: Timeline;
  readonly random: Random;
  readonly switches: Switches;
  readonly regions: readonly Region[];
  readonly homeRegion: Region;
  /** In place of the documented ones. */
  readonly quotas?: Partial<Quotas>;
  /** Puts an event on the default bus of its account and Region; rules take it from there. */
  readonly emit: (event: NewEvent) => void;
  /** Configured by code, and only shown by calls. */
  readonly rules?: () => readonly BusRule[];
  /** Who has policies; the others are administrators. */
  readonly principals?: Pick<Principals, 'named'>;
  /** Something happened that is not announced: who waits for it looks again. */
  readonly stir?: () => void;
}

/**
 * One operation: input object to output object, or an `AwsError`. Synchronous, so that a call is one indivisible step.
 * Input and output have the shapes of the AWS SDK (Date objects included).
 */
export type Operation = (input: never, call: Call) => unknown;

/** Operations by name. A name that is missing here answers as AWS answers an unknown action. */
export interface Service {
  readonly name:
    | 'ec2'
    | 'ssm'
    | 'sts'
    | 'events'
    | 'sqs'
    | 'kms'
    | 'sns'
    | 'autoscaling'
    | 'rbin'
    | 'iam'
    | 'servicequotas';
  readonly operations: Readonly<Record<string, Operation>>;
  /** Which section of the facts about AWS each operation follows; printed in `docs/embedded-aws.md`. */
  readonly sections: Readonly<Record<string, string>>;
}
