import type { Reason } from '../model/codes.ts';
import { because } from '../model/codes.ts';
import type { ImageKey } from '../model/ids.ts';
import { type Image, isLive, keyOf } from '../model/image.ts';
import type { Action, ActionOf } from '../model/plan.ts';
import { rests } from '../model/refusal.ts';
import { isoTime } from '../model/time.ts';
import { keptBy, snapshotsLater } from './bin.ts';
import type { Note } from './draft.ts';
import { reportsToAskFor } from './elsewhere.ts';
import { guardsOf, warningsOf } from './guards.ts';
import { keysOff } from './keys.ts';
import { concerned, type Position, positionOf, type TakingStep, type Unit } from './ladder.ts';
import { unitKey, withNotice } from './notice.ts';
import type { Rank } from './ranks.ts';
import type { Subject } from './subject.ts';
import type { World } from './world.ts';

/** Something that would be taken, with the guards that hold it. None: it may happen. */
export interface Candidate {
  readonly action: Action;
  readonly guards: readonly Reason[];
  /**
   * Policies whose breaker counts it, and what it counts as: a lineage, or an image where images leave alone. Absent: a
   * person asked for this very step, so no breaker has anything to say.
   */
  readonly counted?: {
    readonly policies: readonly string[];
    readonly as: ImageKey;
    readonly unit: 'lineage' | 'image';
  };
}

export interface Retirement {
  readonly candidates: readonly Candidate[];
  /** What a step needs first: notices to owners, and reports on use by other accounts. */
  readonly preparations: readonly Action[];
  /** Some step is due, whether held or not: the lineage no longer grows. */
  readonly due: boolean;
  readonly notes: readonly Note[];
}

/** Where the units of a lineage stand on the ladder, and which step each is due to take. */
export function retire(subject: Subject, ranks: readonly Rank[], world: World): Retirement {
  const units = unitsOf(subject, ranks);
  if (units.length === 0) {
    const notes = subject.ours.map((image) => ({ image, why: because('no-retain') }));
    return { candidates: [], preparations: [], due: false, notes };
  }
  const parts = units.map((unit) => {
    const { due, position, notice } = standingOf(unit, world);
    const taken = candidates(unit, position, world);
    const requests = reportRequests(unit, taken, world);
    const preparations = notice ? [notice, ...requests] : requests;
    return { candidates: taken, preparations, due, notes: notesOf(unit, position) };
  });
  const only = parts[0];
  if (only && parts.length === 1) return only;
  return {
    candidates: parts.flatMap((part) => part.candidates),
    preparations: parts.flatMap((part) => part.preparations),
    due: parts.some((part) => part.due),
    notes: parts.flatMap((part) => part.notes),
  };
}

/**
 * A step that only waits for its notice is due as far as growing goes; one that is due only if lineages of which the
 * launch permissions are unread should be finished is not, and is held besides.
 */
export function standingOf(unit: Unit, world: World) {
  const position = positionOf(unit, world);
  const isSure = unit.ranks.every(({ newer }) => newer >= unit.taking.keepLast);
  return { due: position.due && isSure, ...withNotice(unit, position, world) };
}

export function unitsOf(subject: Subject, ranks: readonly Rank[]): Unit[] {
  const taking = subject.effective.retain;
  if (!taking) return [];
  const images = subject.ours.filter((image) => isLive(image) && image.state !== 'pending');
  if (taking.unit === 'lineage') return [{ subject, taking, images, ranks }];
  return images.map((image) => {
    const here = ranks.filter(({ region }) => region === image.region);
    return { subject, taking, images: [image], ranks: here };
  });
}

const notesOf = ({ images }: Unit, position: Position): Retirement['notes'] =>
  position.due
    ? []
    : images.map((image) =>
        position.next ? { image, why: position.why, next: position.next } : { image, why: position.why },
      );

function candidates(unit: Unit, position: Position, world: World): Candidate[] {
  if (!position.due) return [];
  const { step, images } = position;
  const why = [...position.why, ...warningsOf(unit, world)];
  const guards = guardsOf(step, images, unit, world);
  const { unit: size, names } = unit.taking;
  return images.map((image) => ({
    action: actionFor(step, image, unit, why, world),
    guards: [...guards, ...refusedLately(step, image, world)],
    counted: { policies: names, as: unitKey(unit), unit: size },
  }));
}

/** The others of its unit go on. */
function refusedLately(step: TakingStep, image: Image, { inventory, now }: World): Reason[] {
  const { refused } = inventory.records.images[keyOf(image)] ?? {};
  if (refused?.step !== step || !rests(refused, now)) return [];
  return [because('refused-lately', { since: isoTime(refused.at).slice(0, 10), why: refused.why })];
}

/** Only what is otherwise free to go is asked about: EC2 keeps few such reports at once. */
export function reportRequests(unit: Unit, taken: readonly Candidate[], world: World): Action[] {
  const first = taken[0];
  if (!first) return [];
  return reportsToAskFor(concerned(unit), first.guards, world).map((image) => ({
    ...commonTo(unit),
    kind: 'request-usage-report',
    image,
    why: [because('usage-report-due')],
  }));
}

const commonTo = ({ subject, taking }: Unit) => ({
  root: subject.lineage.root,
  ...(subject.family !== undefined && { family: subject.family }),
  policy: taking.policy,
  mode: subject.effective.takeMode,
});

function actionFor(step: TakingStep, image: Image, unit: Unit, why: readonly Reason[], world: World): Action {
  const { taking } = unit;
  const common = { ...commonTo(unit), image: keyOf(image), why };
  const { snapshots } = image;
  if (step === 'approve-removal') return { ...common, kind: step, snapshots };
  if (step !== 'deregister-image') return { ...common, kind: step };
  const deleteSnapshots = taking.stages.deregister?.deleteSnapshots ?? false;
  const later = deleteSnapshots ? snapshotsLater(image, world) : undefined;
  return {
    ...common,
    kind: step,
    snapshots,
    deleteSnapshots,
    why: [...why, ...(keysOff(image, world).length > 0 ? [] : keptBy(image, world)), ...(later ? [later] : [])],
    ...(later && { afterBin: true }),
  } satisfies ActionOf<'deregister-image'>;
}
