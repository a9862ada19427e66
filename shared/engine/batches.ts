/** Calls under way at once for reads that cost one call per image. */
const width = 8;

/** Like `Promise.all` over a map, a few at a time. Results keep their order. */
export async function inBatches<T, R>(items: readonly T[], act: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (let start = 0; start < items.length; start += width)
    results.push(...(await Promise.all(items.slice(start, start + width).map(act))));
  return results;
}
