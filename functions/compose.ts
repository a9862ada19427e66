import { Ledger } from '../shared/actions/ledger.ts';
import { AwsAccount } from '../shared/aws/account.ts';
import { EventBridgeBus } from '../shared/aws/bus.ts';
import {
  autoScalingClients,
  type ClientOptions,
  documentClients,
  ec2Clients,
  eventBridgeClients,
  kmsClients,
  recycleBinClients,
  snsClients,
  sqsClients,
  ssmClients,
  stsClients,
} from '../shared/aws/clients.ts';
import { DynamoDbStore } from '../shared/aws/dynamodb-store.ts';
import { Ec2Images } from '../shared/aws/images.ts';
import { KmsKeys } from '../shared/aws/keys.ts';
import { SnsNotifier } from '../shared/aws/notifier.ts';
import { AwsPointers } from '../shared/aws/pointers.ts';
import { SqsQueue } from '../shared/aws/queue.ts';
import { AwsRecycleBin } from '../shared/aws/recycle-bin.ts';
import { ServiceTime } from '../shared/aws/service-time.ts';
import { AutoScalingUsage } from '../shared/aws/usage/auto-scaling.ts';
import { FleetUsage } from '../shared/aws/usage/fleets.ts';
import { InstanceUsage } from '../shared/aws/usage/instances.ts';
import { LaunchConfigurationUsage } from '../shared/aws/usage/launch-configurations.ts';
import { LaunchTemplateUsage } from '../shared/aws/usage/launch-templates.ts';
import { ParameterUsage } from '../shared/aws/usage/parameters.ts';
import { Ec2ImageUsage } from '../shared/aws/usage/single-images.ts';
import { SpotUsage } from '../shared/aws/usage/spot.ts';
import type { Engine } from '../shared/engine/engine.ts';
import type { AccountId, Region } from '../shared/model/ids.ts';
import type { CompiledPolicy } from '../shared/model/policy.ts';
import type { Clock } from '../shared/ports/clock.ts';
import type { Bus, Queue } from '../shared/ports/messaging.ts';
import type { Store } from '../shared/ports/store.ts';
import type { UsageSource } from '../shared/ports/usage.ts';
import { systemClock } from './system-clock.ts';

/** The compiled policy file, put here by the bundler. Plain runs pass a policy in. */
declare const STEWARD_POLICY: CompiledPolicy;

/** What a world other than a deployed Lambda brings along. */
export interface Overrides {
  readonly policy?: CompiledPolicy;
  readonly homeRegion?: Region;
  /** Where it is known already; otherwise STS is asked. */
  readonly account?: AccountId;
  readonly clients?: Pick<ClientOptions, 'requestHandler' | 'plugin' | 'credentials' | 'endpoint'>;
  readonly clock?: Clock;
  /** In [0, 1); for the jitter of retries. */
  readonly random?: () => number;
  readonly store?: Store;
  readonly queue?: Queue;
  readonly bus?: Bus;
  readonly queueUrl?: string;
}

/** Wires the engine, once, on first use. The only reader of the environment. */
export function compose(overrides: Overrides = {}): () => Promise<Engine> {
  let engine: Promise<Engine> | undefined;
  return () => {
    engine ??= build(overrides).catch((error: unknown) => {
      engine = undefined;
      throw error;
    });
    return engine;
  };
}

async function build(overrides: Overrides): Promise<Engine> {
  const home = overrides.homeRegion ?? setting('AWS_REGION');
  const clock = overrides.clock ?? systemClock;
  const retry = { clock, random: overrides.random ?? Math.random };
  const serviceTime = new ServiceTime(clock);
  const clients: ClientOptions = { ...overrides.clients, home, retry, serviceTime };
  const ec2 = ec2Clients(clients);
  const ssm = ssmClients(clients);
  const account = new AwsAccount({ sts: stsClients(clients)(), ec2: ec2() }, home);
  return {
    policy: overrides.policy ?? STEWARD_POLICY,
    account: overrides.account ?? (await account.id()),
    homeRegion: home,
    regions: () => account.regions(),
    // A clock that is brought along is the only one there is.
    ...(overrides.clock === undefined && { skew: () => serviceTime.skew() }),
    images: new Ec2Images(ec2, clock),
    pointers: new AwsPointers({ ec2, ssm }),
    keys: new KmsKeys(kmsClients(clients)),
    recycleBin: new AwsRecycleBin(recycleBinClients(clients)),
    usage: usageSources(clients, { ec2, ssm }),
    imageUsage: new Ec2ImageUsage(ec2),
    ledger: new Ledger(overrides.store ?? tableStore(clients)),
    queue: overrides.queue ?? workQueue(clients, overrides.queueUrl),
    bus: overrides.bus ?? new EventBridgeBus(eventBridgeClients(clients)(), busOf(home), retry),
    notifier: new SnsNotifier(snsClients(clients)),
    clock,
  };
}

interface Shared {
  readonly ec2: ReturnType<typeof ec2Clients>;
  readonly ssm: ReturnType<typeof ssmClients>;
}

function usageSources(clients: ClientOptions, { ec2, ssm }: Shared): UsageSource[] {
  const autoScaling = autoScalingClients(clients);
  return [
    new InstanceUsage(ec2),
    new LaunchTemplateUsage(ec2),
    new LaunchConfigurationUsage(autoScaling),
    new AutoScalingUsage({ autoScaling, ec2 }),
    new SpotUsage(ec2),
    new FleetUsage(ec2),
    new ParameterUsage(ssm),
  ];
}

const tableStore = (clients: ClientOptions): Store =>
  new DynamoDbStore(documentClients(clients)(), { name: setting('STEWARD_TABLE'), home: clients.home }, clients.retry);

const workQueue = (clients: ClientOptions, url = setting('STEWARD_QUEUE_URL')): Queue =>
  new SqsQueue(sqsClients(clients)(), { url, home: clients.home }, clients.retry);

const busOf = (home: Region) => ({ name: process.env.STEWARD_BUS ?? 'default', home });

function setting(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === '') throw new Error(`the environment variable ${name} is not set`);
  return value;
}
