import { because, type Reason } from '../model/codes.ts';
import { type Image, keyOf } from '../model/image.ts';
import type { Action, ActionOf } from '../model/plan.ts';
import { type Mode, mostEntities, type Principal } from '../model/policy.ts';
import { day } from '../model/time.ts';
import { isManaged } from './classify.ts';
import { join, nothing, type Part, said } from './draft.ts';
import { sorted } from './order.ts';
import { refusals, restingRefusals, shareFields, takenBack, whyTaken } from './share-action.ts';
import { takeFromDisabled } from './share-disabled.ts';
import { cannotShare, grantsWanted, neverPublic, type WantedGrants } from './share-state.ts';
import { type Sharing, shareStorage } from './share-storage.ts';
import type { Subject } from './subject.ts';
import type { World } from './world.ts';

/** Launch permissions were compared this recently: no need to look again. */
export const verifiedFor = day;

/** The difference between wanted and present sharing, image by image. `marking`: marks set by this plan. */
export function share(subject: Subject, world: World, marking: readonly ActionOf<'mark-image'>[]): Part {
  const wanted = grantsWanted(subject.effective, world.now);
  if (!wanted) return nothing;
  const images = subject.ours.filter(({ state }) => state === 'available');
  return join(
    takeFromDisabled(subject, wanted, world),
    ...images.map((image) => {
      const mode = isManaged(image) ? 'apply' : marking.find((action) => action.image === keyOf(image))?.mode;
      if (mode === undefined) return said(image, because('unmarked'));
      const isRoot = image === subject.lineage.rootImage;
      const blocked = cannotShare(image, isRoot, subject.effective, world);
      const sharing: Sharing = { image, subject, wanted, world, mode, blocked };
      return join(shareImage(sharing), shareStorage(sharing));
    }),
  );
}

function shareImage(sharing: Sharing): Part {
  const { image, subject, wanted, world, blocked } = sharing;
  const grants = world.inventory.grants[keyOf(image)];
  if (!grants?.complete) {
    if (blocked && wanted.principals.length > 0) return said(image, because('cannot-share'));
    return said(image, grants ? because('shares-unread', { why: grants.why }) : lastCheck(image, wanted, world));
  }
  const isSharee = new Set(wanted.principals.map(({ principal }) => principal));
  const given = world.inventory.records.granted[keyOf(image)];
  const surplus = sorted(grants.value).filter((principal) => !isSharee.has(principal));
  const ours = surplus.filter((principal) => wanted.exact || given?.includes(principal));
  const foreign = surplus.filter((principal) => !ours.includes(principal));
  const missing = wanted.principals.filter(({ principal }) => !grants.value.includes(principal));
  const resting = restingRefusals(image, world).filter(({ on }) => on === undefined);
  const rests = (principal: Principal) => resting.some((one) => one.principal === principal);
  return join(
    foreign.length > 0 ? said(image, because('share-foreign', { principals: foreign })) : nothing,
    missing.length === 0 && ours.length === 0 ? said(image, because('shares-verified')) : nothing,
    refusals(
      image,
      resting.filter(({ principal }) => ours.includes(principal) || missing.some((one) => one.principal === principal)),
    ),
    allAdditions(sharing, missing, rests),
    removals(
      image,
      subject,
      ours.filter((principal) => !rests(principal)),
    ),
  );
}

/** Not read in this run: either compared lately with the very same wish, or due for a look. */
function lastCheck(image: Image, wanted: WantedGrants, world: World): Reason {
  const last = world.inventory.records.images[keyOf(image)]?.shares;
  const verified = last?.wanted === wanted.digest && world.now - last.verifiedAt < verifiedFor;
  return because(verified ? 'shares-verified' : 'shares-unread');
}

/** A part of them would get it and the others not, so all wait until somebody has decided. */
function beyondQuota({ image, subject, world }: Sharing, missing: WantedGrants['principals']): Reason | undefined {
  const grants = world.inventory.grants[keyOf(image)];
  const present = grants?.complete ? grants.value : [];
  const all = new Set([...present, ...missing.map(({ principal }) => principal)]);
  all.delete('everyone');
  if (all.size <= mostEntities || subject.effective.shares?.quotaRaised) return undefined;
  return because('share-beyond-quota', { count: all.size, limit: mostEntities });
}

/** Everyone apart from the others, so that a refusal to be public keeps nobody else out. */
function allAdditions(
  sharing: Sharing,
  missing: WantedGrants['principals'],
  rests: (principal: Principal) => boolean,
): Part {
  const { image, subject, mode, blocked } = sharing;
  const why = neverPublic(image);
  const beyond = missing.length > 0 ? beyondQuota(sharing, missing) : undefined;
  const isPublic = ({ principal }: { principal: Principal }) => principal === 'everyone';
  const possible = missing.filter((one) => !blocked && (isPublic(one) ? why === undefined : !beyond));
  const due = possible.filter(({ principal }) => !rests(principal));
  return join(
    blocked && missing.length > 0 ? said(image, because('cannot-share')) : nothing,
    beyond ? said(image, beyond) : nothing,
    why !== undefined && missing.some(isPublic) ? said(image, because('cannot-be-public', { why })) : nothing,
    ...(['apply', 'plan'] as const).flatMap((kind) =>
      [false, true].map((open) => {
        // Stryker disable next-line EqualityOperator: the other way round, each is apart from the other as well.
        const alike = due.filter((one) => isPublic(one) === open);
        const add = alike.filter((one) => (mode === 'apply' ? one.mode : 'plan') === kind);
        return additions(
          image,
          subject,
          kind,
          add.map(({ principal }) => principal),
        );
      }),
    ),
  );
}

function additions(image: Image, subject: Subject, mode: Mode, add: readonly Principal[]): Part {
  if (add.length === 0) return nothing;
  const why = because('share-missing', { principals: add });
  const action: Action = { kind: 'share-image', ...shareFields(image, subject, mode, [why]), add, remove: [] };
  return { ...nothing, actions: [action] };
}

function removals(image: Image, subject: Subject, remove: readonly Principal[]): Part {
  if (remove.length === 0) return nothing;
  const fields = shareFields(image, subject, subject.effective.takeMode, whyTaken(subject, remove));
  return takenBack(image, subject, { kind: 'share-image', ...fields, add: [], remove });
}
