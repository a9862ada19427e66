import type { Instant } from '../../shared/model/time.ts';
import { type Finding, type Path, startsWith } from './finding.ts';
import { copyRules, reservedTagRules } from './rules/copy.ts';
import { notifyRules } from './rules/notify.ts';
import { applyOverrides } from './rules/overrides.ts';
import { publishRules } from './rules/publish.ts';
import { ageRules, guardRules, ladderRules, limitRules, quarantineRules, windowRules } from './rules/retain.ts';
import { copyNameRules, familyRules, movingRules, nameRules, rootDeviceRules, selectRules } from './rules/select.ts';
import { manyRules, publicRules, snapshotRules, untilRules } from './rules/share.ts';
import { togetherRules } from './rules/together.ts';
import { viewsOf } from './view.ts';

const rules = [
  selectRules,
  movingRules,
  familyRules,
  copyRules,
  copyNameRules,
  reservedTagRules,
  rootDeviceRules,
  publicRules,
  publishRules,
  snapshotRules,
  manyRules,
  ladderRules,
  ageRules,
  quarantineRules,
  guardRules,
  limitRules,
  windowRules,
  notifyRules,
];

/** What the rules say that look at more than one value. `shape` is what was found wrong before. */
export function checkMeaning(
  data: unknown,
  shape: readonly Finding[],
  look: { lineOf: (path: Path) => number; now?: Instant },
): Finding[] {
  const views = viewsOf(data);
  const single = views.flatMap((view) => {
    const found = [...rules.flatMap((rule) => rule(view)), ...untilRules(view, look.now)];
    const shapeIsRight = !shape.some((other) => startsWith(other.path, view.path));
    return applyOverrides(view, found, shapeIsRight);
  });
  return [...single, ...nameRules(views, look.lineOf), ...togetherRules(views, look.lineOf)];
}
