import { ruleKey } from '../../../shared/model/bin.ts';
import { known } from '../../../shared/model/evidence.ts';
import type { Inventory } from '../../../shared/model/inventory.ts';
import { abroad, copyOf, home, inventory, recorded, records } from '../../rules/make.ts';
import { ago, built, deprecated, disabledLong, finished, newer, ofCopy } from '../worlds.ts';

const old = built(1, 300, { ...deprecated, state: 'disabled' });
const copy = copyOf(old, 11, { ...deprecated, state: 'disabled' });
const copies = newer.map((one, i) => copyOf(one, 12 + i));

const common = { tags: [], excluded: [], available: true };
const forImages = { ...common, id: 'imagerule01', resource: 'image', days: 14 } as const;
const forSnapshots = { ...common, id: 'snaprule001', resource: 'snapshot', days: 7 } as const;
const seen = (since: number) => ({ [ruleKey(forImages)]: since, [ruleKey(forSnapshots)]: since });

/** At home snapshots leave the bin before their image; abroad there is no rule at all. */
export const world: Inventory = inventory([old, copy, ...newer, ...copies], {
  recycleBin: {
    [home]: known({ rules: [forImages, forSnapshots], snapshotTags: {} }),
    [abroad]: known({ rules: [], snapshotTags: {} }),
  },
  records: records({
    binRules: { [home]: seen(ago(10)) },
    images: recorded(
      finished(old, disabledLong),
      ofCopy(old, copy, disabledLong),
      ...newer.map((one) => finished(one)),
    ),
  }),
});
