import { AwsError } from '../../local/kernel/service.ts';
import type { IncomingCall, Interceptor } from '../../local/world.ts';
import type { ImageRecord } from '../../shared/model/records.ts';
import { type Duration, day, hour, type Instant, minute } from '../../shared/model/time.ts';
import type { Coverage } from './coverage.ts';
import { Dice } from './dice.ts';
import { usageReads } from './invocation.ts';
import type { Scenario } from './scenario.ts';
import type { Truth } from './truth.ts';

interface Window {
  readonly from: Instant;
  readonly until: Instant;
}

/** Answers with nothing where there is something, without an error. */
export interface Silence extends Window {
  readonly operation: string;
}

const lists: Readonly<Record<string, string>> = {
  DescribeInstances: 'Reservations',
  DescribeLaunchConfigurations: 'LaunchConfigurations',
  DescribeAutoScalingGroups: 'AutoScalingGroups',
  DescribeFleets: 'Fleets',
  DescribeSpotInstanceRequests: 'SpotInstanceRequests',
  DescribeSpotFleetRequests: 'SpotFleetRequestConfigs',
  DescribeImageReferences: 'ImageReferences',
  DescribeParameters: 'Parameters',
};

const pagedLists = ['DescribeImages', 'DescribeInstances', 'DescribeLaunchTemplates', 'DescribeAutoScalingGroups'];

/** What lies between the product and AWS, and is no failed call: silence, small pages, slow answers, wrong clocks. */
export class Weather {
  readonly #scenario: Scenario;
  readonly #truth: Truth;
  readonly #coverage: Coverage;
  readonly #slow: Dice;
  readonly #isSlow: boolean;
  readonly #isLate: boolean;
  readonly #paged: string | undefined;
  readonly #away: Window | undefined;
  readonly #skewed: Window | undefined;
  readonly #lateOnce = new Set<string>();

  constructor(scenario: Scenario, truth: Truth, coverage: Coverage) {
    const dice = new Dice(`weather ${scenario.seed}`);
    const drawn = (share: number, least: Duration, most: Duration): Window | undefined => {
      const [isDrawn, at, lasts] = [dice.chance(share), dice.next(), dice.between(least, most)];
      const from = scenario.start + at * (scenario.faultsUntil - scenario.start);
      return isDrawn ? { from, until: Math.min(scenario.faultsUntil, from + lasts) } : undefined;
    };
    this.#scenario = scenario;
    this.#truth = truth;
    this.#coverage = coverage;
    this.#slow = new Dice(`slow answers ${scenario.seed}`);
    this.#isSlow = dice.chance(0.3);
    this.#isLate = dice.chance(0.8);
    this.#paged = dice.chance(0.4) ? dice.one(pagedLists) : undefined;
    this.#away = drawn(0.4, 6 * hour, 18 * hour);
    this.#skewed = drawn(0.5, 12 * hour, 3 * day);
    const silent = drawn(0.8, day, 6 * day);
    const operation = dice.one(Object.keys(lists));
    // Nobody remembers what storms kept from being seen.
    if (silent && operation !== undefined && scenario.storms.length === 0) truth.silence = { ...silent, operation };
  }

  /** Stands around every call, outside of what fails. */
  around(inner: (call: IncomingCall, perform: () => unknown) => unknown): Interceptor {
    return (call, perform) => {
      try {
        return inner(call, () => this.#answer(call, perform));
      } catch (error) {
        if (pageIn(call) !== undefined) this.#coverage.count('list broke off');
        throw error;
      }
    };
  }

  /** How wrong the product's clock is. */
  skew(): Duration {
    if (!isIn(this.#skewed, this.#truth.now())) return 0;
    this.#coverage.count('clocks differed');
    return day;
  }

  isSkewed(): boolean {
    return isIn(this.#skewed, this.#truth.now());
  }

  /** The stack is removed, and deployed anew later: its table and all images stay where they are. */
  isAway(): boolean {
    if (!isIn(this.#away, this.#truth.now())) return false;
    this.#coverage.count('stack was away');
    return true;
  }

  #answer(call: IncomingCall, perform: () => unknown): unknown {
    if (this.#truth.now() >= this.#scenario.faultsUntil) return perform();
    if (call.operation === 'DeleteSnapshot') this.#stillUsed(call);
    if (call.operation === this.#paged) return this.#shortPage(call, perform);
    const output = this.#silenced(call, perform());
    if (this.#isSlow && usageReads.includes(call.operation) && this.#slow.chance(0.01)) {
      this.#truth.pass(16 * minute);
      this.#coverage.count('reading took a quarter of an hour');
    }
    return output;
  }

  #silenced({ operation }: IncomingCall, output: unknown): unknown {
    const { silence } = this.#truth;
    const list = lists[operation];
    if (silence?.operation !== operation || list === undefined || !isIn(silence, this.#truth.now())) return output;
    const { NextToken: _more, ...answer } = output as Record<string, unknown>;
    if (((answer[list] as unknown[] | undefined) ?? []).length > 0) this.#coverage.count('usage shown as nothing');
    return { ...answer, [list]: [] };
  }

  #shortPage(call: IncomingCall, perform: () => unknown): unknown {
    const input = call.input as { MaxResults?: number; MaxRecords?: number; ImageIds?: unknown };
    if (input.ImageIds) return perform();
    const asked = input as Record<string, number>;
    const size = 'MaxRecords' in input ? 'MaxRecords' : 'MaxResults';
    asked[size] = Math.min(asked[size] ?? 5, 5);
    const output = perform() as { NextToken?: string };
    if (output.NextToken !== undefined) this.#coverage.count('list in several pages');
    return output;
  }

  /** EC2 takes a snapshot for used for a while after its image is gone. */
  #stillUsed({ input }: IncomingCall): void {
    const id = String((input as { SnapshotId?: string }).SnapshotId);
    if (!this.#isLate || this.#lateOnce.has(id)) return;
    const owner = this.#truth
      .stores<ImageRecord>(({ sk }) => sk === 'record')
      .find(({ pendingSnapshots = [] }) => pendingSnapshots.includes(id));
    if (owner?.goneAt === undefined || this.#truth.now() - owner.goneAt > 20 * hour) return;
    this.#lateOnce.add(id);
    this.#coverage.count('snapshot taken for used');
    throw new AwsError('InvalidSnapshot.InUse', `The snapshot ${id} is currently in use`);
  }
}

const isIn = (window: Window | undefined, now: Instant): boolean =>
  window !== undefined && now >= window.from && now < window.until;

const pageIn = ({ input }: IncomingCall): string | undefined =>
  (input as { NextToken?: string } | undefined)?.NextToken;
