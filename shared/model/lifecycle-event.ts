import type { AccountId, ImageKey, Region } from './ids.ts';

/** What the product tells the world, on EventBridge with source `ami-steward`. Schemas: `events/lifecycle`. */
export const lifecycleTypes = [
  'AMI Observed',
  'AMI Copy Started',
  'AMI Copied',
  'AMI Copy Failed',
  'AMI Shared',
  'AMI Unshared',
  'AMI Published',
  'AMI Publish Rolled Back',
  'AMI Retirement Notice',
  'AMI Deprecated',
  'AMI Disabled',
  'AMI Deregistered',
  'AMI Deregistered Elsewhere',
  'AMI Restored',
  'AMI Action Blocked',
  'AMI Drift Detected',
  'AMI Lifecycle Run Completed',
] as const;
export type LifecycleType = (typeof lifecycleTypes)[number];

export const eventSource = 'ami-steward';

export interface LifecycleEvent {
  readonly type: LifecycleType;
  /** ARNs of the images concerned. */
  readonly resources: readonly string[];
  readonly metadata: {
    readonly id: string;
    readonly version: '1';
    readonly timestamp: string;
    readonly policy?: string;
    readonly policyHash?: string;
    /** Equal on everything that one incoming event or one scheduled run caused. */
    readonly correlationId: string;
    /** What caused the run that tells it: that event, or the sweep that found the work. */
    readonly causationId: string;
  };
  readonly data: EventData;
}

export interface EventData {
  readonly accountId: AccountId;
  readonly region: Region;
  readonly imageId?: string;
  readonly family?: string;
  readonly root?: ImageKey;
  readonly name?: string;
  readonly [more: string]: unknown;
}
