import { because, type Reason } from '../model/codes.ts';
import { type Image, keyOf } from '../model/image.ts';
import type { Action } from '../model/plan.ts';
import type { Mode, Principal } from '../model/policy.ts';
import { type Refusal, rests } from '../model/refusal.ts';
import { isManaged, otherManager } from './classify.ts';
import { nothing, type Part, said } from './draft.ts';
import { sorted } from './order.ts';
import type { Subject } from './subject.ts';
import type { World } from './world.ts';

/** What every action of sharing carries, whatever it gives. */
export function shareFields(image: Image, subject: Subject, mode: Mode, why: readonly Reason[]) {
  const { lineage, family, effective } = subject;
  return {
    image: keyOf(image),
    root: lineage.root,
    ...(family !== undefined && { family }),
    policy: effective.shares?.policy ?? '',
    mode,
    why,
  };
}

/** Why these lose what they were given. */
export function whyTaken(subject: Subject, principals: readonly Principal[]): Reason[] {
  const listed = new Set(subject.effective.shares?.with.map(({ principal }) => principal));
  const expired = sorted(principals.filter((principal) => listed.has(principal)));
  const unlisted = sorted(principals.filter((principal) => !listed.has(principal)));
  return [
    ...(expired.length > 0 ? [because('share-expired', { principals: expired })] : []),
    ...(unlisted.length > 0 ? [because('share-not-listed', { principals: unlisted })] : []),
  ];
}

/** Taking back counts as taking: it needs every policy's consent and passes the breaker. */
export function takenBack(image: Image, subject: Subject, action: Action): Part {
  const { effective, lineage, undecided } = subject;
  const manager = otherManager(image);
  const guards = [
    ...(undecided ? [undecided] : []),
    ...(manager ? [because('foreign-managed', { manager, image: keyOf(image) })] : []),
    ...(isManaged(image) ? [] : [because('unmarked', { image: keyOf(image) })]),
  ];
  const counted = { policies: effective.names, as: lineage.root, unit: 'lineage' as const };
  return { ...nothing, candidates: [{ action, guards, counted }] };
}

/** What was refused lately and therefore rests. */
export const restingRefusals = (image: Image, world: World): readonly Refusal[] =>
  (world.inventory.records.refused?.[keyOf(image)] ?? []).filter((one) => rests(one, world.now));

/** The refusals among these, told by their reason. */
export function refusals(image: Image, found: readonly Refusal[]): Part {
  const byReason = Map.groupBy(found, ({ why }) => why);
  const told = [...byReason].map(([why, all]) =>
    because('share-refused', { principals: sorted(all.map(({ principal }) => principal)), why }),
  );
  return said(image, ...told);
}
