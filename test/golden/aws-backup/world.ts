import type { Inventory } from '../../../shared/model/inventory.ts';
import { inventory, recorded, records } from '../../rules/make.ts';
import { built, deprecated, finished, newer } from '../worlds.ts';

const backup = built(1, 300, deprecated, { 'aws:backup:source-resource': 'i-0a1' });

export const world: Inventory = inventory([backup, ...newer], {
  records: records({ images: recorded(finished(backup), ...newer.map((one) => finished(one))) }),
});
