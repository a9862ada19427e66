import { type ErrorKind, isPortError, PortError } from '../model/errors.ts';
import type { Region } from '../model/ids.ts';
import { codesByKind } from './error-codes.ts';

const kindByCode = new Map(
  Object.entries(codesByKind).flatMap(([kind, codes]) => codes.map((code) => [code, kind as ErrorKind] as const)),
);

/** Codes for keys that the Region does not know: wrong ones, or right ones in a Region that is not switched on. */
const unknownKeys = ['UnrecognizedClient', 'UnrecognizedClientException', 'InvalidClientTokenId'];

/** AuthFailure has two meanings; only this text says that the Region does not know the account's keys. */
const keysRejected = /not able to validate the provided access credentials/i;

export interface CallSite {
  readonly operation: string;
  readonly region: Region;
  /** Where the product lives, hence surely switched on: keys that fail here are no good anywhere. */
  readonly home: Region;
}

/**
 * An error of an SDK call as a `PortError`, the original kept as its cause. What neither a service nor the network
 * nor the credentials caused is a mistake in the program, or its end, and is handed back as it is.
 */
export function toPortError(error: unknown, at: CallSite): unknown {
  if (isPortError(error) || !isFailedCall(error)) return error;
  const { code, message, status } = facts(error);
  return new PortError(kindOf(code, message, status, at), { ...at, code }, message, error);
}

/** An error that came inside an answer, as SQS and EventBridge report single entries. */
export const entryError = (code: string, message: string, at: CallSite): PortError =>
  new PortError(kindOf(code, message, undefined, at), { ...at, code }, message);

function kindOf(code: string, message: string, status: number | undefined, at: CallSite): ErrorKind {
  if (unknownKeys.includes(code) || (code === 'AuthFailure' && keysRejected.test(message)))
    return at.region === at.home ? 'no-credentials' : 'region-unavailable';
  return kindByCode.get(code) ?? kindOfStatus(status);
}

function kindOfStatus(status: number | undefined): ErrorKind {
  if (status === 429) return 'throttled';
  return status !== undefined && status >= 500 ? 'unavailable' : 'unexpected';
}

/** Service exceptions carry `$fault`, unreadable answers `$response`, broken connections a `code`. */
const isFailedCall = (error: unknown): error is Error =>
  error instanceof Error &&
  ('$fault' in error || '$response' in error || 'code' in error || kindByCode.has(error.name));

interface ErrorFacts {
  readonly code: string;
  readonly message: string;
  readonly status: number | undefined;
}

function facts(error: Error): ErrorFacts {
  const { code, $metadata } = error as { code?: unknown; $metadata?: { httpStatusCode?: number } };
  const known = [error.name, code].find((name) => typeof name === 'string' && kindByCode.has(name));
  const named = typeof code === 'string' && error.name === 'Error' ? code : error.name;
  return {
    code: typeof known === 'string' ? known : named,
    message: error.message || named,
    status: $metadata?.httpStatusCode,
  };
}
