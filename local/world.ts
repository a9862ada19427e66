import type { AccountId, ImageId, Region } from '../shared/model/ids.ts';
import { Buckets } from './buckets.ts';
import { type ClientPlugin, directPlugin } from './direct.ts';
import { attachEc2Timers } from './ec2/index.ts';
import type { Quotas } from './ec2/quotas.ts';
import { Faults } from './faults.ts';
import { authorize } from './iam/authorize.ts';
import { Principals } from './iam/principals.ts';
import { findSession, type Session } from './iam/sessions.ts';
import { type InProcessHandler, inProcessHandler } from './in-process.ts';
import { Random } from './kernel/random.ts';
import {
  AwsError,
  type Call,
  type NewEvent,
  type Operation,
  type Service,
  type Switches,
  type World,
} from './kernel/service.ts';
import { State } from './kernel/state.ts';
import { Timeline } from './kernel/timeline.ts';
import { Past } from './past.ts';
import { Runtime } from './runtime.ts';
import { EventBuses, eventTime } from './services/events.ts';
import { builtServices } from './services/index.ts';
import { attachParameterTimers } from './services/parameters.ts';
import { type OpenOptions, settle } from './settings.ts';
import { Storage } from './storage.ts';
import { answer, type Caller, protocolOf } from './wire/index.ts';
import type { ServiceName, WireRequest, WireResponse } from './wire/types.ts';

export type { OpenOptions } from './settings.ts';

/** One call as it comes in, before any fault. */
export interface IncomingCall {
  readonly service: ServiceName;
  readonly operation: string;
  readonly region: Region;
  readonly account: AccountId;
  readonly input: unknown;
}

/** Stands around every call: it may watch, disturb or replace `perform`. */
export type Interceptor = (call: IncomingCall, perform: () => unknown) => unknown;

/** The embedded AWS: one world, its clock, and every way to call it. */
export class EmbeddedAws implements World {
  readonly state: State;
  readonly timeline: Timeline;
  readonly random: Random;
  readonly switches: Switches;
  readonly regions: readonly Region[];
  readonly homeRegion: Region;
  readonly quotas: Partial<Quotas>;
  readonly account: AccountId;
  readonly faults: Faults;
  readonly events: EventBuses;
  readonly runtime: Runtime;
  readonly principals = new Principals();
  /** For tests that watch the world; usually it only lets calls pass. */
  interceptor: Interceptor = (_call, perform) => perform();
  readonly #services: ReadonlyMap<string, Service>;
  readonly #storage: Storage | undefined;
  readonly #buckets: Buckets | undefined;
  readonly #past: Past | undefined;

  private constructor(state: State, storage: Storage | undefined, options: OpenOptions) {
    const settings = settle(state, options);
    this.state = state;
    this.#storage = storage;
    this.account = settings.account;
    this.homeRegion = settings.homeRegion;
    this.regions = settings.regions;
    this.switches = settings.switches;
    this.quotas = options.quotas ?? {};
    this.timeline = new Timeline(state, options.start);
    this.random = new Random(state, options.seed ?? 1);
    this.faults = new Faults(this.random);
    this.events = new EventBuses(this, (event) => this.faults.deliveries(event));
    this.runtime = new Runtime(this, this.account);
    this.#buckets = options.throttling ? new Buckets(this) : undefined;
    this.#past = options.lag ? new Past(this, options.lag) : undefined;
    this.#services = new Map((options.services ?? builtServices).map((service) => [service.name, service]));
    attachEc2Timers(this);
    attachParameterTimers(this, (place, image) => this.#isAvailable({ ...place, requestId: () => '' }, image));
  }

  static open(options: OpenOptions): EmbeddedAws {
    const state = new State();
    const storage = options.file === undefined ? undefined : new Storage(options.file);
    storage?.loadInto(state);
    return new EmbeddedAws(state, storage, options);
  }

  emit = (event: NewEvent): void => {
    const id = event.id ?? this.random.uuid();
    const time = event.time ?? eventTime(this.timeline.now());
    this.events.put({ version: '0', ...event, id, time });
    if (event.source.startsWith('aws.')) this.runtime.wake();
  };

  stir = (): void => this.runtime.wake();

  rules = () => this.events.rules();
  requestId = (): (() => string) => this.random.uuidLater();
  session = (accessKey: string): Session | undefined => findSession(this, accessKey);

  /** One call, faults included, without any client. @throws AwsError, or what an injected fault throws */
  call = (service: ServiceName, operation: string, input: unknown, caller: Partial<Caller> = {}): unknown => {
    const { region = this.homeRegion, account = this.account, requestId = this.requestId(), ...who } = caller;
    const site = { service, operation, region, now: this.timeline.now() };
    return this.interceptor({ service, operation, region, account, input }, () =>
      this.faults.around(site, input, (given) =>
        this.#perform(service, operation, given, { region, account, requestId, ...who }),
      ),
    );
  };

  /** One HTTP request of any client, in AWS's own wire formats. */
  handle(request: WireRequest): Promise<WireResponse> {
    return answer(request, this);
  }

  /** For the option `requestHandler` of an SDK client. */
  requestHandler(): InProcessHandler {
    return inProcessHandler((request) => this.handle(request));
  }

  /** For `client.middlewareStack.use`: the fast way, before serialisation. */
  directPlugin(caller: { region: Region; account?: AccountId }): ClientPlugin {
    const { region, account = this.account } = caller;
    return directPlugin(this, { region, account }, () => this.runtime.roles.acting());
  }

  /** Writes what changed since the last time, all or nothing. */
  save(): void {
    const changes = this.state.takeChanges();
    this.#storage?.save(changes);
  }

  /** Without saving. */
  close(): void {
    this.#storage?.close();
  }

  #perform(service: ServiceName, operation: string, input: unknown, caller: Caller): unknown {
    const operations = this.#services.get(service)?.operations ?? {};
    const perform: Operation | undefined = Object.hasOwn(operations, operation) ? operations[operation] : undefined;
    if (!perform) throw protocolOf(service).unknown(operation);
    const ofEc2 = service === 'ec2';
    if (ofEc2) this.#buckets?.take(operation, input ?? {}, caller);
    const call: Call = { ...caller, world: (ofEc2 && this.#past?.worldFor(operation, input, caller)) || this };
    authorize(service, operation, input ?? {}, call);
    return perform(input as never, call);
  }

  #isAvailable(caller: Caller, image: ImageId): boolean {
    try {
      const answered = this.#perform('ec2', 'DescribeImages', { ImageIds: [image] }, caller);
      const images = (answered as { Images?: readonly { State?: string }[] }).Images ?? [];
      return images.some(({ State }) => State === 'available');
    } catch (error) {
      if (error instanceof AwsError) return false;
      throw error;
    }
  }
}
