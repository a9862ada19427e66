import { because, type Code, type Reason } from '../model/codes.ts';
import type { ImageKey } from '../model/ids.ts';
import { type Image, keyOf } from '../model/image.ts';
import { keepUntilTag } from '../model/marks.ts';
import type { Revocation } from '../model/records.ts';
import { isoTime } from '../model/time.ts';
import { mayHide } from './blind.ts';
import { isManaged } from './classify.ts';
import { nothing, type Part } from './draft.ts';
import { guardsOf } from './guards.ts';
import type { Unit } from './ladder.ts';
import { minimums, type Taking } from './merge-retain.ts';
import { type Candidate, reportRequests } from './retire.ts';
import type { Subject } from './subject.ts';
import type { World } from './world.ts';

/** What people want disabled, each image by itself: what is still used in one Region keeps no other. */
export function disableRevoked(subject: Subject, world: World): Part {
  if (!subject.revoked?.disable) return nothing;
  const parts = revokedUnits(subject, world).map((unit): Part => {
    const candidates = unit.images.map((image) => candidate(image, unit, world));
    return { ...nothing, candidates, actions: reportRequests(unit, candidates, world) };
  });
  return {
    ...nothing,
    actions: parts.flatMap(({ actions }) => actions),
    candidates: parts.flatMap(({ candidates }) => candidates),
  };
}

interface RevokedUnit extends Unit {
  readonly revoked: Revocation;
}

/** The members to disable: marked images of ours that are available. */
export function revokedUnits(subject: Subject, { inventory }: World): RevokedUnit[] {
  const { revoked } = subject;
  if (!revoked?.disable) return [];
  // Stryker disable next-line ArrayDeclaration: what the fault puts in is no window.
  const taking: Taking = { ...alone, ...subject.effective.retain, unit: 'image', keepPublished: true, windows: [] };
  const members = subject.lineage.members.filter(
    (image) => image.ownerId === inventory.account && isManaged(image) && image.state === 'available',
  );
  // Stryker disable next-line ArrayDeclaration: what is unsure of a rank counts for nothing here.
  return members.map((image) => ({ subject, taking, images: [image], ranks: [], revoked }));
}

/** As careful as it gets, where no policy retires the image. */
const alone: Omit<Taking, 'unit' | 'keepPublished' | 'windows'> = {
  policy: '',
  keepLast: minimums.keepLast,
  sharedAccounts: true,
  lastLaunchedWithin: minimums.lastLaunched,
  keepTags: [keepUntilTag],
  minInUse: 1,
  stages: {},
  // Stryker disable ArrayDeclaration,StringLiteral: no image, tag or source is named as the fault is, and the rest is not asked.
  names: [],
  off: [],
  descendants: 'keep',
  excludeTags: [],
  excludeImages: [],
  recycleBin: 'optional',
  overrides: [],
  // Stryker restore ArrayDeclaration,StringLiteral
};

function candidate(image: Image, unit: RevokedUnit, world: World): Candidate {
  const { subject, taking, revoked } = unit;
  const action = {
    kind: 'disable-image',
    image: keyOf(image),
    root: subject.lineage.root,
    ...(subject.family !== undefined && { family: subject.family }),
    policy: subject.effective.names[0] ?? taking.policy,
    mode: 'apply',
    why: [because('revoked', { since: isoTime(revoked.at).slice(0, 10), reason: revoked.reason })],
  } as const;
  const guards = guardsOf(action.kind, unit.images, unit, world);
  return { action, guards: guards.filter((guard) => counts(guard, image, revoked, world)) };
}

/** Questions of age and rank, which a revocation does not put; other Regions; and children, which live on. */
const beside: readonly Code[] = [
  'launched-recently',
  'last-launch-unknown',
  'has-children',
  'shares-unread',
  'selection-undecided',
  'tags-undecided',
  'inventory-incomplete',
];

/** That somebody launches from the image, which people may know and want to end. */
const ofUse: readonly Code[] = [
  'in-use',
  'used-elsewhere',
  'shared-unchecked',
  'usage-report-missing',
  'usage-report-pending',
  'usage-report-failed',
  'eyes-broken',
  'source-silent',
];

function counts(guard: Reason, image: Image, { disable }: Revocation, world: World): boolean {
  const { code, data = {} } = guard;
  if (beside.includes(code)) return false;
  if (code === 'usage-unknown') return mayHide(guard, image.region);
  if (disable === 'all' && ofUse.includes(code)) return false;
  return code !== 'in-use' || !isInstance(keyOf(image), data.by, world);
}

/** Instances run on when their image is disabled; what launches new ones would fail. */
const isInstance = (image: ImageKey, by: unknown, { inventory }: World): boolean =>
  inventory.usage.some(
    ({ source, uses }) =>
      source === 'instances' && uses.complete && uses.value.some((use) => use.image === image && use.by === by),
  );
