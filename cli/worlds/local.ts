import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { compose } from '../../functions/compose.ts';
import { type Log, silentLog } from '../../functions/log.ts';
import { type Meter, noMeter } from '../../functions/metrics.ts';
import { type Surroundings, unfailing } from '../../functions/middleware.ts';
import { createHandler as onImageEvent } from '../../functions/on-image-event/handler.ts';
import { createHandler as reap } from '../../functions/reap/handler.ts';
import { createHandler as retire } from '../../functions/retire/handler.ts';
import { createHandler as sweep } from '../../functions/sweep/handler.ts';
import { demoHome, demoRegions, demoStart } from '../../local/demo/seed.ts';
import type { RoleDefinition } from '../../local/iam/principal.ts';
import type { LambdaFunction } from '../../local/runtime.ts';
import type { EventPattern } from '../../local/services/event-pattern.ts';
import { queueArn } from '../../local/services/queues.ts';
import { AuthorizedStore } from '../../local/store/authorized-store.ts';
import { EmbeddedStore } from '../../local/store/embedded-store.ts';
import { EmbeddedAws } from '../../local/world.ts';
import { ec2Clients } from '../../shared/aws/clients.ts';
import { ec2Findings } from '../../shared/aws/image-findings.ts';
import type { Engine } from '../../shared/engine/engine.ts';
import type { Region } from '../../shared/model/ids.ts';
import type { CompiledPolicy } from '../../shared/model/policy.ts';
import { type Duration, hour, minute } from '../../shared/model/time.ts';
import type { Findings } from '../../shared/ports/findings.ts';
import type { Store } from '../../shared/ports/store.ts';
import { projectFile } from '../project.ts';

/** The embedded AWS with the product deployed in it: rules, queue, functions and schedules, as serverless.yml has them. */
export interface LocalStack {
  readonly aws: EmbeddedAws;
  readonly engine: Engine;
  readonly findings: Findings;
  /** ARN of the queue that `on-image-event` reads. */
  readonly workQueue: string;
}

export interface LocalOptions {
  readonly policy: CompiledPolicy;
  /** SQLite file; absent: in memory. */
  readonly file?: string;
  readonly seed?: number;
  readonly log?: Log;
  readonly meter?: Meter;
  /** While nothing happens, schedules run this seldom, so that months pass in seconds. */
  readonly idleEvery?: Duration;
  /** What each function may do, by its name; a function without a role may do everything. */
  readonly roles?: Roles;
}

export type Roles = Readonly<Record<string, RoleDefinition>>;

/** What the embedded AWS calls the things that CloudFormation names. */
export const localNames = { queue: 'ami-steward-work', deadLetters: 'ami-steward-dead-letters', table: 'ami-steward' };

export async function openStack(options: LocalOptions): Promise<LocalStack> {
  return deploy(openDemoWorld(options), options.policy, options);
}

/** Nothing is in it yet unless it was saved. */
export const openDemoWorld = ({ file, seed }: Pick<LocalOptions, 'file' | 'seed'> = {}): EmbeddedAws =>
  EmbeddedAws.open({
    start: demoStart,
    homeRegion: demoHome,
    regions: demoRegions,
    ...(file !== undefined && { file }),
    ...(seed !== undefined && { seed }),
  });

/** Puts the product into an embedded AWS. In a reopened world what was pending goes on. */
export async function deploy(
  aws: EmbeddedAws,
  policy: CompiledPolicy,
  options: Pick<LocalOptions, 'log' | 'meter' | 'idleEvery' | 'roles'> = {},
): Promise<LocalStack> {
  const QueueUrl = createQueues(aws);
  const workQueue = queueArn({ account: aws.account, region: aws.homeRegion, name: localNames.queue });
  const clients = {
    plugin: (region: Region) => aws.directPlugin({ region }),
    credentials: { accessKeyId: aws.account, secretAccessKey: 'local' },
  };
  const random = () => aws.random.next();
  const engine = compose({
    policy,
    homeRegion: aws.homeRegion,
    clients,
    clock: aws.timeline,
    random,
    store: storeIn(aws, new EmbeddedStore(aws.state, aws.homeRegion)),
    queueUrl: QueueUrl,
  });
  const surroundings = unfailing({ engine, log: options.log ?? silentLog, meter: options.meter ?? noMeter });
  await routeEvents(aws, workQueue);
  registerFunctions(aws, surroundings);
  giveRoles(aws, options.roles);
  aws.runtime.mapQueue({ queue: workQueue, function: 'on-image-event', batchSize: 10, reportBatchItemFailures: true });
  schedule(aws, options.idleEvery);
  const retry = { clock: aws.timeline, random };
  const findings = ec2Findings(ec2Clients({ ...clients, home: aws.homeRegion, retry }));
  return { aws, engine: await engine(), findings, workQueue };
}

/** As serverless.yml has them: what fails five times goes aside instead of coming back for ever. */
function createQueues(aws: EmbeddedAws): string {
  aws.call('sqs', 'CreateQueue', { QueueName: localNames.deadLetters });
  const deadLetterTargetArn = queueArn({ account: aws.account, region: aws.homeRegion, name: localNames.deadLetters });
  const RedrivePolicy = JSON.stringify({ deadLetterTargetArn, maxReceiveCount: 5 });
  const Attributes = { VisibilityTimeout: '720', MessageRetentionPeriod: '345600', RedrivePolicy };
  const { QueueUrl } = aws.call('sqs', 'CreateQueue', { QueueName: localNames.queue, Attributes }) as {
    QueueUrl: string;
  };
  return QueueUrl;
}

/** Each Region forwards what EC2 announces to the home bus, and there the rule of serverless.yml feeds the queue. */
async function routeEvents(aws: EmbeddedAws, queue: string): Promise<void> {
  const text = await readFile(projectFile(join('events', 'ami-state-change', 'pattern.json')), 'utf8');
  const pattern = JSON.parse(text) as EventPattern;
  for (const region of aws.regions) {
    const target = region === aws.homeRegion ? { queue } : { bus: aws.homeRegion };
    aws.events.addRule({ name: 'ami-state-change', region, account: aws.account, pattern, target });
  }
}

function registerFunctions(aws: EmbeddedAws, surroundings: Surroundings): void {
  const functions = { 'on-image-event': onImageEvent, sweep, retire, reap };
  for (const [name, create] of Object.entries(functions))
    aws.runtime.registerFunction(name, create(surroundings) as unknown as LambdaFunction);
}

/** From now on each function may do what its role says, in place of what an earlier one said. */
export function giveRoles(aws: EmbeddedAws, roles: Roles = {}): void {
  for (const [name, role] of Object.entries(roles)) aws.runtime.roles.set(name, aws.principals.attach(name, role));
}

/** The store as the running function may use it. */
export const storeIn = (aws: EmbeddedAws, store: Store): Store =>
  new AuthorizedStore(store, { account: aws.account, region: aws.homeRegion, table: localNames.table }, () =>
    aws.runtime.roles.acting(),
  );

/** UTC. Retire and reap at a quarter past, one after the other. */
function schedule(aws: EmbeddedAws, idleEvery: Duration | undefined): void {
  const from = Math.floor(aws.timeline.now() / hour) * hour;
  const idle = idleEvery === undefined ? {} : { idle: { after: 3 * hour, everyMs: idleEvery } };
  const add = (name: string, everyMs: Duration, firstAt: number) =>
    aws.runtime.schedule({ name, function: name, everyMs, firstAt, ...idle });
  add('sweep', 15 * minute, from + 15 * minute);
  add('retire', hour, from + 75 * minute);
  add('reap', hour, from + 80 * minute);
}
