import type { Region } from './ids.ts';

/**
 * What a failed call means for us, decided once in the adapter.
 * `throttled` and `unavailable` are worth another try; `quota` is back-pressure, not a failed attempt.
 */
export type ErrorKind =
  | 'not-found'
  | 'throttled'
  | 'unavailable'
  | 'denied'
  | 'quota'
  | 'conflict'
  | 'name-taken'
  | 'in-use'
  | 'protected'
  | 'token-mismatch'
  | 'region-unavailable'
  | 'no-credentials'
  | 'invalid'
  | 'unexpected';

/** A call of a port that failed. `cause` holds the original error. */
export class PortError extends Error {
  readonly kind: ErrorKind;
  readonly operation: string;
  readonly region: Region;
  /** The service's own code, for example `InvalidAMIID.NotFound`. */
  readonly code: string;

  constructor(
    kind: ErrorKind,
    at: { operation: string; region: Region; code: string },
    message: string,
    cause?: unknown,
  ) {
    super(`${at.operation} in ${at.region}: ${message}`, { cause });
    this.name = 'PortError';
    this.kind = kind;
    this.operation = at.operation;
    this.region = at.region;
    this.code = at.code;
  }
}

export const isPortError = (error: unknown, ...kinds: ErrorKind[]): error is PortError =>
  error instanceof PortError && (kinds.length === 0 || kinds.includes(error.kind));

export const isRetryable = (error: unknown): boolean => isPortError(error, 'throttled', 'unavailable');

/** Wrong input from a person: what, where, why, what next. The command line prints it and exits with 3. */
export class InputError extends Error {
  readonly where: string;
  readonly next: string | undefined;

  constructor(message: string, where: string, next?: string) {
    super(message);
    this.name = 'InputError';
    this.where = where;
    this.next = next;
  }
}
