import { canonicalJson } from '../model/digest.ts';
import type { ImageKey } from '../model/ids.ts';
import { keyOf } from '../model/image.ts';
import type { Inventory } from '../model/inventory.ts';
import type { Action, ActionKind, Held, Plan } from '../model/plan.ts';
import type { CompiledPolicy } from '../model/policy.ts';
import type { Instant } from '../model/time.ts';
import { breaker } from './breaker.ts';
import type { Allotment } from './copy-request.ts';
import { cleanUp, distribute } from './distribute.ts';
import { type Draft, join, nothing } from './draft.ts';
import { markImages } from './mark.ts';
import type { Effective } from './merge.ts';
import { byText } from './order.ts';
import { type Ranks, ranksOf } from './ranks.ts';
import { type Candidate, retire } from './retire.ts';
import { share } from './share.ts';
import { grantsWanted, type WantedGrants } from './share-state.ts';
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
  const { world, subjects } = survey(inventory, policy, now);
  const ranks = ranksOf(subjects, world);
  const allotment: Allotment = {
    names: new Map([...world.names].map(([region, names]) => [region, new Set(names)])),
    slots: new Map(world.inFlight),
  };
  const drafts = [...subjects].sort(newestFirst).map((subject) => draftOf(subject, ranks, world, allotment));
  const halted = breaker(
    drafts.flatMap(({ candidates }) => candidates),
    subjects,
    policy,
  );
  return assemble(drafts.map((draft) => ({ ...draft, candidates: draft.candidates.map(halt(halted)) })));
}

/** For each image that policies share: the launch permissions it should have and the digest to record after a check. */
export function wantedGrants(inventory: Inventory, policy: CompiledPolicy, now: Instant): Map<ImageKey, WantedGrants> {
  const { subjects } = survey(inventory, policy, now);
  return new Map(
    subjects.flatMap(({ ours, effective }) => {
      const wanted = grantsWanted(effective, now);
      const available = ours.filter(({ state }) => state === 'available');
      return wanted ? available.map((image): [ImageKey, WantedGrants] => [keyOf(image), wanted]) : [];
    }),
  );
}

/** Roots that are, by what is seen now, available in every wanted Region and shared. */
export function finished(inventory: Inventory, policy: CompiledPolicy, now: Instant): Set<ImageKey> {
  const { subjects } = survey(inventory, policy, now);
  const done = subjects.filter(({ finishedNow, leftAlone }) => finishedNow === 'yes' && !leftAlone);
  return new Set(done.map(({ lineage }) => lineage.root));
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
function draftOf(subject: Subject, ranks: Ranks, world: World, allotment: Allotment): Draft {
  if (subject.leftAlone) return { subject, ...nothing };
  const whole = world.inventory.scope === 'account';
  const leaving = retire(subject, ranks.get(subject.lineage.root) ?? [], world);
  const retiring = subject.started || leaving.due;
  const marks = markImages(subject);
  const shares = share(subject, world, marks);
  const acts = leaving.candidates.some(({ guards }) => guards.length === 0);
  const part = join(
    { ...nothing, actions: marks },
    cleanUp(subject, world),
    retiring ? nothing : distribute(subject, world, allotment),
    retiring
      ? { ...nothing, notes: shares.notes.filter(({ why }) => why.code !== 'share-missing') }
      : { ...shares, candidates: [] },
    { ...nothing, notes: whole || retiring ? leaving.notes : [] },
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
  'share-image',
  'deprecate-image',
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

/** Roots are deregistered after their copies. */
const place = (step: ActionKind, { image, root }: Action | Held): string =>
  step === 'deregister-image' && image === root ? 'last' : 'first';

function inOrder<T extends Action | Held>(items: readonly T[], step: (item: T) => ActionKind): T[] {
  const keyed = items.map((item) => ({
    item,
    at: order.indexOf(step(item)),
    text: `${item.root} ${place(step(item), item)} ${item.image} ${canonicalJson(item)}`,
  }));
  return keyed.sort((a, b) => a.at - b.at || byText(a.text, b.text)).map(({ item }) => item);
}
