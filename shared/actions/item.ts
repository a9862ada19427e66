import { canonicalJson } from '../model/digest.ts';
import type { Item, ItemKey, NewItem, Store } from '../ports/store.ts';

/** The shape of our items; anything newer was written by a version that knows better, and is left alone. */
export const schemaVersion = 1;
const mostAttempts = 8;

/** What an item holds, with a word where a newer version wrote it. */
export const recordIn = <T extends { readonly newer?: true }>({ schema, data }: Item<T>): T =>
  schema > schemaVersion ? { ...data, newer: true } : data;

/**
 * Reads an item, and writes what `change` makes of it on condition that nobody wrote meanwhile; otherwise again.
 * @throws Error for an item of a newer version, and when too many write at once
 */
export async function updateItem<T>(
  store: Store,
  key: ItemKey,
  change: (data: T | undefined) => T,
  index: (data: T) => Item['index'] = () => undefined,
): Promise<T> {
  for (let attempt = 0; attempt < mostAttempts; attempt++) {
    const current = await store.get<T>(key);
    if (current && current.schema > schemaVersion)
      throw new Error(`${key.pk} ${key.sk} was written by a newer version (schema ${current.schema}): read-only`);
    const data = change(current?.data);
    if (current && canonicalJson(current.data) === canonicalJson(data)) return data;
    const indexes = index(data);
    const item: NewItem<T> = { ...key, schema: schemaVersion, data, ...(indexes && { index: indexes }) };
    if ((await store.put(item, current?.rev ?? 'absent')).written) return data;
  }
  throw new Error(`${key.pk} ${key.sk} is written by too many at once`);
}
