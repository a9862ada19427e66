import { because, type Reason } from '../model/codes.ts';
import type { ImageKey } from '../model/ids.ts';
import type { Inventory } from '../model/inventory.ts';
import type { Held, Plan, Verdict } from '../model/plan.ts';
import type { CompiledPolicy } from '../model/policy.ts';
import type { Instant } from '../model/time.ts';
import { isHalted, liftedBy } from './approval.ts';
import { countTaken } from './breaker.ts';
import { begunToday } from './copies.ts';
import type { Allotment } from './copy-request.ts';
import { cleanUp, distribute } from './distribute.ts';
import { both, type Draft, join, nothing, type Part } from './draft.ts';
import { markImages, unmarked } from './mark.ts';
import { once } from './once.ts';
import { byText } from './order.ts';
import { isBackup, peculiarities } from './peculiarities.ts';
import { publish } from './publish.ts';
import { type Ranks, ranksOf } from './ranks.ts';
import { restore } from './restore.ts';
import { type Candidate, retire } from './retire.ts';
import { disableRevoked } from './revoke.ts';
import { share } from './share.ts';
import { inOrder } from './step-order.ts';
import { stopper } from './stopper.ts';
import type { Subject } from './subject.ts';
import { type Survey, surveyOf } from './survey.ts';
import { verdictsOf } from './verdict.ts';
import type { World } from './world.ts';

/**
 * What should happen now. Pure: equal inputs give byte-equal plans, in whatever order they come.
 * With scope `lineage` nothing is taken, since ranks and the breaker need the whole account.
 */
export function decide(inventory: Inventory, policy: CompiledPolicy, now: Instant): Plan {
  const survey = surveyOf(inventory, policy, now);
  return assemble(decisionsOf(survey), survey.world);
}

/**
 * What {@link decide} says of one lineage. Where nothing is taken, lineages only share the names and the places of copies, of
 * which the newest have the first choice: then nobody has to work out what is older.
 */
export function decideFor(root: ImageKey, inventory: Inventory, policy: CompiledPolicy, now: Instant): Plan {
  if (inventory.scope === 'account') return concerning(root, decide(inventory, policy, now));
  const survey = surveyOf(inventory, policy, now);
  const order = inOrderOfChoice(survey);
  const upTo = order.slice(0, order.findIndex(({ lineage }) => lineage.root === root) + 1);
  const own = draftsOf(survey, upTo, (draft) => draft).at(-1);
  if (!own) return { actions: [], held: [], halted: [], verdicts: [] };
  const { actions, verdicts } = settled(own);
  const ordered = [...verdicts].sort((a, b) => byText(a.image, b.image));
  return { actions: inOrder(actions, ({ kind }) => kind), held: [], halted: [], verdicts: ordered };
}

const concerning = (of: ImageKey, { actions, held, halted, verdicts }: Plan): Plan => ({
  actions: actions.filter(({ root }) => root === of),
  held: held.filter(({ root }) => root === of),
  halted: halted.filter(({ root }) => root === of),
  verdicts: verdicts.filter(({ root }) => root === of),
});

/** How much the plan takes, by step and policy as the breaker counts it. */
export function takenBy(inventory: Inventory, policy: CompiledPolicy, now: Instant): Record<string, number> {
  return countTaken(decisionsOf(surveyOf(inventory, policy, now)).flatMap(({ candidates }) => candidates));
}

/** What is left of a draft once the breaker has spoken. */
interface Decision extends Pick<Draft, 'actions' | 'candidates'> {
  readonly verdicts: readonly Verdict[];
  /** Of each verdict, among all images. */
  readonly places: readonly number[];
}

const inOrderOfChoice = ({ subjects }: Survey): readonly Subject[] => [...subjects].sort(newestFirst);

/** @param keep what is to be kept of each draft: of an account, drafts take much room */
function draftsOf<T>({ world, subjects }: Survey, wanted: readonly Subject[], keep: (draft: Draft) => T): T[] {
  const ranks = ranksOf(subjects, world);
  const allotment: Allotment = {
    names: new Map(),
    slots: new Map(world.inFlight),
    begun: begunToday(subjects, world),
  };
  const published = publish(subjects, world);
  return wanted.map((subject) => {
    const pointers = published.get(subject.lineage.root) ?? nothing;
    return keep(frozen(draftOf(subject, ranks, world, allotment, pointers), world.inventory));
  });
}

const decisionsOf = once((survey: Survey): readonly Decision[] => {
  const { world, subjects, policy } = survey;
  const drafts = draftsOf(survey, inOrderOfChoice(survey), (draft) =>
    draft.candidates.length === 0 ? settled(draft) : draft,
  );
  const candidates = drafts.flatMap((draft) => draft.candidates);
  const lifted = liftedBy(candidates, policy.hash, world);
  const stop = stopper(candidates, lifted, { subjects, policy, runs: world.inventory.records.runs });
  return drafts.map((draft) =>
    'verdicts' in draft ? draft : settled({ ...draft, candidates: draft.candidates.map(stop) }),
  );
});

/** Most drafts take nothing and are settled as soon as they are made, so that only few have to be kept. */
const settled = (draft: Draft): Decision => {
  const { actions, candidates } = draft;
  return { actions, candidates, verdicts: verdictsOf(draft), places: draft.subject.lineage.places };
};

/** The stop switch holds what would be taken; what is given it stops at the act. */
function frozen(draft: Draft, { records }: Inventory): Draft {
  const { scope = 'off', why = '' } = records.freeze ?? {};
  if (scope === 'off') return draft;
  const stop = because('frozen', { scope, why });
  const candidates = draft.candidates.map((one) => ({ ...one, guards: [stop, ...one.guards] }));
  return { ...draft, candidates };
}

/** The newest image is the one that somebody waits for, so it gets the first free slot. */
const newestFirst = (a: Subject, b: Subject): number =>
  (b.lineage.built ?? 0) - (a.lineage.built ?? 0) || byText(a.lineage.root, b.lineage.root);

/** Every lineage either grows or leaves, never both in one plan. */
function draftOf(subject: Subject, ranks: Ranks, world: World, allotment: Allotment, pointers: Part): Draft {
  const whole = world.inventory.scope === 'account';
  const revoked = whole ? disableRevoked(subject, world) : nothing;
  const undone = restore(subject, world);
  if (subject.leftAlone) return { subject, ...(isBeyondPeople(subject.leftAlone) ? nothing : join(undone, revoked)) };
  const ladder = retire(subject, ranks.get(subject.lineage.root) ?? [], world);
  const leaving = revoked.candidates.length > 0 ? { ...ladder, candidates: [], preparations: [] } : ladder;
  const retiring = subject.started || leaving.due;
  const growing = !retiring && !subject.revoked;
  const backup = isBackup(subject);
  const marks = backup ? unmarked : markImages(subject, world);
  const shares = backup ? nothing : share(subject, world, marks.actions);
  const acts = leaving.candidates.some(({ guards }) => guards.length === 0);
  const part = join(
    undone,
    revoked,
    marks,
    cleanUp(subject, world),
    growing && !backup ? distribute(subject, world, allotment) : nothing,
    retiring ? nothing : pointers,
    peculiarities(subject),
    { actions: growing ? shares.actions : none, candidates: none, notes: shares.notes },
    {
      actions: whole ? leaving.preparations : none,
      candidates: whole ? both(leaving.candidates, acts ? none : shares.candidates) : none,
      notes: whole || retiring ? leaving.notes : none,
    },
  );
  return { subject, actions: part.actions, candidates: part.candidates, notes: part.notes };
}

const none: readonly never[] = [];

/** Not even on a person's word: whose image it is, or what a newer version means with it, nobody here can tell. */
const isBeyondPeople = ({ code }: Reason): boolean =>
  code === 'record-newer' || code === 'ambiguous-origin' || code === 'inventory-incomplete';

function assemble(decisions: readonly Decision[], { images }: World): Plan {
  const candidates = decisions.flatMap((decision) => decision.candidates);
  const free = candidates.filter(({ guards }) => guards.length === 0).map(({ action }) => action);
  const actions = [...decisions.flatMap((decision) => decision.actions), ...free];
  const held = candidates.filter(({ guards }) => guards.length > 0).map(heldOf);
  const halted = candidates.filter(isHalted).map(({ action }) => action);
  return {
    actions: inOrder(actions, ({ kind }) => kind),
    held: inOrder(held, ({ step }) => step),
    halted: inOrder(halted, ({ kind }) => kind),
    // Images come in the order of their keys, and each has its verdict.
    verdicts: inKeyOrder(decisions, images.size),
  };
}

function inKeyOrder(decisions: readonly Decision[], count: number): Verdict[] {
  const ordered = new Array<Verdict>(count);
  for (const { verdicts, places } of decisions)
    verdicts.forEach((verdict, index) => {
      ordered[places[index] ?? count] = verdict;
    });
  return ordered;
}

function heldOf({ action, guards }: Candidate): Held {
  const { image, root, family, policy, kind, why } = action;
  return { image, root, ...(family !== undefined && { family }), policy, step: kind, why, guards };
}
