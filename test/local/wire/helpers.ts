import { EC2Client } from '@aws-sdk/client-ec2';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { SQSClient } from '@aws-sdk/client-sqs';
import { SSMClient } from '@aws-sdk/client-ssm';
import { STSClient } from '@aws-sdk/client-sts';
import type { Operation, Service } from '../../../local/kernel/service.ts';
import { EmbeddedAws, type OpenOptions } from '../../../local/world.ts';

export const start = Date.parse('2026-01-05T09:00:00Z');
export const account = '111122223333';
export const credentials = { accessKeyId: account, secretAccessKey: 'any' };

export const open = (options: Partial<OpenOptions> = {}): EmbeddedAws => EmbeddedAws.open({ start, ...options });

/** A service of the given operations and nothing else. */
export const fake = (name: Service['name'], operations: Record<string, Operation>): Service => ({
  name,
  operations,
  sections: {},
});

type Transport = { requestHandler: ReturnType<EmbeddedAws['requestHandler']> } | { endpoint: string };

export function clientsOver(transport: Transport, region = 'us-east-1') {
  const config = { region, credentials, maxAttempts: 1, ...transport };
  return {
    ec2: new EC2Client(config),
    ssm: new SSMClient(config),
    sts: new STSClient(config),
    events: new EventBridgeClient(config),
    sqs: new SQSClient(config),
  };
}

export function directClients(aws: EmbeddedAws, region = 'us-east-1') {
  const config = { region, credentials, maxAttempts: 1 };
  const plugin = aws.directPlugin({ region });
  const clients = {
    ec2: new EC2Client(config),
    ssm: new SSMClient(config),
    sts: new STSClient(config),
    events: new EventBridgeClient(config),
    sqs: new SQSClient(config),
  };
  clients.ec2.middlewareStack.use(plugin);
  clients.ssm.middlewareStack.use(plugin);
  clients.sts.middlewareStack.use(plugin);
  clients.events.middlewareStack.use(plugin);
  clients.sqs.middlewareStack.use(plugin);
  return clients;
}

export const wireClients = (aws: EmbeddedAws, region?: string) =>
  clientsOver({ requestHandler: aws.requestHandler() }, region);

/** What a failed call looks like to the caller. */
export async function failureOf(
  call: Promise<unknown>,
): Promise<{ name: string; message: string; [more: string]: unknown }> {
  try {
    await call;
  } catch (error) {
    return error as { name: string; message: string };
  }
  throw new Error('the call did not fail');
}

export const bare = <T extends object>(output: T): Omit<T, '$metadata'> => {
  const { $metadata: _, ...rest } = output as T & { $metadata?: unknown };
  return rest as Omit<T, '$metadata'>;
};
