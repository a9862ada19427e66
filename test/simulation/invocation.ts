import { AwsError } from '../../local/kernel/service.ts';
import type { IncomingCall } from '../../local/world.ts';
import { canonicalJson } from '../../shared/model/digest.ts';
import type { ImageKey } from '../../shared/model/ids.ts';
import type { Instant } from '../../shared/model/time.ts';

export const usageReads = [
  'DescribeInstances',
  'DescribeLaunchTemplates',
  'DescribeLaunchTemplateVersions',
  'DescribeLaunchConfigurations',
  'DescribeAutoScalingGroups',
  'DescribeSpotInstanceRequests',
  'DescribeSpotFleetRequests',
  'DescribeFleets',
];

/** That something which a group or fleet names is gone is an answer, not a read that failed. */
export const saysGone = (error: unknown): boolean =>
  error instanceof AwsError && /^InvalidLaunchTemplate(?:Id|Name)\..*NotFound/.test(error.code);

interface Read {
  readonly operation: string;
  readonly region: string;
  /** What was asked, whichever page of the answer. */
  readonly question: Readonly<Record<string, unknown>>;
  readonly state: 'whole' | 'partial' | 'failed';
  readonly at: Instant;
}

/** One run of one function: what it has read of use, and what it has taken. */
export class Invocation {
  readonly name: string;
  readonly at: Instant;
  /** Another run of the same function is under way. */
  readonly twin: boolean;
  /** The process has crashed: nothing that it does reaches the world any more. */
  dead = false;
  calls = 0;
  readonly taken = new Map<string, Set<ImageKey>>();
  readonly #reads: Read[] = [];

  constructor(name: string, at: Instant, twin: boolean) {
    this.name = name;
    this.at = at;
    this.twin = twin;
  }

  noteRead({ operation, region, input }: IncomingCall, output: unknown, at: Instant): void {
    if (!usageReads.includes(operation)) return;
    const { NextToken: _page, ...question } = input as Record<string, unknown>;
    const more = (output as { NextToken?: string } | undefined)?.NextToken !== undefined;
    const state = output === undefined ? 'failed' : more ? 'partial' : 'whole';
    this.#reads.push({ operation, region, question, state, at });
  }

  /** Why the use of images in these Regions is not known well enough to take anything. */
  blindSpot(regions: readonly string[], since: Instant): string | undefined {
    // Of each question the last reading counts.
    const last = new Map(
      this.#reads.map((read) => [`${read.operation} ${read.region} ${canonicalJson(read.question)}`, read]),
    );
    for (const region of regions)
      for (const operation of usageReads) {
        const reads = [...last.values()].filter((read) => read.region === region && read.operation === operation);
        if (reads.length === 0) return `${operation} in ${region} was not read`;
        const bad = reads.find(({ state, at }) => state !== 'whole' || at < since);
        if (bad) return `${operation} in ${region} was ${bad.state === 'whole' ? 'read too long ago' : bad.state}`;
      }
    return undefined;
  }
}
