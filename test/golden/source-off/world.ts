import { unknown } from '../../../shared/model/evidence.ts';
import type { Inventory } from '../../../shared/model/inventory.ts';
import { abroad, home, inventory, readings, recorded, records } from '../../rules/make.ts';
import { built, deprecated, finished, newer } from '../worlds.ts';

const old = built(1, 300, deprecated);

export const world: Inventory = inventory([old, ...newer], {
  records: records({ images: recorded(finished(old), ...newer.map((one) => finished(one))) }),
  usage: readings([home, abroad]).map((one) =>
    one.source === 'launch-templates' ? { ...one, uses: unknown<never>('UnauthorizedOperation') } : one,
  ),
});
