import { known } from '../../../shared/model/evidence.ts';
import type { Inventory } from '../../../shared/model/inventory.ts';
import { type Pointer, type PointerState, pointerKey } from '../../../shared/model/pointer.ts';
import { abroad, copyOf, home, inventory } from '../../rules/make.ts';
import { built } from '../worlds.ts';

const parameter = (region: string): Pointer => ({ kind: 'parameter', region, name: '/golden/x86_64/latest' });
const names = (value: string): PointerState => ({ kind: 'parameter', value });
const [older, newest] = [built(1, 40), built(2, 1)];
const olderCopy = copyOf(older, 11);

export const world: Inventory = inventory([older, olderCopy, newest, copyOf(newest, 12)], {
  pointers: {
    [pointerKey(parameter(home))]: known(names(older.id)),
    [pointerKey(parameter(abroad))]: known(names(olderCopy.id)),
  },
});
