import { known } from '../../../shared/model/evidence.ts';
import { keyOf } from '../../../shared/model/image.ts';
import type { Inventory } from '../../../shared/model/inventory.ts';
import { type Pointer, type PointerRecord, type PointerState, pointerKey } from '../../../shared/model/pointer.ts';
import { home, inventory, records } from '../../rules/make.ts';
import { ago, built } from '../worlds.ts';

const parameter: Pointer = { kind: 'parameter', region: home, name: '/golden/x86_64/latest' };
const [older, newest] = [built(1, 40), built(2, 10)];
const asked: PointerRecord = {
  pointer: parameter,
  image: newest.id,
  root: keyOf(newest),
  built: ago(10),
  setDefault: false,
  policy: 'golden',
  attempt: 1,
  run: 'earlier',
  since: ago(9),
  confirmedAt: ago(9),
};

export const world: Inventory = inventory([older, newest], {
  pointers: { [pointerKey(parameter)]: known<PointerState>({ kind: 'parameter', value: older.id }) },
  records: records({ pointers: { [pointerKey(parameter)]: asked } }),
});
