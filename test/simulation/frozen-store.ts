import { frozen } from '../../local/kernel/frozen.ts';
import { EmbeddedStore } from '../../local/store/embedded-store.ts';
import type { Item } from '../../shared/ports/store.ts';

/** Items that nobody can change are handed out without a copy: a third of the time of a seed goes into copies. */
export class FrozenStore extends EmbeddedStore {
  protected override handOut(item: Item): Item {
    return frozen(item);
  }
}
