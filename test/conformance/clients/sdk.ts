import * as autoscaling from '@aws-sdk/client-auto-scaling';
import * as ec2 from '@aws-sdk/client-ec2';
import * as events from '@aws-sdk/client-eventbridge';
import * as iam from '@aws-sdk/client-iam';
import * as kms from '@aws-sdk/client-kms';
import * as quotas from '@aws-sdk/client-service-quotas';
import * as sns from '@aws-sdk/client-sns';
import * as sqs from '@aws-sdk/client-sqs';
import * as ssm from '@aws-sdk/client-ssm';
import * as sts from '@aws-sdk/client-sts';
import type { ServiceName } from '../../../local/wire/types.ts';
import type { Answer, Asked, AwsClient, Fields, RawAnswer } from '../case.ts';
import { recycleBin } from './recycle-bin.ts';

interface SdkClient {
  send(command: unknown): Promise<Fields & { readonly $metadata?: { readonly requestId?: string } }>;
  destroy(): void;
  readonly middlewareStack: { add(middleware: unknown, options: object): void };
}

export interface SdkService {
  readonly client: (config: object) => SdkClient;
  readonly command: (operation: string) => (new (input: Fields) => unknown) | undefined;
}

const made = (exports: object, client: string): SdkService => {
  const all = exports as Readonly<Record<string, unknown>>;
  const Client = all[client] as new (config: object) => SdkClient;
  return {
    client: (config) => new Client(config),
    command: (operation) => all[`${operation}Command`] as ReturnType<SdkService['command']>,
  };
};

const services: Readonly<Record<ServiceName, SdkService>> = {
  ec2: made(ec2, 'EC2Client'),
  ssm: made(ssm, 'SSMClient'),
  sts: made(sts, 'STSClient'),
  events: made(events, 'EventBridgeClient'),
  sqs: made(sqs, 'SQSClient'),
  kms: made(kms, 'KMSClient'),
  sns: made(sns, 'SNSClient'),
  autoscaling: made(autoscaling, 'AutoScalingClient'),
  rbin: recycleBin,
  iam: made(iam, 'IAMClient'),
  servicequotas: made(quotas, 'ServiceQuotasClient'),
};

interface HttpAnswer {
  readonly headers: Readonly<Record<string, string>>;
  body: unknown;
}

async function textOf(body: unknown): Promise<string> {
  if (body instanceof Uint8Array) return Buffer.from(body).toString();
  const parts: Uint8Array[] = [];
  for await (const part of body as AsyncIterable<Uint8Array>) parts.push(part);
  return Buffer.concat(parts).toString();
}

/** Reads every answer before the SDK does, and hands it on. */
function listen(client: SdkClient, hear: (raw: RawAnswer) => void): void {
  const middleware = (next: (args: unknown) => Promise<{ response: HttpAnswer }>) => async (args: unknown) => {
    const answered = await next(args);
    const { response } = answered;
    const body = await textOf(response.body);
    hear({ body, contentType: response.headers['content-type'] ?? '' });
    response.body = new TextEncoder().encode(body);
    return answered;
  };
  client.middlewareStack.add(middleware, { step: 'deserialize', priority: 'low', name: 'hear' });
}

interface SdkFailure {
  readonly name: string;
  /** As it came, where the SDK has a class of another name. */
  readonly Code?: string;
  readonly message: string;
  readonly $metadata?: { readonly httpStatusCode?: number; readonly requestId?: string };
}

function failureOf(error: unknown): Answer {
  const { name, Code = name, message, $metadata } = error as SdkFailure;
  if ($metadata?.httpStatusCode === undefined) throw error;
  return { failure: { code: Code, message, status: $metadata.httpStatusCode, requestId: $metadata.requestId } };
}

/** The real SDK, over HTTP. */
export class SdkAsker implements AwsClient {
  readonly #endpoint: string;
  readonly #clients = new Map<string, { client: SdkClient; heard: RawAnswer }>();

  constructor(endpoint: string) {
    this.#endpoint = endpoint;
  }

  async ask({ service, operation, input, region, accessKey }: Asked): Promise<Answer> {
    const Command = services[service].command(operation);
    if (!Command) throw new Error(`the SDK has no ${service} ${operation}`);
    const speaking = this.#clientFor(service, region, accessKey);
    try {
      const { $metadata, ...output } = await speaking.client.send(new Command(input));
      return { output, requestId: $metadata?.requestId, raw: speaking.heard };
    } catch (error) {
      return failureOf(error);
    }
  }

  close(): Promise<void> {
    for (const { client } of this.#clients.values()) client.destroy();
    return Promise.resolve();
  }

  #clientFor(service: ServiceName, region: string, accessKey: string): { client: SdkClient; heard: RawAnswer } {
    const key = `${service} ${region} ${accessKey}`;
    const known = this.#clients.get(key);
    if (known) return known;
    const credentials = { accessKeyId: accessKey, secretAccessKey: 'any' };
    const client = services[service].client({ endpoint: this.#endpoint, region, credentials, maxAttempts: 1 });
    const speaking = { client, heard: { body: '', contentType: '' } };
    listen(client, (raw) => {
      speaking.heard = raw;
    });
    this.#clients.set(key, speaking);
    return speaking;
  }
}
