import { known } from '../../../shared/model/evidence.ts';
import type { Inventory } from '../../../shared/model/inventory.ts';
import { type Pointer, type PointerState, pointerKey } from '../../../shared/model/pointer.ts';
import { home, inventory, recorded, records } from '../../rules/make.ts';
import { built, deprecated, finished, newer } from '../worlds.ts';

const parameter: Pointer = { kind: 'parameter', region: home, name: '/golden/x86_64/stable' };
const old = built(1, 300, deprecated);

export const world: Inventory = inventory([old, ...newer], {
  records: records({ images: recorded(finished(old), ...newer.map((one) => finished(one))) }),
  pointers: { [pointerKey(parameter)]: known<PointerState>({ kind: 'parameter', value: old.id }) },
});
