import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { EventPattern } from '../../../local/services/event-pattern.ts';
import type { EmbeddedAws } from '../../../local/world.ts';
import { type Duration, day, hour, minute } from '../../../shared/model/time.ts';
import { ofType, type Resource, type Template } from '../packaged.ts';
import { connectRegions } from './elsewhere.ts';
import { puttingAside, setAside } from './failures.ts';
import type { Front } from './front.ts';
import type { FunctionProcess } from './function-process.ts';
import { Names, type Place } from './intrinsics.ts';

/** Where a stack is deployed to. */
export interface Ground {
  readonly aws: EmbeddedAws;
  readonly front: Front;
  /** Where the front listens. */
  readonly url: string;
  /** A process that runs the code of a zip. */
  readonly start: (zip: string, env: Readonly<Record<string, string>>) => FunctionProcess;
}

type Properties = Resource['Properties'];

/** Creates what the template says, wired as it says, from nothing but the template. */
export class Deployment {
  readonly place: Place;
  readonly names: Names;
  readonly #stack: Template;
  readonly #ground: Ground;

  private constructor(stack: Template, ground: Ground) {
    this.#stack = stack;
    this.#ground = ground;
    this.place = { account: ground.aws.account, region: ground.aws.homeRegion, url: ground.url };
    this.names = new Names(stack, this.place);
  }

  static async of(stack: Template, ground: Ground): Promise<Deployment> {
    const made = new Deployment(stack, ground);
    await made.#createTables();
    for (const [id, properties] of made.#all('AWS::SQS::Queue')) made.#createQueue(id, properties);
    for (const [id, properties] of made.#all('AWS::Lambda::Function')) made.#createFunction(id, properties);
    for (const [, properties] of made.#all('AWS::Lambda::EventSourceMapping')) made.#mapQueue(properties);
    for (const [id, properties] of made.#all('AWS::Events::Rule')) made.#createRule(id, properties);
    for (const [id, properties] of made.#all('AWS::Scheduler::Schedule')) made.#schedule(id, properties);
    connectRegions(stack, made.names, ground.aws);
    return made;
  }

  /** ARN of a queue of the stack. */
  queue(id: string): string {
    return this.names.arn(id);
  }

  #all(type: string): [string, Properties][] {
    return ofType(this.#stack, type).map(([id, { Properties }]) => [id, this.names.resolve(Properties) as Properties]);
  }

  async #createTables(): Promise<void> {
    const credentials = { accessKeyId: 'deployment', secretAccessKey: 'any' };
    const client = new DynamoDBClient({ region: this.#ground.aws.homeRegion, endpoint: this.#ground.url, credentials });
    for (const [id, properties] of this.#all('AWS::DynamoDB::Table')) {
      const { BillingMode, AttributeDefinitions, KeySchema, GlobalSecondaryIndexes } = properties;
      const definition = { BillingMode, AttributeDefinitions, KeySchema, GlobalSecondaryIndexes };
      await client.send(new CreateTableCommand({ TableName: this.names.name(id), ...definition } as never));
    }
    client.destroy();
  }

  #createQueue(id: string, properties: Properties): void {
    const attributes = Object.entries(properties).filter(([name]) => name !== 'QueueName' && name !== 'Tags');
    const text = (value: unknown) => (typeof value === 'object' ? JSON.stringify(value) : String(value));
    const Attributes = Object.fromEntries(attributes.map(([name, value]) => [name, text(value)]));
    this.#ground.aws.call('sqs', 'CreateQueue', { QueueName: this.names.name(id), Attributes });
  }

  /** Signed with the function's own id, so that everything it calls can be told. */
  #createFunction(id: string, properties: Properties): void {
    const { aws, start, url } = this.#ground;
    const { S3Key } = properties.Code as { S3Key: string };
    const { Variables = {} } = (properties.Environment ?? {}) as { Variables?: Record<string, string> };
    const env = { ...lambdaSets(properties, id, aws.homeRegion), AWS_ENDPOINT_URL: url, ...Variables };
    const run = (event: unknown, context: unknown) =>
      start(S3Key.split('/').at(-1) ?? '', env).invoke(event, context, aws.timeline);
    aws.runtime.registerFunction(id, puttingAside(this.#stack, this.names, this.#ground, id, run));
  }

  /** Lambda reads a queue in the name of the function's role. */
  #mapQueue({ Enabled = true, ...properties }: Properties): void {
    const fn = this.names.find(properties.FunctionName);
    const queue = String(properties.EventSourceArn);
    if (Enabled === false || fn === undefined) return;
    for (const action of ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'])
      this.#ground.front.calls.push({ key: fn, action });
    this.#ground.aws.runtime.mapQueue({
      queue,
      function: fn,
      batchSize: Number(properties.BatchSize ?? 10),
      reportBatchItemFailures: [properties.FunctionResponseTypes].flat().includes('ReportBatchItemFailures'),
    });
  }

  /** A queue takes only what its policy lets the rule send. */
  #createRule(id: string, { State, EventPattern, Targets = [] }: Properties): void {
    const { aws } = this.#ground;
    for (const { Id, Arn } of State === 'DISABLED' ? [] : (Targets as { Id: string; Arn: string }[])) {
      if (!this.#mayFill(Arn, id)) continue;
      const place = { name: `${id}/${Id}`, region: aws.homeRegion, account: aws.account };
      aws.events.addRule({ ...place, pattern: EventPattern as EventPattern, target: { queue: Arn } });
    }
  }

  #mayFill(queue: string, rule: string): boolean {
    return this.#all('AWS::SQS::QueuePolicy')
      .flatMap(([, { PolicyDocument }]) => (PolicyDocument as { Statement: object[] }).Statement)
      .map((statement) => statement as { Action: unknown; Resource: unknown; Condition?: object })
      .some(
        ({ Action, Resource, Condition }) =>
          [Action].flat().includes('sqs:SendMessage') &&
          [Resource].flat().includes(queue) &&
          JSON.stringify(Condition).includes(this.names.arn(rule)),
      );
  }

  /** What cannot be run, Scheduler puts aside. */
  #functionBehind(id: string, { Arn, DeadLetterConfig }: { Arn: string; DeadLetterConfig?: { Arn?: string } }): string {
    const found = this.names.find(Arn);
    if (found !== undefined && this.#stack[found]?.Type === 'AWS::Lambda::Function') return found;
    const aside = { user: id, queue: DeadLetterConfig?.Arn, body: JSON.stringify({ schedule: id }) };
    const name = `nothing behind ${id}`;
    this.#ground.aws.runtime.registerFunction(name, async () => setAside(this.#stack, this.names, this.#ground, aside));
    return name;
  }

  /** While nothing happens schedules run once a day, so that the months of a ladder pass quickly. */
  #schedule(id: string, { State, ScheduleExpression, Target }: Properties): void {
    const { aws, front } = this.#ground;
    const target = Target as { Arn: string; RoleArn: string; DeadLetterConfig?: { Arn?: string } };
    if (State === 'DISABLED') return;
    const fn = this.#functionBehind(id, target);
    const everyMs = rate(String(ScheduleExpression));
    front.calls.push({ key: id, action: 'lambda:InvokeFunction' });
    aws.runtime.schedule({
      name: id,
      function: fn,
      everyMs,
      firstAt: aws.timeline.now() + everyMs,
      idle: { after: hour, everyMs: day },
    });
  }
}

const units: Readonly<Record<string, Duration>> = { minute, hour, day };

function rate(expression: string): Duration {
  const [, count, unit = ''] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression) ?? [];
  const length = units[unit];
  if (length === undefined) throw new Error(`${expression} is no rate`);
  return Number(count) * length;
}

/** What Lambda puts into the environment of a function, before what its owner does. */
const lambdaSets = ({ Handler, FunctionName, MemorySize }: Properties, key: string, region: string) => ({
  _HANDLER: String(Handler),
  AWS_REGION: region,
  AWS_DEFAULT_REGION: region,
  AWS_ACCESS_KEY_ID: key,
  AWS_SECRET_ACCESS_KEY: 'any',
  AWS_SESSION_TOKEN: 'any',
  AWS_LAMBDA_FUNCTION_NAME: String(FunctionName),
  AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
  AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(MemorySize),
  AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${FunctionName}`,
  AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
  AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
  TZ: ':UTC',
});
