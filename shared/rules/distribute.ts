import { because, type Reason } from '../model/codes.ts';
import { hasFailed, type Image, isLive, isThere, keyOf, mayHaveLaunched } from '../model/image.ts';
import type { Action } from '../model/plan.ts';
import { isManaged, otherManager } from './classify.ts';
import { copiesIn, isCopyIn, isSourceRegion } from './copies.ts';
import { type Allotment, copyRequest } from './copy-request.ts';
import { copyStep } from './copy-state.ts';
import { both, join, type Note, nothing, type Part, said } from './draft.ts';
import { isApproved } from './ladder.ts';
import type { WantedCopy } from './merge.ts';
import type { Subject } from './subject.ts';
import type { World } from './world.ts';

/** Copies that are missing. Only a root is ever copied, and only while it is available and its lineage grows. */
export function distribute(subject: Subject, world: World, allotment: Allotment): Part {
  const { lineage, effective } = subject;
  const { rootImage } = lineage;
  if (effective.copies.length === 0) return nothing;
  if (!rootImage || !isLive(rootImage))
    return join(...subject.ours.filter(isLive).map((image) => said(image, because('source-gone'))));
  if (rootImage.state !== 'available') return said(rootImage, because('not-available-yet'));
  let { actions, notes } = nothing;
  for (const copy of effective.copies) {
    const part = oneTarget(subject, rootImage, copy, world, allotment);
    actions = both(actions, part.actions);
    notes = both(notes, part.notes);
  }
  return { ...nothing, actions, notes };
}

function oneTarget(subject: Subject, root: Image, copy: WantedCopy, world: World, allotment: Allotment): Part {
  const { lineage } = subject;
  const { region } = copy;
  if (isSourceRegion(lineage, copy)) return said(root, because('copy-of-source-region', { region }));
  if (!copy.since) return said(root, because('built-before-since', { region }));
  const why = world.unreadable.get(region);
  if (why !== undefined) return said(root, because('region-unreadable', { region, why }));
  let notes: readonly Note[] = nothing.notes;
  for (const image of lineage.members)
    if (isCopyIn(lineage, image, region) && isThere(image)) notes = both(notes, standing(image, root, region));
  if (notes.length > 0) return { ...nothing, notes };
  if (copiesIn(lineage, region).some((image) => isOurFailure(image, subject, world)))
    return said(root, because('copy-retry-later', { region }));
  return missingCopy(subject, root, copy, world, allotment);
}

function standing(image: Image, root: Image, region: string): Note[] {
  const settled = isLive(image) && image.state !== 'pending';
  const why = because(settled ? 'in-place' : 'copy-under-way', { region });
  return [
    { image: root, why },
    { image, why },
  ];
}

function missingCopy(subject: Subject, root: Image, copy: WantedCopy, world: World, allotment: Allotment): Part {
  const { lineage, family } = subject;
  const { region, mode } = copy;
  const step = copyStep(world.inventory.records.intents[lineage.root]?.[region], region, world);
  const image = keyOf(root);
  if (step.kind === 'stop') return said(root, step.why);
  if (step.kind === 'wait') {
    const next = step.at === undefined ? {} : { next: { step: 'copy-image' as const, at: step.at, region } };
    return { ...nothing, notes: [{ image: root, why: step.why, ...next }] };
  }
  if (copy.copyTags && !root.tags.complete) return said(root, because('tags-unknown', { image }));
  const full = mode === 'apply' ? takeSlot(copy, allotment, step.again !== undefined) : undefined;
  if (full) return said(root, full);
  const taken = allotment.names.get(region) ?? new Set(world.namesIn(region));
  const { request, dropped } = step.again ? { ...step.again, dropped: [] } : copyRequest(subject, copy, taken);
  const why = [step.why, ...(dropped.length > 0 ? [because('tags-dropped', { region, keys: dropped })] : [])];
  allotment.names.set(region, taken.add(request.name));
  const action: Action = {
    kind: 'copy-image',
    image,
    root: lineage.root,
    ...(family !== undefined && { family }),
    policy: copy.policy,
    mode,
    why,
    request,
    generation: step.generation,
  };
  return { ...said(root, ...why), actions: [action] };
}

/** @returns why there is no place. What is asked for again has had its place in the day before. */
function takeSlot(copy: WantedCopy, { slots, begun }: Allotment, again: boolean): Reason | undefined {
  const { region, policy, maxInFlight, maxPerDay } = copy;
  const used = slots.get(region) ?? 0;
  const today = begun.get(policy) ?? 0;
  if (used >= maxInFlight) return because('copy-slots-taken', { region, slots: maxInFlight });
  if (!again && today >= maxPerDay) return because('copy-day-full', { policy, limit: maxPerDay, region });
  slots.set(region, used + 1);
  if (!again) begun.set(policy, today + 1);
  return undefined;
}

/** A copy of ours that never became available: it and its snapshots go before the next try. */
export function cleanUp(subject: Subject, world: World): Part {
  const failures = subject.lineage.members.filter((image) => isOurFailure(image, subject, world));
  return join(
    ...failures.map((image): Part => {
      const { lineage, effective, family } = subject;
      const copy = effective.copies.find(({ region }) => region === image.region);
      const reason = image.stateReason ?? image.state;
      const why = because('image-failed', { state: image.state, reason });
      const action: Action = {
        kind: 'clean-up-copy',
        image: keyOf(image),
        root: lineage.root,
        ...(family !== undefined && { family }),
        policy: copy?.policy ?? effective.names[0] ?? '',
        mode: copy?.mode ?? effective.takeMode,
        why: [why],
        snapshots: image.snapshots,
        reason,
        approved: isApproved(image, world),
      };
      return { ...nothing, actions: [action] };
    }),
  );
}

/** A copy that we asked for, or that carries our mark, and that nobody could ever launch. */
export function isOurFailure(image: Image, { lineage }: Subject, world: World): boolean {
  if (!hasFailed(image) || image === lineage.rootImage || otherManager(image)) return false;
  const intent = world.inventory.records.intents[lineage.root]?.[image.region];
  if (intent?.newer) return false;
  const isIntended = intent?.copyId === image.id;
  const wasSeenAvailable = isIntended && intent?.state === 'copied';
  return (isIntended || isManaged(image)) && !wasSeenAvailable && !mayHaveLaunched(image);
}
