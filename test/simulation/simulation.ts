import { AsyncLocalStorage } from 'node:async_hooks';
import { hash } from 'node:crypto';
import { deploy, giveRoles, storeIn } from '../../cli/worlds/local.ts';
import { putImage, putInstance } from '../../local/ec2/fixtures.ts';
import type { ImageRow } from '../../local/ec2/rows.ts';
import { CrashError } from '../../local/faults.ts';
import type { Watch } from '../../local/iam/principal.ts';
import { AwsError } from '../../local/kernel/service.ts';
import { enqueue, type Message, type Queue, queueArn } from '../../local/services/queues.ts';
import { EmbeddedAws, type IncomingCall } from '../../local/world.ts';
import { Ledger } from '../../shared/actions/ledger.ts';
import { toPortError } from '../../shared/aws/errors.ts';
import type { Engine } from '../../shared/engine/engine.ts';
import { restore } from '../../shared/engine/restore.ts';
import { type ImageKey, imageKey } from '../../shared/model/ids.ts';
import { mark } from '../../shared/model/marks.ts';
import type { Principal } from '../../shared/model/policy.ts';
import { day, hour, type Instant, isoTime } from '../../shared/model/time.ts';
import type { Store } from '../../shared/ports/store.ts';
import { rolesFor } from '../roles/roles.ts';
import { type Actor, Adversary, Builder, Launcher, Operator, type Stage } from './actors.ts';
import { Authority } from './authority.ts';
import { Coverage } from './coverage.ts';
import { Custodian } from './custodian.ts';
import { Dice } from './dice.ts';
import { FleetKeeper } from './fleet-keeper.ts';
import { FrozenStore } from './frozen-store.ts';
import { Injector, type Site, type Striker } from './injector.ts';
import { approves, type Effect, invariants, permissionText, principalOf } from './invariants.ts';
import { Invocation, saysGone } from './invocation.ts';
import { liveness } from './liveness.ts';
import { noteWhatWasMet } from './met.ts';
import { noteFailures, situationsOf } from './met-failures.ts';
import { Librarian, Neighbour } from './neighbours.ts';
import { type Reduction, reduced } from './reduction.ts';
import { Restorer } from './restorer.ts';
import { account, drawScenario, home, type Scenario } from './scenario.ts';
import { DisturbedStore } from './store.ts';
import { keyOfRow, Truth } from './truth.ts';
import { Weather } from './weather.ts';

/** A wrong version of the product: changes the parts of the engine before anything runs. */
export type Mutate = (engine: Engine, parts: Parts) => Partial<Engine>;

export interface Parts {
  readonly aws: EmbeddedAws;
  readonly store: Store;
}

export interface Violation {
  readonly invariant: string;
  readonly at: Instant;
  readonly what: string;
}

export interface Options {
  readonly days: number;
  readonly mutate?: Mutate;
  readonly reduction?: Reduction;
  readonly enough?: (violations: readonly Violation[]) => boolean;
}

export interface Line {
  readonly at: Instant;
  readonly who: string;
  readonly what: string;
}

export interface Result {
  readonly scenario: Scenario;
  readonly hash: string;
  readonly calls: number;
  readonly violations: readonly Violation[];
  readonly coverage: Coverage;
  readonly story: readonly Line[];
}

const isRead = (operation: string): boolean => /^(Describe|Get|List)/.test(operation);
/** Calls that change nothing that an invariant speaks of. */
const isMessaging = (operation: string): boolean => operation === 'PutEvents' || operation.startsWith('Send');

/** One seed: a world, a product deployed in it, people who act, things that go wrong, and an eye on every effect. */
export class Simulation {
  readonly scenario: Scenario;
  readonly aws: EmbeddedAws;
  readonly truth: Truth;
  readonly coverage = new Coverage();
  readonly violations: Violation[] = [];
  readonly story: Line[] = [];
  readonly #striker: Striker;
  readonly #dice = new Map<string, Dice>();
  readonly #running = new AsyncLocalStorage<Invocation>();
  readonly #lines: string[] = [];
  readonly #acts: { what: string; act: () => void }[] = [];
  readonly #spoken: Promise<unknown>[] = [];
  #acting = false;
  #calls = 0;

  /** @param striker what goes wrong with calls; usually what the scenario has drawn */
  constructor(scenario: Scenario, striker?: Striker) {
    this.scenario = scenario;
    const { seed, start, regions, switches } = scenario;
    this.aws = EmbeddedAws.open({ start, homeRegion: home, account, seed, regions, switches });
    this.truth = new Truth(this.aws, scenario.policy, scenario.intensity.lag);
    this.#striker = striker ?? new Injector(scenario, this.coverage);
  }

  static async run(seed: number, options: Options): Promise<Result> {
    const scenario = reduced(drawScenario(seed, options.days), options.reduction);
    const simulation = new Simulation(scenario);
    await simulation.prepare(options.mutate);
    await simulation.play(options.enough);
    return simulation.result();
  }

  /** The product is deployed into a world that people have lived in for a while. */
  async prepare(mutate?: Mutate): Promise<Stage> {
    const { aws, scenario } = this;
    const bases = this.#furnish();
    const { engine, workQueue } = await deploy(aws, scenario.policy, {
      idleEvery: scenario.idleEvery,
      roles: rolesFor(scenario.policy, aws),
    });
    this.#likeDeployed(workQueue);
    this.#slowDown();
    const disturbed = new DisturbedStore(storeIn(aws, new FrozenStore(aws.state, home)), this.#storeCall);
    Object.assign(engine, { ledger: new Ledger(disturbed) });
    if (mutate) Object.assign(engine, mutate(engine, { aws, store: disturbed }));
    if (scenario.storeIsOld) await engine.ledger.noteFirstSweep(scenario.start - 30 * day);
    this.#underWeather(engine);
    aws.principals.watch = this.#decided;
    this.#disturbEvents();
    const stage = this.#stage(workQueue, engine);
    this.#castActors(stage, bases);
    return stage;
  }

  /** @param enough whether what was found so far ends it early: wrong versions may do ever more */
  async play(enough: Options['enough'] = () => false): Promise<void> {
    const { start, end } = this.scenario;
    for (let at = start; at < end; ) {
      at = Math.min(end, at + hour);
      await this.aws.timeline.advanceTo(at);
      if (enough(this.violations)) return;
    }
    const found = liveness(this.truth, this.scenario, this.aws);
    for (const { invariant, what } of found) this.violate(invariant, what);
    noteWhatWasMet(this.aws, this.truth, this.coverage);
    noteFailures(this.aws, this.truth, this.scenario, this.coverage);
  }

  result(): Result {
    const traced = `${this.#lines.join('')}${JSON.stringify(this.aws.state.dump())}`;
    const { scenario, violations, coverage, story } = this;
    return { scenario, hash: hash('sha256', traced).slice(0, 16), calls: this.#calls, violations, coverage, story };
  }

  violate(invariant: string, what: string): void {
    this.violations.push({ invariant, at: this.truth.now(), what });
    this.tell('VIOLATION', `${invariant}: ${what}`);
  }

  tell(who: string, what: string): void {
    this.story.push({ at: this.truth.now(), who, what });
  }

  /** An act of somebody else than the product: no faults, and it may fail. */
  act(who: string, what: string, act: () => void): void {
    this.#acting = true;
    try {
      act();
      if (what !== '') this.tell(who, what);
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
    } finally {
      this.#acting = false;
    }
  }

  /** Others in the account go on using images of their own, so that the end of all that is played is no empty account. */
  #standingFleet(): void {
    const { aws, truth } = this;
    for (let number = 1; number <= 30; number++) {
      const image = putImage(aws, {
        account: '137112412989',
        region: home,
        name: `others-${number}`,
        permissions: ['group:all'],
      });
      truth.born(image, 'actor');
      putInstance(aws, image, { account });
    }
  }

  #furnish(): Map<string, string> {
    const { aws, truth, scenario } = this;
    const bases = new Map<string, string>();
    for (const region of scenario.regions) {
      const base = putImage(aws, {
        account: '137112412989',
        region,
        name: 'al2023',
        ownerAlias: 'amazon',
        permissions: ['group:all'],
      });
      truth.born(base, 'actor');
      bases.set(region, base.id);
    }
    this.#standingFleet();
    for (const [index, age] of (scenario.earlier ?? this.#drawAges()).entries()) {
      const createdAt = scenario.start - age * day;
      truth.born(putImage(aws, { account, region: home, name: `golden-web-${index + 1}`, createdAt }), 'actor');
    }
    return bases;
  }

  #drawAges(): number[] {
    const dice = this.#diceFor('furniture');
    return Array.from({ length: dice.whole(1, 4) }, () => dice.whole(8, 60));
  }

  /** The queue as serverless.yml has it. */
  #likeDeployed(workQueue: string): void {
    const queues = this.aws.state.table<Queue>('queues');
    const work = queues.get(workQueue);
    if (!work) throw new Error('there is no work queue');
    const dead = { ...work, name: `${work.name}-dead` };
    queues.set(queueArn(dead), dead);
    const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: queueArn(dead), maxReceiveCount: 5 });
    queues.set(workQueue, { ...work, attributes: { ...work.attributes, VisibilityTimeout: '720', RedrivePolicy } });
  }

  /** The same schedules, but soon idle: months of nothing prove nothing. */
  #slowDown(): void {
    const { sweepEvery, idleEvery, start, takeEvery = hour } = this.scenario;
    const idle = { after: hour, everyMs: idleEvery };
    for (const [name, everyMs] of Object.entries({ sweep: sweepEvery, retire: takeEvery, reap: takeEvery }))
      this.aws.runtime.schedule({ name, function: name, everyMs, firstAt: start, idle });
  }

  /** Without a part in the play nothing stands between the product and AWS but calls that fail. */
  #underWeather(engine: Engine): void {
    const { aws, truth, scenario } = this;
    aws.interceptor = this.#call;
    aws.runtime.around = this.#invoke;
    if (!scenario.cast.includes('weather')) return;
    const weather = new Weather(scenario, truth, this.coverage);
    truth.isSkewed = () => weather.isSkewed();
    Object.assign(engine, { skew: () => weather.skew() });
    aws.interceptor = weather.around(this.#call);
    aws.runtime.around = async (name, run) => (weather.isAway() ? undefined : this.#invoke(name, run));
  }

  #disturbEvents(): void {
    const { faults } = this.aws;
    const { drop, duplicate, delay } = this.scenario.intensity;
    const strikes = (share: number, situation: string) => {
      const dice = this.#diceFor(situation);
      return () => {
        if (this.truth.now() >= this.scenario.faultsUntil || !dice.chance(share)) return false;
        this.coverage.count(situation);
        return true;
      };
    };
    const sizes = this.#diceFor('event sizes');
    faults.drop(strikes(drop, 'event lost'));
    faults.dup(sizes.whole(2, 5), strikes(duplicate, 'event duplicated'));
    faults.delay(sizes.between(60_000, 2 * day), strikes(delay, 'event delayed'));
  }

  #castActors(stage: Stage, bases: ReadonlyMap<string, string>): void {
    const all: Actor[] = [
      new Builder(stage, bases),
      new Launcher(stage),
      new Operator(stage),
      new Adversary(stage),
      new FleetKeeper(stage),
      new Restorer(stage),
      new Neighbour(stage),
      new Librarian(stage),
      new Custodian(stage),
      new Authority(stage),
    ];
    this.aws.timeline.on('simulation.act', async ({ act }: { act: number }) => {
      const one = this.#acts[act];
      if (one) this.act('', one.what, one.act);
      await Promise.all(this.#spoken.splice(0));
    });
    const { start, faultsUntil } = this.scenario;
    const drawnUntil = this.scenario.drawnUntil ?? faultsUntil;
    for (const actor of all.filter(({ name }) => this.scenario.cast.includes(name))) {
      const dice = this.#diceFor(`times of ${actor.name}`);
      const times = Math.max(1, Math.round(((drawnUntil - start) / day) * actor.perDay));
      for (let index = 0; index < times; index++) {
        const at = start + dice.next() * (drawnUntil - start);
        if (at <= faultsUntil) this.#later(at, '', () => actor.act());
      }
    }
  }

  /** Streams of their own, so that what is left out of one moves no other. */
  #diceFor(what: string): Dice {
    const dice = this.#dice.get(what) ?? new Dice(`${what} ${this.scenario.seed}`);
    this.#dice.set(what, dice);
    return dice;
  }

  #stage(workQueue: string, engine: Engine): Stage {
    const { aws, truth, scenario } = this;
    return {
      scenario,
      truth,
      call: (operation, region, input, service = 'ec2') => {
        const output = aws.call(service, operation, input, { region }) as Record<string, unknown>;
        this.tell('person', `${operation} ${told(input)} in ${region}`);
        return output;
      },
      later: (after, what, act) => this.#later(truth.now() + after, what, act),
      count: (situation) => this.coverage.count(situation),
      send: (body) => {
        enqueue(aws, { queue: workQueue, body });
      },
      restore: (root) => {
        this.tell('person', `wants ${root} restored`);
        restore(engine, root, 'needed again').catch(() => this.tell('person', `nobody knows ${root}`));
      },
      speak: (what, words) => {
        this.tell('person', what);
        this.#spoken.push(words(engine).catch((error) => this.tell('person', `is told no: ${error}`)));
      },
      reconfigure: (policy) => {
        Object.assign(engine, { policy });
        giveRoles(aws, rolesFor(policy, aws));
        truth.reconfigure(policy);
      },
      aws,
      place: (fixture) => {
        const row = putImage(aws, fixture);
        truth.born(row, 'actor');
        return row;
      },
    };
  }

  #later(at: Instant, what: string, act: () => void): void {
    this.#acts.push({ what, act });
    this.aws.timeline.schedule(Math.min(Math.round(at), this.scenario.faultsUntil), 'simulation.act', {
      act: this.#acts.length - 1,
    });
  }

  /**
   * A role that refuses what its function does is as wrong as a function that does what it must not. But an image that
   * could not be marked, since that very call failed, is kept from its sharees by the role until it carries the mark.
   */
  #decided: Watch = ({ name }, { action, resource, tags }, decision) => {
    const isUnmarked = tags?.[mark.managed] !== 'true' && /^ec2:Modify(?:Image|Snapshot)Attribute$/.test(action);
    if (decision !== 'allowed' && !isUnmarked) this.violate('IAM', `${name}: ${action} on ${resource} is ${decision}`);
  };

  #invoke = async (name: string, run: () => Promise<unknown>): Promise<unknown> => {
    const { doubled } = this.scenario.intensity;
    const twice = this.truth.now() < this.scenario.faultsUntil && this.#diceFor('doubled').chance(doubled);
    if (!twice) return this.#one(name, run);
    this.coverage.count('run doubled');
    const [first, second] = await Promise.allSettled([this.#one(name, run, true), this.#one(name, run, true)]);
    if (first.status === 'rejected') throw first.reason;
    if (second.status === 'rejected') throw second.reason;
    return first.value;
  };

  async #one(name: string, run: () => Promise<unknown>, twin = false): Promise<unknown> {
    const invocation = new Invocation(name, this.truth.now(), twin);
    if (name === 'on-image-event' && this.#isRepeat()) this.coverage.count('message tried again');
    const value = await this.#running.run(invocation, run);
    if (invocation.dead) throw new CrashError(name, 'before');
    return value;
  }

  #isRepeat(): boolean {
    for (const { receives } of this.aws.state.table<Message>('messages').values()) if (receives > 1) return true;
    return false;
  }

  #call = (call: IncomingCall, perform: () => unknown): unknown => {
    const invocation = this.#running.getStore();
    if (this.#acting || !invocation) return this.#observed(call, perform, undefined);
    const mutating = !isRead(call.operation);
    if (mutating && call.service === 'ec2') this.#meddle(call, invocation);
    this.#spoil(call);
    return this.#disturbed({ operation: call.operation, region: call.region, mutating }, invocation, () =>
      this.#observed(call, perform, invocation),
    );
  };

  #storeCall = async <T>(operation: string, mutating: boolean, run: () => Promise<T>): Promise<T> => {
    const invocation = this.#running.getStore();
    if (!invocation) return run();
    try {
      return await this.#disturbed({ operation, region: home, mutating }, invocation, run);
    } catch (error) {
      throw error instanceof AwsError
        ? toPortError(Object.assign(error, { $fault: 'server' }), { operation, region: home, home })
        : error;
    }
  };

  #disturbed<T>(site: Site, invocation: Invocation, run: () => T): T {
    if (invocation.dead) throw new CrashError(site.operation, 'before');
    invocation.calls += 1;
    const strike = this.#striker.strike(site, this.truth.now());
    if (strike === undefined) return run();
    if (strike.storm && /retire|reap/.test(invocation.name) && this.truth.disabledSince.size > 0)
      this.coverage.count('storm while a removal was due');
    if (strike.when === 'after') this.#after(site, strike.kills, run);
    this.#trace(`${invocation.name} ${site.operation} ${site.region} ${strike.error.message}`);
    invocation.dead ||= strike.kills;
    throw strike.error;
  }

  /** The effect is there, the answer is not. */
  #after(site: Site, kills: boolean, run: () => unknown): void {
    run();
    const what = kills ? `crash after ${site.operation}` : `answer of ${site.operation} lost`;
    this.coverage.count(what);
    this.tell('fault', what);
  }

  #observed(call: IncomingCall, perform: () => unknown, invocation: Invocation | undefined): unknown {
    const { operation, region } = call;
    this.#calls += 1;
    const input = (call.input ?? {}) as Record<string, unknown>;
    const before = typeof input.ImageId === 'string' ? this.truth.image(imageKey(region, input.ImageId)) : undefined;
    let output: unknown;
    try {
      output = invocation ? this.#stale(call, perform()) : perform();
    } catch (error) {
      this.#trace(`${invocation?.name ?? 'person'} ${operation} ${region} ${String(error)}`);
      invocation?.noteRead(call, saysGone(error) ? {} : undefined, this.truth.now());
      throw error;
    }
    this.#trace(`${invocation?.name ?? 'person'} ${operation} ${region}`);
    invocation?.noteRead(call, output ?? {}, this.truth.now());
    if (call.service !== 'ec2' || isRead(operation) || isMessaging(operation)) return output;
    const effect = {
      operation,
      region,
      input,
      output: (output ?? {}) as Record<string, unknown>,
      ...(before && { before }),
    };
    this.#trace(JSON.stringify(input));
    this.#learn(effect, invocation ? 'product' : 'actor');
    if (invocation) this.#judge({ ...effect, operation: this.#meant(effect), invocation });
    return output;
  }

  /** A date far off takes nothing: it is what a person had set before we deprecated the image. */
  #meant({ operation, input }: Omit<Effect, 'invocation'>): string {
    const at = (input.DeprecateAt as Date | undefined)?.getTime() ?? 0;
    return operation === 'EnableImageDeprecation' && at > this.truth.now() + hour
      ? 'RestoreImageDeprecation'
      : operation;
  }

  #trace(line: string): void {
    this.#lines.push(`${this.truth.now()} ${line}\n`);
  }

  #learn({ operation, region, input, output, before }: Omit<Effect, 'invocation'>, by: 'product' | 'actor'): void {
    const { truth } = this;
    if (typeof output.ImageId === 'string' && /^(Copy|Create|Register)Image$/.test(operation)) {
      const row = truth.image(imageKey(region, output.ImageId));
      if (row && !truth.birth(keyOfRow(row))) truth.born(row, by);
    }
    if (!before) return;
    const key = keyOfRow(before);
    truth.noteTags(before);
    if (operation === 'ModifyImageAttribute' && by === 'product') noteGiven(truth.given(key), input);
    if (operation === 'ModifyImageAttribute') noteTaken(truth.owed(key), input);
    if (operation === 'DisableImage') {
      truth.disabledSince.set(key, truth.now());
      for (const permission of before.permissions) truth.owed(key).add(permissionText(permission));
    }
    if (/ImageDeprecation$/.test(operation)) this.#learnDeprecation(key, by);
    if (operation === 'EnableImage') truth.disabledSince.delete(key);
    if (operation === 'EnableImage' && by === 'actor') truth.owed(key).clear();
    if (operation === 'DeregisterImage' && by === 'product' && input.DeleteAssociatedSnapshots)
      truth.removed.push({ key, region, snapshots: before.disks.flatMap(({ snapshotId }) => snapshotId ?? []) });
  }

  #learnDeprecation(key: ImageKey, by: 'product' | 'actor'): void {
    const { truth } = this;
    const at = truth.image(key)?.deprecateAt;
    if (by === 'product' && at !== undefined && at <= truth.now() + hour) truth.deprecated.add(key);
    else truth.deprecated.delete(key);
  }

  #judge(effect: Effect): void {
    this.tell('product', `${effect.invocation.name}: ${effect.operation} ${told(effect.input)} in ${effect.region}`);
    const situation = situations[approves(effect) ? 'approve' : effect.operation];
    if (situation !== undefined)
      this.coverage.count(effect.before?.state === 'failed' ? 'failed copy removed' : situation);
    for (const met of situationsOf(effect, this.truth)) this.coverage.count(met);
    for (const [name, check] of Object.entries(invariants))
      for (const what of check(effect, this.truth)) this.violate(name, what);
  }

  /** AWS's own failures, which the answer to a call does not show, or shows in its small print. */
  #spoil({ operation, region }: IncomingCall): void {
    const { intensity, faultsUntil } = this.scenario;
    if (this.truth.now() >= faultsUntil) return;
    const injected = this.aws.state.table('injected');
    if (operation === 'CopyImage' && this.#diceFor('failed copies').chance(intensity.failedCopy))
      injected.set(`fail-copy/${region}`, { remaining: 1, message: 'internal error of the copy' });
    if (operation !== 'DeregisterImage' || !this.#diceFor('snapshot codes').chance(intensity.snapshotCode)) return;
    const message = this.#diceFor('snapshot codes').of('internal-error', 'missing-permissions', 'client-error');
    injected.set(`deregister-snapshot/${region}`, { remaining: 1, message });
  }

  /** What the product is shown may lag behind: an image that is just made is not there yet. */
  #stale({ operation, region, input }: IncomingCall, output: unknown): unknown {
    const { intensity, faultsUntil } = this.scenario;
    const now = this.truth.now();
    if (operation !== 'DescribeImages' || intensity.lag === 0 || now >= faultsUntil) return output;
    const { Images: all = [], ...rest } = output as { Images?: { ImageId: string }[] };
    const shown = all.filter(({ ImageId }) => {
      const birth = this.truth.birth(imageKey(region, ImageId));
      return birth === undefined || now - birth.at >= intensity.lag;
    });
    if (shown.length === all.length) return output;
    this.coverage.count('image not yet shown');
    const { ImageIds: ids = [] } = input as { ImageIds?: string[] };
    if (ids.length > 0) throw new AwsError('InvalidAMIID.NotFound', `The image id '[${ids}]' does not exist`);
    return { ...rest, Images: shown };
  }

  /** Somebody acts in the very moment between our look and our step. */
  #meddle(call: IncomingCall, invocation: Invocation): void {
    const dice = this.#diceFor('meddling');
    if (this.truth.now() >= this.scenario.faultsUntil || !dice.chance(this.scenario.intensity.meddle)) return;
    const { ImageId, Resources } = call.input as { ImageId?: string; Resources?: string[] };
    if (call.operation === 'CreateTags' && Resources?.[0] && !invocation.twin)
      this.#copyByHand(call.region, Resources[0]);
    if (ImageId === undefined) return;
    const key = imageKey(call.region, ImageId);
    const person = (operation: string, input: object, situation: string): void =>
      this.act('person', `${operation} ${ImageId} at the same moment`, () => {
        this.aws.call('ec2', operation, { ...input }, { region: call.region });
        this.coverage.count(situation);
      });
    const choice = dice.whole(0, 3);
    const launch = { ImageId, InstanceType: 't3.micro', MinCount: 1, MaxCount: 1 };
    this.truth.hold(key);
    if (choice === 0) person('RunInstances', launch, 'launched in the moment of a step');
    if (choice === 1) person('EnableImage', { ImageId }, 'disabled image enabled by a person');
    const protect = 'EnableImageDeregistrationProtection';
    if (choice === 2) person(protect, { ImageId }, 'protected in the moment of a step');
    const keep = { Resources: [ImageId], Tags: [{ Key: 'ami-steward:keep-until', Value: 'forever' }] };
    if (choice === 3) person('CreateTags', keep, 'kept in the moment of a step');
  }

  /** Before the product looks for a copy that is there already. */
  #copyByHand(region: string, id: string): void {
    const root = imageKey(region, id);
    const targets = this.truth.policiesOf(root).flatMap(({ copy }) => (copy?.to ?? []).map((target) => target.region));
    const to = this.#diceFor('meddling').one(targets.filter((target) => target !== region));
    if (to === undefined || this.truth.copiesIn(root, to).length > 0) return;
    this.act('person', `CopyImage ${id} to ${to} at the same moment`, () => {
      const name = `${this.truth.birth(root)?.name} by hand`;
      this.aws.call('ec2', 'CopyImage', { SourceImageId: id, SourceRegion: region, Name: name }, { region: to });
      this.coverage.count('copy made by a person');
    });
  }
}

function noteGiven(given: Set<Principal>, { LaunchPermission }: Effect['input']): void {
  const { Add: add = [] } = (LaunchPermission ?? {}) as { Add?: Parameters<typeof principalOf>[0][] };
  for (const entry of add) given.add(principalOf(entry));
}

/** What a person takes away while it is owed is owed no more. */
function noteTaken(owed: Set<Principal>, { LaunchPermission }: Effect['input']): void {
  const { Remove: remove = [] } = (LaunchPermission ?? {}) as { Remove?: Parameters<typeof principalOf>[0][] };
  for (const entry of remove) owed.delete(principalOf(entry));
}

const situations: Readonly<Record<string, string>> = {
  CopyImage: 'copy started',
  ModifyImageAttribute: 'image shared',
  EnableImage: 'image enabled again',
  EnableImageDeprecation: 'image deprecated',
  DisableImage: 'image disabled',
  DeregisterImage: 'image deregistered',
  DeleteSnapshot: 'snapshot purged later',
  approve: 'removal approved',
};

function told(input: object): string {
  const { ImageId, SourceImageId, Name, Resources, Tags, LaunchTemplateName } = input as Record<string, unknown>;
  const tags = ((Tags ?? []) as { Key: string; Value?: string }[]).map(({ Key, Value }) => `${Key}=${Value ?? ''}`);
  return [ImageId, SourceImageId, Name, LaunchTemplateName, Resources, ...tags]
    .filter((part) => part !== undefined)
    .join(' ');
}

export const describeAt = (at: Instant): string => isoTime(at).slice(0, 16).replace('T', ' ');
export type { ImageRow };
