import { shortDigest } from '../../shared/model/digest.ts';
import { AwsError } from '../kernel/service.ts';

interface PageRequest {
  readonly MaxResults?: number | undefined;
  readonly NextToken?: string | undefined;
}

interface Limits {
  readonly min: number;
  readonly max: number;
  /** Page size when the caller names none; without it the answer is whole. */
  readonly usual?: number;
}

function pageSize(request: PageRequest, limits: Limits): number {
  const size = request.MaxResults ?? limits.usual ?? Number.POSITIVE_INFINITY;
  if (request.MaxResults !== undefined && (size < limits.min || size > limits.max))
    throw new AwsError(
      'InvalidParameterValue',
      `Value ( ${size} ) for parameter maxResults is invalid. Expecting a value between ${limits.min} and ${limits.max}.`,
    );
  return size;
}

/** A token names the query and the last row given, so that rows which come or go between two pages shift nothing. */
const tokenFor = (request: PageRequest, last: string): string => {
  const { MaxResults: _size, NextToken: _token, ...query } = request;
  return Buffer.from(`${shortDigest(query, 12)}:${last}`).toString('base64url');
};

function startAfter(request: PageRequest): string | undefined {
  if (!request.NextToken) return undefined;
  const text = Buffer.from(request.NextToken, 'base64url').toString();
  const last = text.slice(text.indexOf(':') + 1);
  if (tokenFor(request, last) !== request.NextToken)
    throw new AwsError(
      'InvalidNextToken',
      'The token provided in the NextToken parameter is not valid for this request',
    );
  return last;
}

/** One page of `rows`, which must be sorted by `keyOf`, ascending. */
export function page<T>(
  rows: readonly T[],
  request: PageRequest,
  limits: Limits,
  keyOf: (row: T) => string,
): { rows: T[]; NextToken?: string } {
  const size = pageSize(request, limits);
  const after = startAfter(request);
  const rest = after === undefined ? rows : rows.filter((row) => keyOf(row) > after);
  const shown = rest.slice(0, size);
  const last = shown.at(-1);
  return last !== undefined && rest.length > shown.length
    ? { rows: shown, NextToken: tokenFor(request, keyOf(last)) }
    : { rows: shown };
}
