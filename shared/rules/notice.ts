import { because, type Reason } from '../model/codes.ts';
import type { ImageKey } from '../model/ids.ts';
import { keyOf } from '../model/image.ts';
import type { ActionKind, ActionOf } from '../model/plan.ts';
import type { NoticeStep } from '../model/records.ts';
import { formatDuration, type Instant, isoTime } from '../model/time.ts';
import { familyOf } from './family.ts';
import { guardsOf } from './guards.ts';
import { type Position, soon, type TakingStep, type Unit } from './ladder.ts';
import { latest } from './order.ts';
import type { World } from './world.ts';

/** A step that has to be told of before, and what the owner is told it is. */
const steps: Partial<Record<ActionKind, NoticeStep>> = {
  'disable-image': 'disable-image',
  'approve-removal': 'deregister-image',
  'deregister-image': 'deregister-image',
};

/** A window opens by itself; what is read image by image is read once the step is due. */
const readLater: readonly string[] = [
  'outside-window',
  'image-usage-unknown',
  'usage-report-missing',
  'usage-report-pending',
  'usage-report-failed',
];

export interface Noticed {
  readonly position: Position;
  readonly notice?: ActionOf<'give-notice'>;
}

/** What the notice is remembered under, and the breaker counts: a lineage, or an image where images leave alone. */
export const unitKey = ({ taking, subject, images }: Unit): ImageKey => {
  const [first] = images;
  return taking.unit === 'image' && first ? keyOf(first) : subject.lineage.root;
};

/** A step that needs notice waits until the notice is old enough. What a guard holds is not announced. */
export function withNotice(unit: Unit, position: Position, world: World): Noticed {
  const { notice } = unit.taking;
  const next = position.due ? { step: position.step, at: world.now } : position.next;
  const told = next && steps[next.step];
  if (!notice || !next || !told) return { position };
  const given = noticeGiven(unit, told, world);
  if (given !== undefined) return { position: delayed(position, given, given + notice.before, world.now) };
  if (world.now < next.at - notice.before) return { position };
  const images = position.due ? position.images : unit.images;
  const guards = guardsOf(next.step as TakingStep, images, unit, world);
  if (guards.some(({ code }) => !readLater.includes(code))) return { position };
  const due = Math.max(next.at, world.now + notice.before);
  const why = because('notice-due', { before: formatDuration(notice.before), step: told, due: isoTime(due) });
  return {
    position: { due: false, why, next: { step: next.step, at: due } },
    notice: noticeOf(unit, told, due, why, notice.owners),
  };
}

function noticeOf(unit: Unit, step: NoticeStep, due: Instant, why: Reason, templates: readonly string[]) {
  const { subject, taking, images } = unit;
  const owners = templates.flatMap((template) => familyOf(template, subject.face) ?? []);
  return {
    kind: 'give-notice' as const,
    image: unitKey(unit),
    root: subject.lineage.root,
    ...(subject.family !== undefined && { family: subject.family }),
    policy: taking.policy,
    mode: subject.effective.takeMode,
    why: [why],
    step,
    due,
    owners: [...new Set(owners)].sort(),
    images: images.map(keyOf),
  };
}

function delayed(position: Position, since: Instant, ready: Instant, now: Instant): Position {
  if (!position.due)
    return position.next
      ? { ...position, next: { ...position.next, at: Math.max(position.next.at, ready) } }
      : position;
  if (now >= ready) return position;
  const why = because('notice-wait', { since: isoTime(since).slice(0, 10), before: formatDuration(ready - since) });
  return { due: false, why, next: { step: position.step, at: ready } };
}

/** A notice of an earlier time on the ladder, before a restore, says nothing about this one. */
function noticeGiven(unit: Unit, step: NoticeStep, world: World): Instant | undefined {
  const { images: records } = world.inventory.records;
  const notice = records[unitKey(unit)]?.notice;
  const began =
    step === 'disable-image'
      ? (latest(unit.images.map(({ deprecationAt }) => deprecationAt)) ?? 0) - soon
      : (latest(unit.images.map((image) => records[keyOf(image)]?.disabledAt)) ?? 0);
  return notice?.step === step && notice.at >= began ? notice.at : undefined;
}
