import { canonicalJson } from '../model/digest.ts';
import type { ImageKey } from '../model/ids.ts';
import { keyOf } from '../model/image.ts';
import type { Inventory } from '../model/inventory.ts';
import type { Action, ActionKind, Held, Plan } from '../model/plan.ts';
import type { Pointer } from '../model/pointer.ts';
import type { CompiledPolicy, NotifyPolicy } from '../model/policy.ts';
import type { Instant } from '../model/time.ts';
import { breaker, countTaken } from './breaker.ts';
import { begunToday } from './copies.ts';
import type { Allotment } from './copy-request.ts';
import { cleanUp, distribute } from './distribute.ts';
import { type Draft, join, nothing, type Part } from './draft.ts';
import { markImages } from './mark.ts';
import type { Effective } from './merge.ts';
import { byText } from './order.ts';
import { isBackup, peculiarities } from './peculiarities.ts';
import { claimsOf } from './pointers.ts';
import { publish } from './publish.ts';
import { type Ranks, ranksOf } from './ranks.ts';
import { type Candidate, retire } from './retire.ts';
import { share } from './share.ts';
import { type Certainty, grantsWanted, isSharedNow, keysUnder, type WantedGrants } from './share-state.ts';
import { type Subject, subjectOf } from './subject.ts';
import { verdictsOf } from './verdict.ts';
import { type World, worldOf } from './world.ts';

export { retryDelay } from './copy-state.ts';
export { lineagesOf } from './lineages.ts';
export type { WantedGrants } from './share-state.ts';

/**
 * What should happen now. Pure: equal inputs give byte-equal plans, in whatever order they come.
 * With scope `lineage` nothing is taken, since ranks and the breaker need the whole account.
 */
export function decide(inventory: Inventory, policy: CompiledPolicy, now: Instant): Plan {
  return assemble(draftAll(inventory, policy, now));
}

/** How much the plan takes, by step and policy as the breaker counts it. */
export function takenBy(inventory: Inventory, policy: CompiledPolicy, now: Instant): Record<string, number> {
  return countTaken(draftAll(inventory, policy, now).flatMap(({ candidates }) => candidates));
}

function draftAll(inventory: Inventory, policy: CompiledPolicy, now: Instant): Draft[] {
  const { world, subjects } = survey(inventory, policy, now);
  const ranks = ranksOf(subjects, world);
  const allotment: Allotment = {
    names: new Map([...world.names].map(([region, names]) => [region, new Set(names)])),
    slots: new Map(world.inFlight),
    begun: begunToday(subjects, world),
  };
  const published = publish(subjects, world);
  const drafts = [...subjects].sort(newestFirst).map((subject) => {
    const pointers = published.get(subject.lineage.root) ?? nothing;
    return draftOf(subject, ranks, world, allotment, pointers);
  });
  const halted = breaker(
    drafts.flatMap(({ candidates }) => candidates),
    { subjects, policy, runs: inventory.records.runs },
  );
  return drafts.map((draft) => ({ ...draft, candidates: draft.candidates.map(halt(halted)) }));
}

/** What one image should be shared with, where to look for it, and whether this run has seen all of it. */
export interface WantedSharing extends WantedGrants {
  readonly keysUnder: readonly string[];
  readonly seen: Certainty;
}

/** For each image that policies share: what it should have and the digest to record after a check. */
export function wantedGrants(inventory: Inventory, policy: CompiledPolicy, now: Instant): Map<ImageKey, WantedSharing> {
  const { subjects, world } = survey(inventory, policy, now);
  return new Map(
    subjects.flatMap(({ ours, effective, lineage }) => {
      const wanted = grantsWanted(effective, now);
      if (!wanted) return [];
      return ours
        .filter(({ state }) => state === 'available')
        .map((image): [ImageKey, WantedSharing] => {
          const keys = keysUnder(image, image === lineage.rootImage, effective);
          return [keyOf(image), { ...wanted, keysUnder: keys, seen: isSharedNow(image, wanted, world) }];
        });
    }),
  );
}

/** The pointers that could name an image of each lineage. */
export function wantedPointers(inventory: Inventory, policy: CompiledPolicy, now: Instant): Map<ImageKey, Pointer[]> {
  const { subjects } = survey(inventory, policy, now);
  return new Map(
    subjects.map((subject) => [subject.lineage.root, claimsOf(subject).map(({ pointer }) => pointer)] as const),
  );
}

/** Roots that are, by what is seen now, available in every wanted Region and shared. */
export function finished(inventory: Inventory, policy: CompiledPolicy, now: Instant): Set<ImageKey> {
  const { subjects } = survey(inventory, policy, now);
  const done = subjects.filter(({ finishedNow, leftAlone }) => finishedNow === 'yes' && !leftAlone);
  return new Set(done.map(({ lineage }) => lineage.root));
}

/** Who is to be told of what, by the root of each lineage that a policy selects. */
export function noticesWanted(
  inventory: Inventory,
  policy: CompiledPolicy,
  now: Instant,
): Map<ImageKey, readonly NotifyPolicy[]> {
  const { subjects } = survey(inventory, policy, now);
  const selected = subjects.filter(({ effective }) => effective.names.length > 0);
  return new Map(selected.map(({ lineage, effective }) => [lineage.root, effective.notify]));
}

/** What the policies amount to for the lineage of an image, with the policy that won each field. */
export function policyFor(
  image: ImageKey,
  inventory: Inventory,
  policy: CompiledPolicy,
  now: Instant,
): Effective | undefined {
  const { subjects } = survey(inventory, policy, now);
  return subjects.find(({ lineage }) => lineage.members.some((member) => keyOf(member) === image))?.effective;
}

function survey(inventory: Inventory, policy: CompiledPolicy, now: Instant): { world: World; subjects: Subject[] } {
  const world = worldOf(inventory, policy, now);
  return { world, subjects: world.lineages.flatMap((lineage) => subjectOf(lineage, policy, world) ?? []) };
}

/** The newest image is the one that somebody waits for, so it gets the first free slot. */
const newestFirst = (a: Subject, b: Subject): number =>
  (b.lineage.built ?? 0) - (a.lineage.built ?? 0) || byText(a.lineage.root, b.lineage.root);

/** Every lineage either grows or leaves, never both in one plan. */
function draftOf(subject: Subject, ranks: Ranks, world: World, allotment: Allotment, pointers: Part): Draft {
  if (subject.leftAlone) return { subject, ...nothing };
  const whole = world.inventory.scope === 'account';
  const leaving = retire(subject, ranks.get(subject.lineage.root) ?? [], world);
  const retiring = subject.started || leaving.due;
  const backup = isBackup(subject);
  const marks = backup ? [] : markImages(subject);
  const shares = backup ? nothing : share(subject, world, marks);
  const acts = leaving.candidates.some(({ guards }) => guards.length === 0);
  const part = join(
    { ...nothing, actions: marks },
    cleanUp(subject, world),
    retiring || backup ? nothing : distribute(subject, world, allotment),
    retiring ? nothing : pointers,
    peculiarities(subject),
    retiring
      ? { ...nothing, notes: shares.notes.filter(({ why }) => !why.code.endsWith('-missing')) }
      : { ...shares, candidates: [] },
    { ...nothing, notes: whole || retiring ? leaving.notes : [], actions: whole ? leaving.notices : [] },
    { ...nothing, candidates: whole ? [...leaving.candidates, ...(acts ? [] : shares.candidates)] : [] },
  );
  return { subject, ...part };
}

const halt =
  (reasons: Draft['candidates'][number]['guards']) =>
  (candidate: Candidate): Candidate => ({ ...candidate, guards: [...candidate.guards, ...reasons] });

const order: readonly ActionKind[] = [
  'mark-image',
  'clean-up-copy',
  'copy-image',
  'grant-key',
  'share-snapshots',
  'share-image',
  'publish-image',
  'deprecate-image',
  'give-notice',
  'disable-image',
  'approve-removal',
  'deregister-image',
];

function assemble(drafts: readonly Draft[]): Plan {
  const candidates = drafts.flatMap((draft) => draft.candidates);
  const free = candidates.filter(({ guards }) => guards.length === 0).map(({ action }) => action);
  const actions = [...drafts.flatMap((draft) => draft.actions), ...free];
  const held = candidates.filter(({ guards }) => guards.length > 0).map(heldOf);
  const verdicts = drafts.flatMap(verdictsOf);
  return {
    actions: inOrder(actions, ({ kind }) => kind),
    held: inOrder(held, ({ step }) => step),
    verdicts: verdicts.sort((a, b) => byText(a.image, b.image)),
  };
}

function heldOf({ action, guards }: Candidate): Held {
  const { image, root, family, policy, kind, why } = action;
  return { image, root, ...(family !== undefined && { family }), policy, step: kind, why, guards };
}

function inOrder<T extends Action | Held>(items: readonly T[], step: (item: T) => ActionKind): T[] {
  const keyed = items.map((item) => ({
    item,
    at: order.indexOf(step(item)),
    text: `${item.root} ${item.image} ${canonicalJson(item)}`,
  }));
  return keyed.sort((a, b) => a.at - b.at || byText(a.text, b.text)).map(({ item }) => item);
}
