import { known, unknown } from '../../shared/model/evidence.ts';
import type { ImageKey } from '../../shared/model/ids.ts';
import { type Image, keyOf } from '../../shared/model/image.ts';
import type { Inventory } from '../../shared/model/inventory.ts';
import type { RunHistory } from '../../shared/model/records.ts';
import { day, hour, minute } from '../../shared/model/time.ts';
import { abroad, far, home, inventory, now, regions } from '../rules/make.ts';
import { drawBin } from './bin.ts';
import type { Dice } from './dice.ts';
import { drawReferences } from './references.ts';
import { drawStorage } from './storage.ts';

/** What the builder made. */
export interface Made {
  readonly images: readonly Image[];
  readonly roots: readonly ImageKey[];
  readonly grants: Inventory['grants'];
  readonly pointers: Inventory['pointers'];
  readonly records: Omit<Inventory['records'], 'firstSweepAt'>;
}

/** The made world as it was observed: whole, or in trouble with evidence missing, stale or young. */
export function observe(dice: Dice, troubled: boolean, made: Made): Inventory {
  const whole = inventory(made.images, {}, regions);
  const silent = troubled && dice.chance(50) ? dice.one([home, abroad, far]) : undefined;
  const usage = whole.usage
    .filter(() => !troubled || dice.chance(95))
    .map((reading) => ({
      ...reading,
      at: troubled ? now - dice.one([0, 15 * minute, 15 * minute + 1]) : now,
      uses:
        troubled && dice.chance(3)
          ? unknown<never>('throttled')
          : known(dice.chance(30) ? usesIn(reading.region, dice, made) : []),
    }));
  const { storage, refused } = drawStorage(dice, made.images, made.grants);
  const seen: Inventory = {
    ...whole,
    scope: dice.usual(92) ? 'account' : 'lineage',
    images: silent ? { ...whole.images, [silent]: unknown('outage') } : whole.images,
    origins: Object.fromEntries(
      [...made.roots].filter(() => dice.chance(80)).map((key) => [key, dice.one(['gone', 'gone', 'unread'])]),
    ),
    grants: made.grants,
    storage,
    pointers: made.pointers,
    usage,
    records: {
      ...made.records,
      refused,
      ...(dice.odd(20) && { runs: drawRuns(dice) }),
      firstSweepAt: troubled
        ? dice.one([known(now - 48 * hour), known(now - 47 * hour), known(undefined), unknown<undefined>('down')])
        : known(now - 90 * day),
    },
  };
  const { recycleBin, binRules } = drawBin(dice, made.images);
  const binned = { ...seen, recycleBin, records: { ...seen.records, binRules } };
  return { ...binned, ...drawReferences(dice, troubled, made.images) };
}

function usesIn(region: string, dice: Dice, { images }: Made): { image: ImageKey; by: string }[] {
  return images
    .filter((one) => one.region === region && dice.chance(2))
    .map((one) => ({ image: keyOf(one), by: 'i-0a1 (running)' }));
}

const drawRuns = (dice: Dice): RunHistory => ({
  taken: { 'deprecate-image golden': [dice.one([1, 5])], 'disable-image golden': [1, 2] },
  inUse: { '2026-11-22': dice.one([0, 2, 100]) },
  everInUse: dice.chance(50),
});
