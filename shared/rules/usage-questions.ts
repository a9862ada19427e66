import type { ImageKey } from '../model/ids.ts';
import { type Image, keyOf } from '../model/image.ts';
import type { Inventory } from '../model/inventory.ts';
import type { CompiledPolicy } from '../model/policy.ts';
import type { ReferenceSourceName } from '../model/references.ts';
import type { Instant } from '../model/time.ts';
import { mayBeUsedElsewhere, unchecked } from './elsewhere.ts';
import { referencesOn } from './guards-references.ts';
import { concerned, type Unit } from './ladder.ts';
import { byText } from './order.ts';
import { ranksOf } from './ranks.ts';
import { standingOf, unitsOf } from './retire.ts';
import { revokedUnits } from './revoke.ts';
import { surveyOf } from './survey.ts';

/** What has to be read of one image before it may be taken, beside what is read of whole Regions. */
export interface UsageQuestion {
  readonly image: ImageKey;
  readonly references: readonly ReferenceSourceName[];
  /** Whether others may use it. */
  readonly sharing: boolean;
  /** Whether others do use it: by what is known of its sharing so far. */
  readonly reports: boolean;
}

/** Asked of every image that a step beyond deprecation is due for, or that may keep another one from it. */
export function usageQuestions(inventory: Inventory, policy: CompiledPolicy, now: Instant): UsageQuestion[] {
  if (inventory.scope !== 'account') return [];
  const { subjects, world } = surveyOf(inventory, policy, now);
  const ranks = ranksOf(subjects, world);
  const leaving = subjects
    .flatMap((subject) => unitsOf(subject, ranks.get(subject.lineage.root) ?? []))
    .filter((unit) => isTaken(standingOf(unit, world).position));
  const due = [...leaving, ...subjects.flatMap((subject) => revokedUnits(subject, world))];
  const asked = new Map<ImageKey, UsageQuestion>();
  for (const unit of due)
    for (const image of concerned(unit)) asked.set(keyOf(image), questionAbout(image, unit, inventory));
  return [...asked.values()].sort((a, b) => byText(a.image, b.image));
}

const isTaken = (position: ReturnType<typeof standingOf>['position']): boolean =>
  position.due && position.step !== 'deprecate-image';

function questionAbout(image: Image, { taking }: Unit, inventory: Inventory): UsageQuestion {
  const { sharedAccounts, overrides, off } = taking;
  return {
    image: keyOf(image),
    references: referencesOn(off),
    sharing: sharedAccounts || !overrides.includes(unchecked),
    reports: sharedAccounts && mayBeUsedElsewhere(image, inventory),
  };
}
