/** Comparison by code units, the same on every machine. */
export const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

export const sorted = <T extends string>(texts: Iterable<T>): T[] => [...new Set(texts)].sort(byText);

/** Sorts in place as `sort` does. Lists of a few, of which there are very many, need no work space this way. */
export function sortFew<T>(list: T[], compare: (a: T, b: T) => number): T[] {
  for (let next = 1; next < list.length; next += 1) {
    const item = list[next] as T;
    let place = next;
    for (; place > 0 && compare(list[place - 1] as T, item) > 0; place -= 1) list[place] = list[place - 1] as T;
    list[place] = item;
  }
  return list;
}

/** Adds to a list kept in a map. */
export function push<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}

/** The largest of the instants given, or `undefined` when there is none. */
export const latest = (instants: readonly (number | undefined)[]): number | undefined =>
  instants.reduce((a, b) => (a === undefined || (b !== undefined && b > a) ? b : a), undefined);
