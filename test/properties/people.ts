import type { Inventory } from '../../shared/model/inventory.ts';
import type { ImageRecord } from '../../shared/model/records.ts';
import { day, hour } from '../../shared/model/time.ts';
import { now } from '../rules/make.ts';
import type { Dice } from './dice.ts';
import { accounts } from './policies.ts';

/** What people said about some lineages, what is left of their words, and the stop switch. */
export function hearPeople(dice: Dice, inventory: Inventory): Inventory {
  const { records } = inventory;
  const heard = Object.entries(records.images).map(([key, record]) => [key, hear(dice, record, inventory)] as const);
  const scope = dice.one(['retire', 'all'] as const);
  const freeze = dice.odd(3) ? { scope, why: 'an incident', at: now - hour } : undefined;
  const named = heard.map(([key, record]) => [key, name(dice, record, inventory)]);
  return {
    ...inventory,
    records: {
      ...records,
      images: Object.fromEntries(named),
      intents: leave(dice, records.intents),
      ...(freeze && { freeze }),
    },
  };
}

/** Of some revoked ones people said what takes their place. */
function name(dice: Dice, record: ImageRecord, { records }: Inventory): ImageRecord {
  const roots = Object.values(records.images).map(({ root }) => root);
  const { revoked } = record;
  const to = revoked && dice.chance(60) ? roots[dice.upTo(roots.length - 1)] : undefined;
  return revoked && to ? { ...record, revoked: { ...revoked, to } } : record;
}

/** A newer version wrote some copies down. */
const leave = (dice: Dice, intents: Inventory['records']['intents']): Inventory['records']['intents'] =>
  Object.fromEntries(
    Object.entries(intents).map(([root, byRegion]) => [
      root,
      Object.fromEntries(
        Object.entries(byRegion).map(([region, intent]) => [
          region,
          dice.odd(8) ? { ...intent, newer: true as const } : intent,
        ]),
      ),
    ]),
  );

function hear(dice: Dice, record: ImageRecord, { images }: Inventory): ImageRecord {
  const listed = Object.values(images).flatMap((seen) => (seen.complete ? seen.value : []));
  const image = listed.find(({ region, id }) => record.image === `${region}/${id}`);
  const at = now - dice.one([hour, 5 * day, 29 * day, 30 * day, 60 * day]);
  const isRoot = record.image === record.root;
  const deprecationAt = image?.deprecationAt;
  return {
    ...record,
    ...(deprecationAt !== undefined && dice.odd(60) && { deprecated: { at: deprecationAt, ...drawBefore(dice) } }),
    ...(image?.state === 'available' && dice.odd(5) && { returning: [dice.one(accounts)] }),
    ...(isRoot && drawWord(dice, at)),
  };
}

const drawBefore = (dice: Dice) => (dice.chance(30) ? { before: now + dice.upTo(9) * day } : {});

/** Each ends the other. */
function drawWord(dice: Dice, at: number): Pick<ImageRecord, 'restored' | 'revoked'> {
  const disable = dice.one(['idle', 'idle', 'all'] as const);
  if (dice.odd(6)) return { restored: { at, reason: 'the audit wants it' } };
  return dice.odd(7) ? { revoked: { at, reason: 'CVE-2026-1234', ...(dice.chance(70) && { disable }) } } : {};
}
