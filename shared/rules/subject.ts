import { because, type Reason } from '../model/codes.ts';
import type { ImageKey } from '../model/ids.ts';
import type { Image } from '../model/image.ts';
import type { Lineage } from '../model/lineage.ts';
import type { CompiledPolicy, Policy } from '../model/policy.ts';
import { type ImageRecord, isResting, type Revocation, type Word } from '../model/records.ts';
import type { Instant } from '../model/time.ts';
import { hasStarted, ourMembers, unsupported } from './classify.ts';
import { hasWantedCopies } from './copies.ts';
import { dependents } from './dependents.ts';
import { familyOf } from './family.ts';
import type { Effective } from './merge.ts';
import { byText, latest, sorted } from './order.ts';
import { type Match, matches, openQuestions } from './select.ts';
import type { Sight } from './select-evidence.ts';
import { type Certainty, isShared } from './share-state.ts';
import { faceOf, sightOf } from './sight.ts';
import type { World } from './world.ts';

/** One lineage with everything that the rules ask about it. */
export interface Subject {
  readonly lineage: Lineage;
  /** The root as the selectors see it; once it is gone, a copy with the root's recorded name and Region. */
  readonly face: Image;
  readonly effective: Effective;
  readonly family: string | undefined;
  /** Nothing at all is done with the lineage, for this reason. */
  readonly leftAlone: Reason | undefined;
  /** Some policy may come to match, once tags are there or what is lacking can be read. */
  readonly undecided: Reason | undefined;
  /** The members that may be acted on. */
  readonly ours: readonly Image[];
  /** Copies that only their root makes ours to retire; looked for where images leave alone. */
  readonly dependents: readonly ImageKey[];
  readonly started: boolean;
  /** Something that we took from a member may have to be given back. */
  readonly owed: boolean;
  /** People took it out of use: it grows no more, ranks for nothing, and pointers leave it. */
  readonly revoked: Revocation | undefined;
  /** People wanted undone what was done to it, a short while ago: it rests. */
  readonly restored: Word | undefined;
  /** Available everywhere it is wanted, and shared. */
  readonly finished: Certainty;
  /** The same, from what is seen in this very moment, without looking at records. */
  readonly finishedNow: Certainty;
  readonly finishedAt: Instant;
}

export function subjectOf(lineage: Lineage, policy: CompiledPolicy, world: World): Subject {
  const image = faceOf(lineage, world);
  const sight = sightOf(lineage, world);
  const found = policy.policies.map((candidate) => ({ candidate, match: matches(candidate.select, image, sight) }));
  const matched = policy.policies.filter((_candidate, place) => found[place]?.match === 'yes');
  matched.sort((a, b) => byText(a.name, b.name));
  const effective = world.merge(matched, lineage.built);
  const families = familiesOf(effective, image);
  const [family] = families;
  const recorded = recordedOf(lineage, world);
  const undecided = undecidedBy(found, image, sight);
  const leftAlone =
    untouchable(lineage, image, recorded, world) ??
    (matched.length > 0 ? undefined : (undecided ?? because(found.length === 0 ? 'no-policy' : 'not-selected'))) ??
    unsupported(lineage) ??
    conflict(effective, families, matched);
  const started = hasStarted(lineage, world.now);
  const { revoked, restored } = recorded.root ?? {};
  const ours = ourMembers(lineage, effective, world);
  const finishedNow = isFinished(lineage, ours, effective, world);
  return {
    lineage,
    face: image,
    effective,
    dependents:
      effective.retain?.unit === 'image'
        ? dependents(lineage, { by: effective.names, familyOf: (one) => familiesOf(effective, one)[0] }, policy, world)
        : [],
    ours: leftAlone ? [] : ours,
    started,
    owed: lineage.members.some(({ state }, place) => state === 'disabled' || recorded.members[place]?.returning),
    finished: wasFinished(recorded) ? 'yes' : finishedNow,
    finishedNow,
    finishedAt: recorded.root?.finishedAt ?? finishTime(lineage, world),
    family: leftAlone ? undefined : family,
    leftAlone,
    undecided,
    revoked,
    restored: restored && isResting({ restored }, world.now) ? restored : undefined,
  };
}

/** Our records of a lineage, looked up once. */
interface Recorded {
  readonly root: ImageRecord | undefined;
  /** In the order of the members. */
  readonly members: readonly (ImageRecord | undefined)[];
}

function recordedOf({ root, keys }: Lineage, world: World): Recorded {
  const { images } = world.inventory.records;
  return { root: images[root], members: keys.map((key) => images[key]) };
}

function untouchable(lineage: Lineage, image: Image, recorded: Recorded, world: World): Reason | undefined {
  const newer = recorded.root?.newer ? recorded.root : recorded.members.find((record) => record?.newer);
  if (newer) return because('record-newer', { image: newer.image });
  if (image.ownerId !== world.inventory.account) return because('foreign-image', { owner: image.ownerId });
  if (lineage.origin === 'ambiguous') return because('ambiguous-origin');
  if (lineage.origin === 'unread') return because('inventory-incomplete', { what: `source ${lineage.root}` });
  return undefined;
}

/** Why some policy may match after all. */
function undecidedBy(
  found: readonly { readonly candidate: Policy; readonly match: Match }[],
  image: Image,
  sight: Sight,
): Reason | undefined {
  const has = (match: Match): boolean => found.some((one) => one.match === match);
  if (has('undecided')) return because('tags-undecided');
  if (has('unknown')) return because('tags-unknown');
  if (!has('open')) return undefined;
  const [open] = found.flatMap(({ candidate }) => openQuestions(candidate.select, image, sight));
  return open && because('selection-undecided', { key: open.key, why: open.why });
}

function conflict(effective: Effective, families: readonly unknown[], matched: readonly Policy[]): Reason | undefined {
  const first = effective.conflicts[0];
  if (first) return because('policy-conflict', { field: first.field, policies: first.policies });
  if (families.length <= 1) return undefined;
  return because('policy-conflict', { field: 'family.key', policies: sorted(matched.map(({ name }) => name)) });
}

/** The families that the policies put the image in; `undefined` stands for an empty placeholder. */
const familiesOf = ({ families }: Effective, image: Image): readonly (string | undefined)[] =>
  distinct(families.map((template) => (template === undefined ? undefined : familyOf(template, image))));

const distinct = <T>(values: readonly T[]): readonly T[] => (values.length < 2 ? values : [...new Set(values)]);

/** Finished once is finished for ever; what we have disabled ourselves was. */
const wasFinished = ({ root, members }: Recorded): boolean =>
  root?.finishedAt !== undefined || members.some((record) => record?.disabledAt !== undefined);

function isFinished(lineage: Lineage, ours: readonly Image[], effective: Effective, world: World): Certainty {
  if (lineage.rootImage?.state !== 'available' || !hasWantedCopies(lineage, effective)) return 'no';
  if (!effective.shares) return 'yes';
  const available = ours.filter(({ state }) => state === 'available');
  const shared = available.map((image) => isShared(image, image === lineage.rootImage, effective, world));
  return shared.includes('no') ? 'no' : shared.includes('unknown') ? 'unknown' : 'yes';
}

/** Without a record, no earlier than its youngest member; unknown dates count as now, which only waits longer. */
function finishTime(lineage: Lineage, world: World): Instant {
  const dates = lineage.members.map(({ createdAt }) => createdAt);
  return dates.includes(undefined) ? world.now : (latest(dates) ?? world.now);
}
