import { AutoScalingClient } from '@aws-sdk/client-auto-scaling';
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EC2Client, type EC2ClientConfig } from '@aws-sdk/client-ec2';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { IAMClient } from '@aws-sdk/client-iam';
import { KMSClient } from '@aws-sdk/client-kms';
import { ServiceQuotasClient } from '@aws-sdk/client-service-quotas';
import { SNSClient } from '@aws-sdk/client-sns';
import { SQSClient } from '@aws-sdk/client-sqs';
import { SSMClient } from '@aws-sdk/client-ssm';
import { STSClient } from '@aws-sdk/client-sts';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { MiddlewareStack, Pluggable } from '@smithy/types';
import type { Region } from '../model/ids.ts';
import { toPortError } from './errors.ts';
import { type RecycleBinClient, recycleBinClient } from './recycle-bin-client.ts';
import { isRepeatable, type Retry, withRetry } from './retry.ts';
import type { ServiceTime } from './service-time.ts';

/** What every client is made from. The embedded AWS goes under the clients as `requestHandler` or as `plugin`. */
export interface ClientOptions {
  readonly home: Region;
  readonly retry: Retry;
  readonly requestHandler?: NonNullable<EC2ClientConfig['requestHandler']>;
  readonly credentials?: NonNullable<EC2ClientConfig['credentials']>;
  readonly endpoint?: string;
  /** Told what time it is with AWS. */
  readonly serviceTime?: ServiceTime;
  /** SDK middleware for one Region that answers before serialisation; it sits inside our retry, so that its answers and errors are treated like AWS's. */
  readonly plugin?: (region: Region) => Pluggable<object, object>;
}

/** One client per Region, made on first use. Without a Region: the home Region's. */
export type ClientOf<C> = (region?: Region) => C;

/** Functions that end before the SDK gives up would leave it unknown whether EC2 acted. */
export const handlerDefaults = { connectionTimeout: 3_000, requestTimeout: 20_000, throwOnRequestTimeout: true };

export const ec2Clients = (options: ClientOptions): ClientOf<EC2Client> =>
  perRegion(options, (region) => new EC2Client(config(options, region)));

export const autoScalingClients = (options: ClientOptions): ClientOf<AutoScalingClient> =>
  perRegion(options, (region) => new AutoScalingClient(config(options, region)));

export const ssmClients = (options: ClientOptions): ClientOf<SSMClient> =>
  perRegion(options, (region) => new SSMClient(config(options, region)));

export const stsClients = (options: ClientOptions): ClientOf<STSClient> =>
  perRegion(options, (region) => new STSClient(config(options, region)));

export const eventBridgeClients = (options: ClientOptions): ClientOf<EventBridgeClient> =>
  perRegion(options, (region) => new EventBridgeClient(config(options, region)));

export const kmsClients = (options: ClientOptions): ClientOf<KMSClient> =>
  perRegion(options, (region) => new KMSClient(config(options, region)));

export const snsClients = (options: ClientOptions): ClientOf<SNSClient> =>
  perRegion(options, (region) => new SNSClient(config(options, region)));

export const recycleBinClients = (options: ClientOptions): ClientOf<RecycleBinClient> =>
  perRegion(options, (region) => recycleBinClient(config(options, region)));

export const cloudFormationClients = (options: ClientOptions): ClientOf<CloudFormationClient> =>
  perRegion(options, (region) => new CloudFormationClient(config(options, region)));

export const iamClients = (options: ClientOptions): ClientOf<IAMClient> =>
  perRegion(options, (region) => new IAMClient(config(options, region)));

export const serviceQuotasClients = (options: ClientOptions): ClientOf<ServiceQuotasClient> =>
  perRegion(options, (region) => new ServiceQuotasClient(config(options, region)));

export const sqsClients = (options: ClientOptions): ClientOf<SQSClient> =>
  perRegion(options, (region) => new SQSClient(config(options, region)));

export const dynamoDbClients = (options: ClientOptions): ClientOf<DynamoDBClient> =>
  perRegion(options, (region) => new DynamoDBClient({ ...config(options, region), cacheMiddleware: false }));

/** Numbers come back as JavaScript numbers, never as BigInt: what was put is what is read. */
export const documentClients = (options: ClientOptions): ClientOf<DynamoDBDocumentClient> => {
  const clientOf = dynamoDbClients(options);
  return cached(options.home, (region) =>
    DynamoDBDocumentClient.from(clientOf(region), {
      marshallOptions: { removeUndefinedValues: true, allowImpreciseNumbers: true },
      unmarshallOptions: { wrapNumbers: Number },
    }),
  );
};

/** The SDK tries once: retrying is done in one layer, by us. */
function config(options: ClientOptions, region: Region) {
  return {
    region,
    maxAttempts: 1,
    requestHandler: options.requestHandler ?? handlerDefaults,
    ...(options.credentials === undefined ? {} : { credentials: options.credentials }),
    ...(options.endpoint === undefined ? {} : { endpoint: options.endpoint }),
    // What a plugin answers never reaches the steps that keep something of one call, so calls may share a built stack;
    // only the document client refuses that.
    ...(options.plugin === undefined ? {} : { cacheMiddleware: true }),
  };
}

interface Stacked {
  readonly middlewareStack: unknown;
}

const perRegion = <C extends Stacked>(options: ClientOptions, make: (region: Region) => C): ClientOf<C> =>
  cached(options.home, (region) => {
    const client = make(region);
    const stack = client.middlewareStack as MiddlewareStack<object, object>;
    stack.use(portErrorsAndRetry(options, region));
    if (options.serviceTime !== undefined) stack.use(options.serviceTime.plugin);
    if (options.plugin !== undefined) stack.use(options.plugin(region));
    return client;
  });

function cached<C>(home: Region, make: (region: Region) => C): ClientOf<C> {
  const clients = new Map<Region, C>();
  return (region = home) => {
    const client = clients.get(region) ?? make(region);
    clients.set(region, client);
    return client;
  };
}

/** The outermost step of every call: whatever goes wrong inside leaves it as a `PortError`, after our retries. */
const portErrorsAndRetry = (options: ClientOptions, region: Region): Pluggable<object, object> => ({
  applyToStack: (stack) =>
    stack.add(
      (next, context) => (args) => {
        const operation = (context.commandName ?? 'call').replace(/Command$/, '');
        const call = () =>
          next(args).catch((error: unknown) => {
            throw toPortError(error, { operation, region, home: options.home });
          });
        return withRetry(call, isRepeatable(operation, args.input), options.retry);
      },
      { step: 'initialize', priority: 'high', name: 'portErrorsAndRetry' },
    ),
});
