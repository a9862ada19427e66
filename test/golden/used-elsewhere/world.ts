import { known } from '../../../shared/model/evidence.ts';
import { keyOf } from '../../../shared/model/image.ts';
import type { Inventory } from '../../../shared/model/inventory.ts';
import { inventory, recorded, records, report } from '../../rules/make.ts';
import { built, deprecated, finished, newer } from '../worlds.ts';

const old = built(1, 300, deprecated);
const uses = [
  { account: '222233334444', type: 'ec2:Instance', count: 14 },
  { account: '222233334444', type: 'ec2:LaunchTemplate', count: 1 },
];

export const world: Inventory = inventory([old, ...newer], {
  grants: { [keyOf(old)]: known(['account:222233334444']) },
  reports: { [keyOf(old)]: known([report({ uses })]) },
  records: records({ images: recorded(finished(old), ...newer.map((one) => finished(one))) }),
});
