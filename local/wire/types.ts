import type { NormalizedSchema } from '@smithy/core/schema';
import type { AwsError, Service } from '../kernel/service.ts';

/** An HTTP request, whoever received it: the SDK in this process or a socket. */
export interface WireRequest {
  readonly method: string;
  /** With its query string. */
  readonly path: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: string;
}

export interface WireResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export type ServiceName = Service['name'];

/** One operation of AWS's own model, as the SDK exports it. */
export interface OperationSchema {
  readonly name: string;
  readonly input: NormalizedSchema;
  readonly output: NormalizedSchema;
}

/** How one family of services puts operations, inputs, outputs and errors on the wire. */
export interface Protocol {
  /** The query protocols cannot say that a list is there but empty. */
  readonly carriesEmptyLists: boolean;
  /** The operation's name, or `undefined` when the request names none. */
  readonly action: (request: WireRequest) => string | undefined;
  /** @throws AwsError when a parameter is malformed or not read by anything */
  readonly read: (input: NormalizedSchema, request: WireRequest) => unknown;
  readonly write: (operation: OperationSchema, output: unknown, requestId: string) => WireResponse;
  readonly fail: (error: AwsError, requestId: string, queryError: string | undefined) => WireResponse;
  readonly unknown: (action: string) => AwsError;
}
