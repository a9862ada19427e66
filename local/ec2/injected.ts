import type { World } from '../kernel/service.ts';

/** Row of `injected`: the next `remaining` uses of its key go wrong. */
export interface Injected {
  readonly remaining: number;
  readonly message: string;
}

/** Uses up one injected failure. @returns its message, or `undefined` when there is none left */
export function takeInjected(world: World, key: string): string | undefined {
  const table = world.state.table<Injected>('injected');
  const row = table.get(key);
  if (!row || row.remaining < 1) return undefined;
  table.set(key, { ...row, remaining: row.remaining - 1 });
  return row.message;
}
