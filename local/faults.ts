import type { Region } from '../shared/model/ids.ts';
import type { Duration, Instant } from '../shared/model/time.ts';
import type { Random } from './kernel/random.ts';
import { AwsError, type AwsEvent } from './kernel/service.ts';

/** The process that made the call died before or after it. No answer of AWS, so no `AwsError`. */
export class CrashError extends Error {
  constructor(operation: string, when: 'before' | 'after') {
    super(`crashed ${when} ${operation}`);
    this.name = 'CrashError';
  }
}

/** The effect is there but the answer never came: what an SDK shows when a connection times out. */
export class LostAnswerError extends Error {
  readonly code = 'ETIMEDOUT';

  constructor(operation: string) {
    super(`no answer to ${operation}: connection timed out`);
    this.name = 'TimeoutError';
  }
}

/** From and until, both optional, the end excluded. */
export interface Window {
  readonly from?: Instant;
  readonly until?: Instant;
}

export interface CallSite {
  readonly service?: string;
  readonly operation: string;
  readonly region: Region;
  readonly now: Instant;
}

export type CallEffect =
  | { readonly kind: 'crash'; readonly when: 'before' | 'after' }
  | { readonly kind: 'lost' }
  | { readonly kind: 'error'; readonly error: () => AwsError }
  | { readonly kind: 'truncate'; readonly items: number };

/** Replaces the one delivery of an event by deliveries after these delays; none means lost. */
export type EventEffect = { readonly kind: 'deliveries'; readonly after: readonly Duration[] };

interface Rule<Site, Effect> {
  readonly match: (site: Site) => boolean;
  readonly effect: Effect;
  /** How often it may still strike; absent means always. */
  remaining?: number;
}

export type CallRule = Rule<CallSite, CallEffect>;
export type EventRule = Rule<AwsEvent, EventEffect>;

/** All events, those that match, or this share of them by the world's own dice. */
export type Which = 'all' | number | ((event: AwsEvent) => boolean);

const inside = (window: Window, now: Instant): boolean =>
  now >= (window.from ?? Number.NEGATIVE_INFINITY) && now < (window.until ?? Number.POSITIVE_INFINITY);

/** What goes wrong, decided in one place around every call and every delivery. Empty unless someone adds rules. */
export class Faults {
  readonly #random: Random;
  #calls: CallRule[] = [];
  #events: EventRule[] = [];

  constructor(random: Random) {
    this.#random = random;
  }

  clear(): void {
    this.#calls = [];
    this.#events = [];
  }

  addCallRule(rule: CallRule): void {
    this.#calls.push(rule);
  }

  crash(operation: string, when: 'before' | 'after', times = 1): void {
    this.addCallRule({ match: named(operation), effect: { kind: 'crash', when }, remaining: times });
  }

  lost(operation: string, times = 1): void {
    this.addCallRule({ match: named(operation), effect: { kind: 'lost' }, remaining: times });
  }

  /** Answers in pages of at most `items`, whether or not the caller asked for pages. */
  truncate(operation: string, items: number): void {
    this.addCallRule({ match: named(operation), effect: { kind: 'truncate', items } });
  }

  throttle(operation: string, window: Window = {}, region?: Region): void {
    this.#fail(operation, window, region, () => new AwsError('RequestLimitExceeded', 'Request limit exceeded.', 503));
  }

  deny(operation: string, window: Window = {}, region?: Region): void {
    const message = `You are not authorized to perform this operation: ${operation}.`;
    this.#fail(operation, window, region, () => new AwsError('UnauthorizedOperation', message, 403));
  }

  outage(region: Region, window: Window = {}): void {
    const error = (): AwsError =>
      new AwsError('ServiceUnavailable', 'The service is unavailable. Try again later.', 503);
    this.#fail('*', window, region, error);
  }

  drop(which: Which = 'all', times?: number): void {
    this.#strike(which, [], times);
  }

  dup(copies: number, which: Which = 'all'): void {
    this.#strike(
      which,
      Array.from({ length: copies }, () => 0),
    );
  }

  delay(by: Duration, which: Which = 'all', times?: number): void {
    this.#strike(which, [by], times);
  }

  /** Runs a call with whatever is planned for it. */
  around(site: CallSite, input: unknown, run: (input: unknown) => unknown): unknown {
    const effects = this.#calls.filter((rule) => strikes(rule, site)).map((rule) => rule.effect);
    for (const effect of effects) {
      if (effect.kind === 'error') throw effect.error();
      if (effect.kind === 'crash' && effect.when === 'before') throw new CrashError(site.operation, 'before');
    }
    const output = run(effects.reduce((given, effect) => shortenPage(given, effect, site), input));
    if (effects.some((effect) => effect.kind === 'crash')) throw new CrashError(site.operation, 'after');
    if (effects.some((effect) => effect.kind === 'lost')) throw new LostAnswerError(site.operation);
    return output;
  }

  /** Extra delays of the deliveries of one event to one target: `[0]` is the normal case. */
  deliveries(event: AwsEvent): readonly Duration[] {
    return this.#events.find((rule) => strikes(rule, event))?.effect.after ?? [0];
  }

  #fail(operation: string, window: Window, region: Region | undefined, error: () => AwsError): void {
    const match = (site: CallSite): boolean =>
      named(operation)(site) && inside(window, site.now) && (region === undefined || region === site.region);
    this.addCallRule({ match, effect: { kind: 'error', error } });
  }

  #strike(which: Which, after: readonly Duration[], times?: number): void {
    const match = (event: AwsEvent): boolean =>
      typeof which === 'function' ? which(event) : which === 'all' || this.#random.next() < which;
    this.#events.push({
      match,
      effect: { kind: 'deliveries', after },
      ...(times === undefined ? {} : { remaining: times }),
    });
  }
}

const named =
  (operation: string) =>
  (site: CallSite): boolean =>
    operation === '*' || operation === site.operation;

function strikes<Site, Effect>(rule: Rule<Site, Effect>, site: Site): boolean {
  if (rule.remaining === 0 || !rule.match(site)) return false;
  if (rule.remaining !== undefined) rule.remaining -= 1;
  return true;
}

/** EC2 refuses a page size together with ids, so such calls stay whole. */
function shortenPage(input: unknown, effect: CallEffect, { service }: CallSite): unknown {
  if (effect.kind !== 'truncate' || typeof input !== 'object' || input === null) return input;
  const size = service === 'autoscaling' ? 'MaxRecords' : 'MaxResults';
  const { [size]: asked, ...rest } = input as Record<string, unknown>;
  if (Object.entries(rest).some(([name, value]) => name.endsWith('Ids') && Array.isArray(value))) return input;
  return { ...rest, [size]: Math.min(typeof asked === 'number' ? asked : effect.items, effect.items) };
}
