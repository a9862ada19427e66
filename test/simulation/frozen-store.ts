import { EmbeddedStore } from '../../local/store/embedded-store.ts';
import type { Item } from '../../shared/ports/store.ts';

/** Items that nobody can change are handed out without a copy: a third of the time of a seed goes into copies. */
export class FrozenStore extends EmbeddedStore {
  protected override handOut(item: Item): Item {
    return frozen(item);
  }
}

/** What is frozen at the top is taken for frozen throughout. */
function frozen<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  for (const part of Object.values(value)) frozen(part);
  return Object.freeze(value);
}
