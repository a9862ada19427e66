import type { Instant } from '../shared/model/time.ts';
import { AwsError, type Call, type World } from './kernel/service.ts';

/** How many calls may come at once, and how many more each second after that (facts 3.2). */
export interface Rate {
  /** Calls that share a bucket have its name in common. */
  readonly bucket: string;
  readonly capacity: number;
  readonly perSecond: number;
}

const rate = (bucket: string, capacity: number, perSecond: number): Rate => ({ bucket, capacity, perSecond });

const reading = rate('reading', 100, 20);
const readingAll = rate('reading all', 50, 10);
const changing = rate('changing', 50, 5);

/** Those with a rate of their own; each has its own bucket. */
const own: Readonly<Record<string, readonly [capacity: number, perSecond: number]>> = {
  CopyImage: [100, 1],
  DeregisterImage: [100, 5],
  ModifyImageAttribute: [100, 5],
  ModifySnapshotAttribute: [100, 5],
  DeleteSnapshot: [100, 5],
  CreateSnapshot: [100, 5],
  CreateTags: [100, 10],
  DeleteTags: [100, 10],
  EnableImageBlockPublicAccess: [1, 0.1],
  DisableImageBlockPublicAccess: [1, 0.1],
  EnableSnapshotBlockPublicAccess: [1, 0.1],
  DisableSnapshotBlockPublicAccess: [1, 0.1],
  DescribeSpotFleetRequests: [50, 3],
  RunInstances: [5, 2],
  StartInstances: [5, 2],
};

const dearWhenWhole = new Set(['DescribeInstances', 'DescribeSnapshots', 'DescribeSpotInstanceRequests']);

const isWhole = ({ Filters, MaxResults }: { Filters?: readonly unknown[]; MaxResults?: number }): boolean =>
  !Filters?.length && MaxResults === undefined;

/** The bucket that a call to EC2 takes its token from; `shared`: those without a rate of their own have one together. */
export function rateOf(operation: string, input: object, shared: boolean): Rate {
  const special = own[operation];
  if (special) return rate(operation, ...special);
  const group = !/^(?:Describe|Get|List)/.test(operation)
    ? changing
    : dearWhenWhole.has(operation) && isWhole(input)
      ? readingAll
      : reading;
  return shared ? group : { ...group, bucket: `${operation} ${group.bucket}` };
}

interface Bucket {
  readonly tokens: number;
  readonly at: Instant;
}

/** Token buckets per account and Region. They begin full, also in a world that is opened again. */
export class Buckets {
  readonly #world: Pick<World, 'timeline' | 'switches'>;
  readonly #buckets = new Map<string, Bucket>();

  constructor(world: Pick<World, 'timeline' | 'switches'>) {
    this.#world = world;
  }

  /** @throws AwsError `RequestLimitExceeded` when the bucket is empty, which costs nothing */
  take(operation: string, input: object, { account, region }: Pick<Call, 'account' | 'region'>): void {
    const { bucket, capacity, perSecond } = rateOf(operation, input, this.#world.switches.callsShareBuckets);
    const key = `${account}/${region}/${bucket}`;
    const now = this.#world.timeline.now();
    const last = this.#buckets.get(key) ?? { tokens: capacity, at: now };
    const tokens = Math.min(capacity, last.tokens + ((now - last.at) / 1000) * perSecond);
    if (tokens < 1) throw new AwsError('RequestLimitExceeded', 'Request limit exceeded.', 503);
    this.#buckets.set(key, { tokens: tokens - 1, at: now });
  }
}
