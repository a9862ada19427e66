import { getSmithyContext, ServiceException } from '@smithy/core/client';
import type { Principal } from './iam/principal.ts';
import { AwsError } from './kernel/service.ts';
import { protocolOf, type WireTarget } from './wire/index.ts';
import { asOperation, asSent } from './wire/schema.ts';
import type { OperationSchema, ServiceName } from './wire/types.ts';

type Fields = Readonly<Record<string, unknown>>;

/** The parts of an SDK client's middleware stack that a plugin needs; any client's stack has them. */
export interface ClientStack {
  add(middleware: never, options: never): void;
}

export interface ClientPlugin {
  applyToStack(stack: ClientStack): void;
}

const serviceByClient: Readonly<Record<string, ServiceName>> = {
  EC2Client: 'ec2',
  SSMClient: 'ssm',
  STSClient: 'sts',
  EventBridgeClient: 'events',
  SQSClient: 'sqs',
  KMSClient: 'kms',
  SNSClient: 'sns',
  AutoScalingClient: 'autoscaling',
  RecycleBinClient: 'rbin',
  IAMClient: 'iam',
  ServiceQuotasClient: 'servicequotas',
};

interface Calling {
  readonly clientName?: string;
  readonly commandName?: string;
}

function serviceOf({ clientName = '' }: Calling): ServiceName {
  const service = serviceByClient[clientName];
  if (!service) throw new AwsError('InvalidAction', `${clientName} is not built into the embedded AWS`);
  return service;
}

const tokensOf = ({ input }: OperationSchema): string[] =>
  input.isStructSchema()
    ? [...input.structIterator()].filter(([, member]) => member.isIdempotencyToken()).map(([name]) => name)
    : [];

/** The SDK invents a token where an operation has one and the caller gave none. */
function withTokens(names: readonly string[], input: Fields, token: () => string): Fields {
  const missing = names.filter((name) => input[name] == null);
  return missing.length === 0 ? input : { ...input, ...Object.fromEntries(missing.map((name) => [name, token()])) };
}

const metadataOf = (httpStatusCode: number, requestId: () => string) => ({
  httpStatusCode,
  get requestId() {
    return requestId();
  },
  attempts: 1,
  totalRetryDelay: 0,
});

const asServiceException = (error: AwsError, requestId: () => string): ServiceException =>
  Object.assign(
    new ServiceException({
      name: error.code,
      message: error.message,
      $fault: error.status < 500 ? 'client' : 'server',
      $metadata: metadataOf(error.status, requestId),
    }),
    { Code: error.code },
  );

/**
 * Answers an SDK client's commands before they are serialised: same machine, same copies of inputs and outputs, no
 * HTTP. Errors look like the SDK's own service exceptions; what is no answer of AWS passes through.
 *
 * @param principalNow whose policies the call is held to; the function that is running, if any
 */
export const directPlugin = (
  target: WireTarget,
  caller: { readonly region: string; readonly account: string },
  principalNow: () => Principal | undefined = () => undefined,
): ClientPlugin => {
  const middleware = (_next: unknown, context: Record<string, unknown>) => {
    const operation = asOperation(getSmithyContext(context).operationSchema);
    const tokens = operation ? tokensOf(operation) : [];
    return async ({ input }: { input: Fields }): Promise<{ output: Fields; response: unknown }> => {
      if (!operation) throw new Error('the command has no schema');
      const requestId = target.requestId();
      try {
        const service = serviceOf(context);
        const emptyLists = protocolOf(service).carriesEmptyLists ? 'kept' : 'dropped';
        const sent = asSent(
          operation.input,
          withTokens(tokens, input, () => target.requestId()()),
          emptyLists,
        );
        const principal = principalNow();
        const who = { ...caller, requestId, ...(principal && { principal }) };
        const output = target.call(service, operation.name, sent ?? {}, who);
        const received = operation.output.isStructSchema() ? asSent(operation.output, output ?? {}, 'kept') : {};
        const $metadata = metadataOf(200, requestId);
        return { output: { ...(received as Fields), $metadata }, response: undefined };
      } catch (error) {
        throw error instanceof AwsError ? asServiceException(error, requestId) : error;
      }
    };
  };
  const options = { step: 'initialize', name: 'embeddedAws', priority: 'low', override: true };
  return { applyToStack: (stack) => stack.add(middleware as never, options as never) };
};
