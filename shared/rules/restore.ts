import { because, type Reason } from '../model/codes.ts';
import { type Image, isThere, keyOf } from '../model/image.ts';
import type { Action } from '../model/plan.ts';
import type { ImageRecord, Word } from '../model/records.ts';
import { isoTime } from '../model/time.ts';
import { nothing, type Part } from './draft.ts';
import { usersOf } from './guards-references.ts';
import { soon } from './ladder.ts';
import { grantsWanted } from './share-state.ts';
import type { Subject } from './subject.ts';
import type { World } from './world.ts';

/**
 * What gives back what the ladder took: since people restored the lineage, or since an image that we disabled as unused
 * turned out to be used. Only what we did is undone; what somebody else disabled or deprecated stays.
 */
export function restore(subject: Subject, world: World): Part {
  const { account, records } = world.inventory;
  if (!subject.restored && !subject.owed) return nothing;
  const used = usedWhileDisabled(subject, world);
  const alone = subject.effective.retain?.unit === 'image';
  const actions = subject.lineage.members.flatMap((image) => {
    const key = keyOf(image);
    const record = records.images[key];
    if (image.ownerId !== account || !isThere(image) || !record) return [];
    const by = alone ? used.filter(({ data = {} }) => data.image === key) : used;
    return undone({ image, record, subject, used: by }, world);
  });
  return { ...nothing, actions };
}

interface Taken {
  readonly image: Image;
  readonly record: ImageRecord;
  readonly subject: Subject;
  readonly used: readonly Reason[];
}

function undone(taken: Taken, world: World): Action[] {
  const { image, record, subject, used } = taken;
  const { restored } = subject;
  const isOurs = image.state === 'disabled' && record.disabledAt !== undefined;
  return [
    ...(isOurs && (restored || used.length > 0) ? [enabling(taken)] : []),
    ...(restored ? cancelling(taken, wish(restored), world) : []),
    ...(image.state === 'available' ? returning(taken, world) : []),
  ];
}

/** A person's word acts at once, also where the policy only shows; what the product finds out waits for its mode. */
const common = ({ image, record, subject }: Taken) => ({
  image: keyOf(image),
  root: subject.lineage.root,
  ...(subject.family !== undefined && { family: subject.family }),
  policy: subject.effective.names[0] ?? record.policy ?? '',
  mode: subject.restored ? ('apply' as const) : subject.effective.takeMode,
});

const enabling = (taken: Taken): Action => ({
  kind: 'enable-image',
  ...common(taken),
  why: taken.subject.restored ? [wish(taken.subject.restored)] : taken.used,
});

const wish = ({ at, reason }: Word): Reason => because('restore-due', { since: isoTime(at).slice(0, 10), reason });

/** Ours, if EC2 shows the time that we set; one that would have come by now without us stays. */
function cancelling(taken: Taken, why: Reason, { now }: World): Action[] {
  const { deprecationAt } = taken.image;
  const { deprecated } = taken.record;
  if (!deprecated || deprecationAt === undefined || Math.abs(deprecationAt - deprecated.at) > soon) return [];
  const { before: until } = deprecated;
  if ((until ?? Number.POSITIVE_INFINITY) <= now + soon) return [];
  return [{ kind: 'cancel-deprecation', ...common(taken), ...(until !== undefined && { until }), why: [why] }];
}

/** Owed since the image was enabled again, also where a crash came between. */
function returning(taken: Taken, { now }: World): Action[] {
  const { returning: principals } = taken.record;
  if (!principals) return [];
  const wanted = grantsWanted(taken.subject.effective, now)?.principals;
  const unlisted = principals.filter((one) => !wanted?.some(({ principal }) => principal === one));
  const why = [because('shares-returning', { principals })];
  return [{ kind: 'return-shares', ...common(taken), mode: 'apply', principals, unlisted, why }];
}

/** Uses of images that we disabled: where images leave together, one that is used brings all of them back. */
function usedWhileDisabled({ lineage, revoked, leftAlone }: Subject, world: World): Reason[] {
  const { images } = world.inventory.records;
  if (revoked || leftAlone) return [];
  return lineage.members
    .filter((image) => image.state === 'disabled' && images[keyOf(image)]?.disabledAt !== undefined)
    .map(keyOf)
    .flatMap((image) => usersOf(image, world).map((by) => because('used-while-disabled', { image, by })));
}
