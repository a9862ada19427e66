import { type Evidence, known, unknown } from '../../shared/model/evidence.ts';
import { type Image, keyOf } from '../../shared/model/image.ts';
import type { Inventory } from '../../shared/model/inventory.ts';
import type { ReferenceReading, UsageReport } from '../../shared/model/references.ts';
import { day, hour, minute } from '../../shared/model/time.ts';
import { account, now, report } from '../rules/make.ts';
import type { Dice } from './dice.ts';

function drawReading(dice: Dice, troubled: boolean): ReferenceReading {
  const found = (by: string): Evidence<readonly string[]> =>
    troubled && dice.chance(3) ? unknown('throttled') : known(dice.odd(2) ? [by] : []);
  return {
    at: troubled ? now - dice.one([0, 15 * minute]) : now,
    by: {
      'image-references': found('template lt-0a1'),
      ...(!(troubled && dice.chance(3)) && { 'image-builder': found('image recipe web/1.0.0') }),
    },
  };
}

const drawUse = (dice: Dice) => ({
  account: dice.one(['222233334444', account]),
  type: 'ec2:Instance',
  count: dice.upTo(3),
});

/** Mostly one that lets the image go; beside it, or instead of it, all that may come of asking. */
function drawReports(dice: Dice): UsageReport[] {
  const pending = report({ id: 'amiur-2', state: 'pending', createdAt: now - minute });
  const failed = report({ id: 'amiur-3', state: 'error', createdAt: now - dice.one([hour, 7 * hour]) });
  if (dice.odd(14)) return dice.one<UsageReport[]>([[], [], [pending], [failed]]);
  const reports = [report({ createdAt: now - dice.one([hour, day]) })];
  const odd: UsageReport[] = [
    pending,
    report({ id: 'amiur-4', createdAt: now - 2 * day, uses: [drawUse(dice)] }),
    report({ id: 'amiur-5', full: false, uses: [drawUse(dice)] }),
    report({ id: 'amiur-6', createdAt: now + hour }),
  ];
  return [...reports, ...odd.filter(() => dice.odd(4)), ...(dice.chance(1) ? [report({ uses: [drawUse(dice)] })] : [])];
}

/** What EC2 was seen to say of single images. */
export function drawReferences(
  dice: Dice,
  troubled: boolean,
  images: readonly Image[],
): Required<Pick<Inventory, 'references' | 'reports'>> {
  const read = images.filter(() => !(troubled && dice.chance(3)));
  return {
    references: Object.fromEntries(read.map((image) => [keyOf(image), drawReading(dice, troubled)])),
    reports: Object.fromEntries(
      read.map((image) => [
        keyOf(image),
        troubled && dice.chance(3) ? unknown<never>('denied') : known(drawReports(dice)),
      ]),
    ),
  };
}
