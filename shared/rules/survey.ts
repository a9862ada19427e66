import type { ImageKey } from '../model/ids.ts';
import { type Image, keyOf } from '../model/image.ts';
import type { Inventory } from '../model/inventory.ts';
import type { Lineage } from '../model/lineage.ts';
import type { Pointer } from '../model/pointer.ts';
import type { CompiledPolicy, NotifyPolicy } from '../model/policy.ts';
import type { Instant } from '../model/time.ts';
import type { Effective } from './merge.ts';
import { claimsOf } from './pointers.ts';
import { disabledByUs, wantedFor } from './share-disabled.ts';
import { type Certainty, hasSurplus, isSharedNow, keysUnder, type WantedGrants } from './share-state.ts';
import { type Subject, subjectOf } from './subject.ts';
import { type World, worldOf } from './world.ts';

/** Every lineage with what its policies amount to. */
export interface Survey {
  readonly world: World;
  readonly subjects: readonly Subject[];
  readonly policy: CompiledPolicy;
  /** For questions about few lineages, which need not wait for all. */
  readonly subjectOf: (lineage: Lineage) => Subject;
}

interface Kept {
  readonly policy: CompiledPolicy;
  readonly now: Instant;
  readonly survey: Survey;
}

/** Several questions are asked about one inventory, one after the other; the answer to all of them begins here. */
const kept = new WeakMap<Inventory, Kept>();

export function surveyOf(inventory: Inventory, policy: CompiledPolicy, now: Instant): Survey {
  const last = kept.get(inventory);
  if (last?.policy === policy && last.now === now) return last.survey;
  const survey = lazily(worldOf(inventory, policy, now), policy);
  kept.set(inventory, { policy, now, survey });
  return survey;
}

function lazily(world: World, policy: CompiledPolicy): Survey {
  const known = new Map<Lineage, Subject>();
  const of = (lineage: Lineage): Subject => {
    const subject = known.get(lineage) ?? subjectOf(lineage, policy, world);
    known.set(lineage, subject);
    return subject;
  };
  let all: readonly Subject[] | undefined;
  return {
    world,
    policy,
    subjectOf: of,
    get subjects() {
      all ??= world.lineages.map(of);
      return all;
    },
  };
}

/** What one image should be shared with, where to look for it, and whether this run has seen all of it. */
export interface WantedSharing extends WantedGrants {
  readonly keysUnder: readonly string[];
  readonly seen: Certainty;
  /** Something would be taken back, were it not for the breaker or another guard. */
  readonly surplus: boolean;
}

/** For each image that policies share, of these lineages: what it should have and the digest to record after a check. */
export function wantedGrants(
  inventory: Inventory,
  policy: CompiledPolicy,
  now: Instant,
  concerns: (lineage: Lineage) => boolean = () => true,
): Map<ImageKey, WantedSharing> {
  const { world, subjectOf } = surveyOf(inventory, policy, now);
  const asked = world.lineages.filter(concerns).map(subjectOf);
  return new Map(
    asked.flatMap((subject) => {
      const available = subject.ours.filter(({ state }) => state === 'available');
      return [...available, ...disabledByUs(subject, world)].flatMap((image) => {
        const wanted = wantedFor(subject, image, now);
        return wanted ? [[keyOf(image), sharingOf(image, subject, wanted, world)] as const] : [];
      });
    }),
  );
}

function sharingOf(image: Image, { effective, lineage, revoked }: Subject, wanted: WantedGrants, world: World) {
  const acts = effective.takeMode === 'apply' || revoked?.disable !== undefined;
  const wasRead = world.inventory.grants[keyOf(image)]?.complete === true;
  return {
    ...wanted,
    keysUnder: keysUnder(image, image === lineage.rootImage, effective),
    seen:
      image.state !== 'disabled'
        ? isSharedNow(image, wanted, world)
        : wasRead
          ? ('yes' as const)
          : ('unknown' as const),
    surplus: acts && hasSurplus(image, wanted, world),
  };
}

/** The pointers that could name an image of each lineage. */
export function wantedPointers(inventory: Inventory, policy: CompiledPolicy, now: Instant): Map<ImageKey, Pointer[]> {
  const { subjects } = surveyOf(inventory, policy, now);
  return new Map(
    subjects.map((subject) => [subject.lineage.root, claimsOf(subject).map(({ pointer }) => pointer)] as const),
  );
}

/** Roots that are, by what is seen now, available in every wanted Region and shared. */
export function finished(inventory: Inventory, policy: CompiledPolicy, now: Instant): Set<ImageKey> {
  const { subjects } = surveyOf(inventory, policy, now);
  const done = subjects.filter(({ finishedNow, leftAlone }) => finishedNow === 'yes' && !leftAlone);
  return new Set(done.map(({ lineage }) => lineage.root));
}

/** Who is to be told of what, by the root of each lineage that a policy selects. */
export function noticesWanted(
  inventory: Inventory,
  policy: CompiledPolicy,
  now: Instant,
): Map<ImageKey, readonly NotifyPolicy[]> {
  const { subjects } = surveyOf(inventory, policy, now);
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
  const { subjects } = surveyOf(inventory, policy, now);
  return subjects.find(({ lineage }) => lineage.members.some((member) => keyOf(member) === image))?.effective;
}
