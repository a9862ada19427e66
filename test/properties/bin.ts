import type { BinRule } from '../../shared/model/bin.ts';
import { ruleKey } from '../../shared/model/bin.ts';
import { known, unknown } from '../../shared/model/evidence.ts';
import type { Image } from '../../shared/model/image.ts';
import type { Inventory } from '../../shared/model/inventory.ts';
import type { CompiledPolicy, Policy } from '../../shared/model/policy.ts';
import { minute } from '../../shared/model/time.ts';
import { now, regions } from '../rules/make.ts';
import type { Dice } from './dice.ts';

const team = { key: 'Team', value: 'platform' };

function drawRules(dice: Dice, region: string): BinRule[] {
  const common = { tags: [], excluded: [], available: dice.usual(90) };
  const image: BinRule = {
    ...common,
    id: `image-${region}`,
    resource: 'image',
    days: 7,
    ...(dice.odd(20) && { tags: [team] }),
    ...(dice.odd(10) && { tags: [], excluded: [team] }),
  };
  const snapshot: BinRule = { ...common, id: `snap-${region}`, resource: 'snapshot', days: dice.one([7, 7, 7, 8, 6]) };
  const tagged: BinRule = { ...snapshot, id: `tagged-${region}`, tags: [team] };
  return dice.one([[image, snapshot], [image, snapshot], [image, tagged], [image], []]);
}

/** What the Recycle Bin of each Region would keep, and since when that is known. */
export function drawBin(dice: Dice, images: readonly Image[]): Required<Pick<Inventory, 'recycleBin'>> & Sightings {
  const rules = regions.map((region) => ({ region, rules: drawRules(dice, region) }));
  const snapshotTags = Object.fromEntries(
    images.flatMap(({ snapshots }) => snapshots.map((id) => [id, { Team: dice.one(['platform', 'platform', 'web']) }])),
  );
  const read = rules.filter(() => dice.usual(95));
  return {
    recycleBin: Object.fromEntries(
      read.map((one) => [
        one.region,
        dice.usual(95) ? known({ rules: one.rules, snapshotTags }) : unknown('AccessDenied'),
      ]),
    ),
    binRules: Object.fromEntries(
      rules.map((one) => [
        one.region,
        Object.fromEntries(
          one.rules
            .filter(() => dice.usual(95))
            .map((rule) => [ruleKey(rule), now - dice.one([29, 30, 31, 600, 600, 600]) * minute]),
        ),
      ]),
    ),
  };
}

/** Drawn last, so that worlds differ in nothing else. */
export const demandBin = (dice: Dice, compiled: CompiledPolicy): CompiledPolicy => {
  if (!dice.chance(12)) return compiled;
  const policies = compiled.policies.map(
    (policy): Policy => (policy.retain ? { ...policy, retain: { ...policy.retain, recycleBin: 'required' } } : policy),
  );
  return { ...compiled, policies };
};

interface Sightings {
  readonly binRules: NonNullable<Inventory['records']['binRules']>;
}
