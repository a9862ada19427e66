import { isRetryable, type PortError } from '../model/errors.ts';
import { type Retry, repeat } from './retry.ts';

export function chunks<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, i) => items.slice(i * size, (i + 1) * size));
}

/** Maps with at most `width` calls under way, results in the order of the items. */
export async function mapFew<T, R>(items: readonly T[], width: number, map: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (const few of chunks(items, width)) results.push(...(await Promise.all(few.map(map))));
  return results;
}

export interface Rejected<E> {
  readonly entry: E;
  readonly error: PortError;
}

/**
 * Sends everything in batches and sends again what the service took out of a batch. One entry that can never pass
 * does not hold up the others: all are tried, then the first failure is thrown.
 *
 * @param send returns the entries of the batch that the service refused
 */
export async function deliver<E>(
  entries: readonly E[],
  size: number,
  send: (batch: readonly E[]) => Promise<readonly Rejected<E>[]>,
  retry: Retry,
): Promise<void> {
  const failures: PortError[] = [];
  for (const batch of chunks(entries, size)) {
    let pending: readonly E[] = batch;
    const attempt = async () => {
      const rejected = await send(pending);
      const passing = rejected.filter(({ error }) => isRetryable(error));
      failures.push(...rejected.filter(({ error }) => !isRetryable(error)).map(({ error }) => error));
      pending = passing.map(({ entry }) => entry);
      return passing;
    };
    const left = await repeat(attempt, (passing) => passing.length > 0, retry);
    failures.push(...left.map(({ error }) => error));
  }
  if (failures[0] !== undefined) throw failures[0];
}
