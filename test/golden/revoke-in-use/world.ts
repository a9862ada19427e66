import { known } from '../../../shared/model/evidence.ts';
import { keyOf } from '../../../shared/model/image.ts';
import type { Inventory } from '../../../shared/model/inventory.ts';
import { abroad, home, inventory, readings, recorded, records } from '../../rules/make.ts';
import { ago, built, finished, newer } from '../worlds.ts';

const bad = built(4, 2);
const revoked = { at: ago(0), reason: 'CVE-2026-1234', disable: 'idle' as const };
const uses = {
  instances: known([{ image: keyOf(bad), by: 'i-0a1 (running)' }]),
  'launch-templates': known([{ image: keyOf(bad), by: 'lt-0ab12 v3 ($Default)' }]),
};

export const world: Inventory = inventory([bad, ...newer], {
  usage: readings([home, abroad]).map((one) =>
    one.source === 'instances' || one.source === 'launch-templates' ? { ...one, uses: uses[one.source] } : one,
  ),
  records: records({ images: recorded(finished(bad, { revoked }), ...newer.map((one) => finished(one))) }),
});
