import type { Region } from '../../shared/model/ids.ts';
import { type Duration, type Instant, isoTime } from '../../shared/model/time.ts';
import { AwsError, type AwsEvent, type BusRule, type Call, type Service, type World } from '../kernel/service.ts';
import { compilePattern, type EventMatcher, type EventPattern } from './event-pattern.ts';
import { ruleOperations } from './event-rules.ts';
import { enqueue } from './queues.ts';

type RuleTarget = BusRule['target'];

export interface EventRuleDefinition extends BusRule {
  readonly pattern: EventPattern;
}

/** One event as it was put on a bus; the table `event-log` holds them in order, forwarded copies left out. */
export interface LoggedEvent {
  readonly seq: number;
  readonly at: Instant;
  readonly event: AwsEvent;
}

/** A delivery that found no target. The table `failed-deliveries` holds them. */
export interface FailedDelivery {
  readonly at: Instant;
  readonly target: RuleTarget;
  readonly event: AwsEvent;
  readonly reason: string;
}

interface Delivery {
  readonly target: RuleTarget;
  readonly event: AwsEvent;
  readonly forwarded: boolean;
}

const deliveryKind = 'event-delivery';
/** What a delivery takes when nothing goes wrong: not a documented figure, only more than nothing. */
const usualLatency: Duration = 500;
/** EventBridge counts a pattern's characters (facts 2.7). */
const longestPattern = 2048;

/** The default event buses of all accounts and Regions, with rules that code configures. */
export class EventBuses {
  readonly #world: World;
  readonly #deliveries: (event: AwsEvent) => readonly Duration[];
  readonly #rules = new Map<string, EventRuleDefinition & { readonly matches: EventMatcher }>();

  constructor(world: World, deliveries: (event: AwsEvent) => readonly Duration[]) {
    this.#world = world;
    this.#deliveries = deliveries;
    world.timeline.on(deliveryKind, (delivery: Delivery) => this.#deliver(delivery));
  }

  /** Adds or replaces a rule. Rules are configuration, so they are not saved with the world. */
  addRule(rule: EventRuleDefinition): void {
    if (JSON.stringify(rule.pattern).length > longestPattern) {
      throw new AwsError('InvalidEventPatternException', `Event pattern is longer than ${longestPattern} characters.`);
    }
    const key = `${rule.account}/${rule.region}/${rule.name}`;
    this.#rules.set(key, { ...rule, matches: compilePattern(rule.pattern) });
  }

  rules(): EventRuleDefinition[] {
    return [...this.#rules.values()];
  }

  put(event: AwsEvent): void {
    const log = this.#world.state.table<LoggedEvent>('event-log');
    const seq = log.size + 1;
    log.set(String(seq).padStart(8, '0'), { seq, at: this.#world.timeline.now(), event });
    this.#route(event, event.region, false);
  }

  #route(event: AwsEvent, bus: Region, forwarded: boolean): void {
    for (const rule of this.#rules.values()) {
      if (rule.account !== event.account || rule.region !== bus || !rule.matches(event)) continue;
      // EventBridge does not forward to a third Region what was forwarded already (facts 2.7).
      if (forwarded && 'bus' in rule.target) continue;
      const delays = forwarded ? [0] : this.#deliveries(event);
      for (const delay of delays) this.#schedule({ target: rule.target, event, forwarded }, delay);
    }
  }

  #schedule(delivery: Delivery, delay: Duration): void {
    const { timeline } = this.#world;
    timeline.schedule(timeline.now() + usualLatency + delay, deliveryKind, delivery);
  }

  #deliver({ target, event }: Delivery): void {
    if ('bus' in target) {
      this.#route(event, target.bus, true);
      return;
    }
    if (enqueue(this.#world, { queue: target.queue, body: JSON.stringify(event) }) === undefined) {
      const failed = this.#world.state.table<FailedDelivery>('failed-deliveries');
      const reason = 'the target queue does not exist';
      failed.set(String(failed.size + 1), { at: this.#world.timeline.now(), target, event, reason });
    }
  }
}

/** Events in the order in which they happened. */
export const eventLog = (world: World): LoggedEvent[] => [...world.state.table<LoggedEvent>('event-log').values()];

/** AWS writes event times without milliseconds. */
export const eventTime = (at: Instant): string => isoTime(at).replace(/\.\d{3}Z$/, 'Z');

interface PutEventsEntry {
  readonly Time?: Date;
  readonly Source?: string;
  readonly DetailType?: string;
  readonly Detail?: string;
  readonly Resources?: readonly string[];
  readonly EventBusName?: string;
}

interface EntryResult {
  readonly EventId?: string;
  readonly ErrorCode?: string;
  readonly ErrorMessage?: string;
}

const failed = (ErrorCode: string, ErrorMessage: string): EntryResult => ({ ErrorCode, ErrorMessage });

function parseDetail(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const detail: unknown = JSON.parse(text);
    return typeof detail === 'object' && detail !== null && !Array.isArray(detail) ? { ...detail } : undefined;
  } catch {
    return undefined;
  }
}

function problemOf(entry: PutEventsEntry): EntryResult | undefined {
  if (!entry.Source)
    return failed('InvalidArgument', 'Parameter Source is not valid. Reason: Source is a required argument.');
  if (entry.Source.startsWith('aws.')) {
    return failed('NotAuthorizedForSourceException', 'Not authorized for the source.');
  }
  if (!entry.DetailType || entry.DetailType.length > 128) {
    return failed('InvalidArgument', 'Parameter DetailType is not valid. Reason: it needs 1 to 128 characters.');
  }
  return parseDetail(entry.Detail ?? '') === undefined ? failed('MalformedDetail', 'Detail is malformed.') : undefined;
}

const isDefaultBus = (name: string | undefined): boolean => name === undefined || /(^|\/)default$/.test(name);

function putEntry(entry: PutEventsEntry, call: Call): EntryResult {
  const problem = problemOf(entry);
  if (problem) return problem;
  const { world, region, account } = call;
  const id = world.random.uuid();
  // An unknown bus loses the event and still answers with an id (facts 2.7).
  if (!isDefaultBus(entry.EventBusName)) return { EventId: id };
  world.emit({
    'detail-type': entry.DetailType ?? '',
    source: entry.Source ?? '',
    account,
    region,
    resources: entry.Resources ?? [],
    detail: parseDetail(entry.Detail ?? '') ?? {},
    id,
    time: eventTime(entry.Time?.getTime() ?? world.timeline.now()),
  });
  return { EventId: id };
}

const entrySize = (entry: PutEventsEntry): number =>
  [entry.Source, entry.DetailType, entry.Detail, ...(entry.Resources ?? [])].reduce(
    (sum, text) => sum + Buffer.byteLength(text ?? ''),
    entry.Time ? 14 : 0,
  );

interface PutEventsInput {
  readonly Entries?: readonly PutEventsEntry[];
  readonly EndpointId?: string;
}

function putEvents(input: PutEventsInput, call: Call): unknown {
  if (input.EndpointId) throw new AwsError('ValidationException', 'Global endpoints are not built.');
  const entries = input.Entries ?? [];
  if (entries.length < 1 || entries.length > 10) {
    throw new AwsError('ValidationException', "Value at 'entries' failed to satisfy constraint: 1 to 10 entries.");
  }
  if (entries.reduce((sum, entry) => sum + entrySize(entry), 0) >= 1_048_576) {
    throw new AwsError('ValidationException', 'Total size of the entries in the request is over the limit.');
  }
  const results = entries.map((entry) => putEntry(entry, call));
  return { Entries: results, FailedEntryCount: results.filter((result) => result.ErrorCode).length };
}

export const eventsService: Service = {
  name: 'events',
  operations: { PutEvents: putEvents, ...ruleOperations },
  sections: { PutEvents: '2.7', ListRules: '2.7', DescribeRule: '2.7', ListTargetsByRule: '2.7' },
};
