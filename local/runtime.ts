import type { AccountId, Region } from '../shared/model/ids.ts';
import { type Duration, type Instant, minute } from '../shared/model/time.ts';
import { ExecutionRoles } from './execution-roles.ts';
import { type AroundInvocation, failedItems, functionContext, scheduledEvent, sqsEvent } from './invocation.ts';
import type { World } from './kernel/service.ts';
import {
  announce,
  findQueue,
  type Message,
  type Queue,
  queueArn,
  receive,
  remove,
  visibleKind,
} from './services/queues.ts';

export type LambdaFunction = (event: unknown, context: unknown) => Promise<unknown>;

export interface QueueMapping {
  readonly queue: string;
  readonly function: string;
  readonly batchSize: number;
  readonly reportBatchItemFailures: boolean;
}

export interface Schedule {
  readonly name: string;
  readonly everyMs: Duration;
  readonly firstAt: Instant;
  readonly function: string;
  /** Once AWS announced nothing for `after`, it runs only `everyMs`, until it does: months pass in seconds. */
  readonly idle?: { readonly after: Duration; readonly everyMs: Duration };
}

/** One failed invocation; the table `function-failures` holds them in order. */
export interface FunctionFailure {
  readonly at: Instant;
  readonly function: string;
  readonly attempt: number;
  readonly error: string;
}

interface Invocation {
  readonly function: string;
  readonly event: unknown;
  readonly attempt: number;
}

const scheduleKind = 'schedule';
const invokeKind = 'invoke';
/** Lambda tries a failed asynchronous invocation twice more, after one and after two minutes (facts 7). */
const retryAfter: readonly Duration[] = [minute, 2 * minute];

/**
 * What Lambda and its triggers do: functions on queues and on schedules. Functions, mappings and schedules are code and
 * are given again after a world was reopened; what was pending goes on.
 */
export class Runtime {
  readonly #world: World;
  readonly #home: { readonly account: AccountId; readonly region: Region };
  readonly #functions = new Map<string, LambdaFunction>();
  readonly roles = new ExecutionRoles();
  readonly #mappings = new Map<string, QueueMapping>();
  readonly #schedules = new Map<string, Schedule>();
  /** For tests that watch the world; usually it only lets invocations pass. */
  around: AroundInvocation = (_name, run) => run();

  constructor(world: World, account: AccountId) {
    this.#world = world;
    this.#home = { account, region: world.homeRegion };
    world.timeline.on(visibleKind, ({ queue }: { queue: string }) => this.#poll(queue));
    world.timeline.on(scheduleKind, ({ name, at }: { name: string; at: Instant }) => this.#tick(name, at));
    world.timeline.on(invokeKind, (invocation: Invocation) => this.#invokeLater(invocation));
  }

  registerFunction(name: string, run: LambdaFunction): void {
    this.#functions.set(name, run);
  }

  /** @throws AwsError unless the function may read the queue, since it is in its name that Lambda does */
  mapQueue(mapping: QueueMapping): void {
    this.roles.checkMayRead(mapping.function, mapping.queue, this.#home.region);
    const fresh = !this.#mappings.has(mapping.queue);
    this.#mappings.set(mapping.queue, mapping);
    if (fresh) announce(this.#world, mapping.queue, this.#world.timeline.now());
  }

  /** A schedule that already runs in a reopened world keeps its beat. */
  schedule(schedule: Schedule): void {
    const known = this.#world.state.table<Instant>('schedules');
    this.#schedules.set(schedule.name, schedule);
    if (known.get(schedule.name) === undefined) this.#beat(schedule.name, schedule.firstAt);
  }

  /** Something happened: schedules that have slowed down take up their usual beat again. */
  wake(): void {
    const { state, timeline } = this.#world;
    const now = timeline.now();
    state.table<Instant>('last-event').set('at', now);
    for (const { name, everyMs, idle } of this.#schedules.values()) {
      const due = state.table<Instant>('schedules').get(name);
      if (idle && due !== undefined && due - now > everyMs)
        this.#beat(name, due - Math.floor((due - now) / everyMs) * everyMs);
    }
  }

  /** Advances virtual time until nothing but schedules is due `within` that time. */
  async runUntilQuiet({ within }: { within: Duration }): Promise<void> {
    const { timeline } = this.#world;
    for (let timer = timeline.next([scheduleKind]); timer; timer = timeline.next([scheduleKind])) {
      if (timer.at > timeline.now() + within) return;
      await timeline.advanceTo(Math.max(timer.at, timeline.now()));
    }
  }

  #beat(name: string, at: Instant): void {
    this.#world.state.table<Instant>('schedules').set(name, at);
    this.#world.timeline.schedule(at, scheduleKind, { name, at });
  }

  #interval({ everyMs, idle }: Schedule): Duration {
    if (!idle) return everyMs;
    const last = this.#world.state.table<Instant>('last-event').get('at') ?? 0;
    return this.#world.timeline.now() - last >= idle.after ? idle.everyMs : everyMs;
  }

  /** The next beat is planned before the function runs, so that its failure cannot end the schedule. */
  #tick(name: string, at: Instant): void {
    const { timeline, random, state } = this.#world;
    const schedule = this.#schedules.get(name);
    const due = state.table<Instant>('schedules').get(name) ?? timeline.now();
    if (!schedule) {
      state.table<Instant>('schedules').delete(name);
      return;
    }
    // A beat that was brought forward leaves its old timer behind.
    if (at !== due) return;
    const interval = this.#interval(schedule);
    const missed = Math.floor((timeline.now() - due) / interval);
    this.#beat(name, due + (missed + 1) * interval);
    const event = scheduledEvent({ ...this.#home, name, id: random.uuid(), at: timeline.now() });
    timeline.schedule(timeline.now(), invokeKind, { function: schedule.function, event, attempt: 1 });
  }

  async #invokeLater(invocation: Invocation): Promise<void> {
    const result = await this.#invoke(invocation);
    const wait = retryAfter[invocation.attempt - 1];
    if (result.ok || wait === undefined) return;
    const { timeline } = this.#world;
    timeline.schedule(timeline.now() + wait, invokeKind, { ...invocation, attempt: invocation.attempt + 1 });
  }

  async #invoke(invocation: Invocation): Promise<{ ok: true; value: unknown } | { ok: false }> {
    const run = this.#functions.get(invocation.function);
    try {
      if (!run) throw new Error(`function ${invocation.function} is not registered`);
      const context = functionContext(this.#world, this.#home, invocation.function);
      const asRole = () => this.roles.run(invocation.function, () => run(invocation.event, context));
      return { ok: true, value: await this.around(invocation.function, asRole) };
    } catch (error) {
      const failures = this.#world.state.table<FunctionFailure>('function-failures');
      const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
      const { function: name, attempt } = invocation;
      failures.set(String(failures.size + 1), { at: this.#world.timeline.now(), function: name, attempt, error: text });
      return { ok: false };
    }
  }

  async #poll(arn: string): Promise<void> {
    const mapping = this.#mappings.get(arn);
    const queue = findQueue(this.#world, arn);
    if (!mapping || !queue) return;
    for (let batch = this.#take(queue, mapping); batch.length > 0; batch = this.#take(queue, mapping)) {
      await this.#handBatch(queue, mapping, batch);
    }
  }

  #take(queue: Queue, mapping: QueueMapping): Message[] {
    return receive(this.#world, queue, mapping.batchSize);
  }

  /** Deletes what succeeded; the rest comes back when its visibility timeout ends. */
  async #handBatch(queue: Queue, mapping: QueueMapping, batch: readonly Message[]): Promise<void> {
    const attempt = Math.max(...batch.map((message) => message.receives));
    const event = sqsEvent(queue, batch);
    const result = await this.#invoke({ function: mapping.function, event, attempt });
    const failed = result.ok ? failedItems(mapping.reportBatchItemFailures, batch, result.value) : batch;
    for (const message of batch) {
      if (!failed.includes(message)) remove(this.#world, message);
      else announce(this.#world, queueArn(queue), message.visibleAt);
    }
  }
}
