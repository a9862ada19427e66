import { parseArgs } from 'node:util';
import type { Inventory } from '../shared/model/inventory.ts';
import { decide } from '../shared/rules/decide.ts';
import { groupAndSort } from './floor.ts';
import { largeInventory, now } from './inventory.ts';
import { policyOf } from './policy.ts';

/** `npm run bench`: how `decide` grows, as a ratio to a bare loop over the same records in the same run. */
const { values } = parseArgs({ options: { sizes: { type: 'string', default: '10000,30000,100000' } } });
const runs = 3;

const policyText = `version: 1
policies:
  - name: golden
    mode: apply
    select: { name: "golden-*", regions: [us-east-1] }
    family: { key: "{tag:Family}" }
    copy: { to: [{ region: eu-west-1 }, { region: us-west-2 }, { region: ap-south-1 }], since: all }
    retain:
      keepLast: 3
      maxAge: 168d
      stages: { deprecate: { afterSuperseded: 14d }, disable: { afterDeprecated: 30d }, deregister: { afterDisabled: 30d } }
      limits: { perPlan: 10000, percentOfFamily: 50 }
`;

/** The best of a few runs, in milliseconds: noise only adds. */
function best(inventory: Inventory, act: (inventory: Inventory) => unknown): number {
  const times = Array.from({ length: runs }, () => {
    const fresh = justRead(inventory);
    const began = performance.now();
    act(fresh);
    return performance.now() - began;
  });
  return Math.min(...times);
}

/** New lists and records, as after each reading: nothing has been worked out for them yet. */
const justRead = ({ images, records, ...rest }: Inventory): Inventory => ({
  ...rest,
  images: { ...images },
  records: { ...records, images: { ...records.images } },
});

const policy = policyOf(policyText);
console.log('images    decide    floor     ratio   µs per image   actions, held');
for (const size of values.sizes.split(',').map(Number)) {
  const inventory = largeInventory(size);
  const plan = decide(inventory, policy, now);
  const took = best(inventory, (fresh) => decide(fresh, policy, now));
  const floor = best(inventory, groupAndSort);
  const cells = [
    String(size).padEnd(9),
    `${took.toFixed(0)} ms`.padEnd(9),
    `${floor.toFixed(1)} ms`.padEnd(9),
    (took / floor).toFixed(1).padEnd(7),
    ((took * 1000) / size).toFixed(1).padEnd(14),
    `${plan.actions.length}, ${plan.held.length}`,
  ];
  console.log(cells.join(' '));
}
