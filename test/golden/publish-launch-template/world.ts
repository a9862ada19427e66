import { known } from '../../../shared/model/evidence.ts';
import type { Inventory } from '../../../shared/model/inventory.ts';
import { type Pointer, type PointerState, pointerKey } from '../../../shared/model/pointer.ts';
import { home, inventory } from '../../rules/make.ts';
import { built } from '../worlds.ts';

const [older, newest] = [built(1, 40), built(2, 1)];
const template = (name: string): Pointer => ({ kind: 'launch-template', region: home, name });
const state = (publishable: boolean): PointerState => ({
  kind: 'launch-template',
  id: 'lt-0a1',
  publishable,
  latest: { version: 7, image: older.id },
  default: { version: 7, image: older.id },
});

export const world: Inventory = inventory([older, newest], {
  pointers: {
    [pointerKey(template('web-fleet'))]: known(state(true)),
    [pointerKey(template('batch-fleet'))]: known(state(false)),
  },
});
