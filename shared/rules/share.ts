import { because, type Reason } from '../model/codes.ts';
import { type Image, keyOf } from '../model/image.ts';
import type { Action, ActionOf } from '../model/plan.ts';
import type { Mode, Principal } from '../model/policy.ts';
import { day } from '../model/time.ts';
import { isManaged, otherManager } from './classify.ts';
import { join, nothing, type Part } from './draft.ts';
import { sorted } from './order.ts';
import { cannotShare, grantsWanted, type WantedGrants } from './share-state.ts';
import type { Subject } from './subject.ts';
import type { World } from './world.ts';

/** Launch permissions were compared this recently: no need to look again. */
export const verifiedFor = day;

/** The difference between wanted and present launch permissions, image by image. `marking`: marks set by this plan. */
export function share(subject: Subject, world: World, marking: readonly ActionOf<'mark-image'>[]): Part {
  const wanted = grantsWanted(subject.effective, world.now);
  if (!wanted) return nothing;
  const images = subject.ours.filter(({ state }) => state === 'available');
  return join(
    ...images.map((image) => {
      const mode = isManaged(image) ? 'apply' : marking.find((action) => action.image === keyOf(image))?.mode;
      if (mode === undefined) return said(image, because('unmarked'));
      return shareImage(image, subject, wanted, world, mode);
    }),
  );
}

const said = (image: Image, ...why: readonly Reason[]): Part => ({
  ...nothing,
  notes: why.map((reason) => ({ image: keyOf(image), why: reason })),
});

function shareImage(image: Image, subject: Subject, wanted: WantedGrants, world: World, mode: Mode): Part {
  const grants = world.inventory.grants[keyOf(image)];
  const blocked = cannotShare(image, image === subject.lineage.rootImage, subject.effective);
  if (!grants?.complete) {
    if (blocked && wanted.principals.length > 0) return said(image, because('cannot-share'));
    return said(image, grants ? because('shares-unread', { why: grants.why }) : lastCheck(image, wanted, world));
  }
  const isSharee = new Set(wanted.principals.map(({ principal }) => principal));
  const given = new Set(world.inventory.records.granted[keyOf(image)] ?? []);
  const surplus = sorted(grants.value).filter((principal) => !isSharee.has(principal));
  const ours = surplus.filter((principal) => wanted.exact || given.has(principal));
  const foreign = surplus.filter((principal) => !ours.includes(principal));
  const missing = wanted.principals.filter(({ principal }) => !grants.value.includes(principal));
  const possible = blocked ? [] : missing.filter(({ principal }) => principal !== 'everyone' || !image.encrypted);
  return join(
    possible.length < missing.length ? said(image, because('cannot-share')) : nothing,
    foreign.length > 0 ? said(image, because('share-foreign', { principals: foreign })) : nothing,
    missing.length === 0 && ours.length === 0 ? said(image, because('shares-verified')) : nothing,
    ...(['apply', 'plan'] as const).map((kind) => {
      const add = possible.filter((one) => (mode === 'apply' ? one.mode : 'plan') === kind);
      return additions(
        image,
        subject,
        kind,
        add.map(({ principal }) => principal),
      );
    }),
    removals(image, subject, ours),
  );
}

/** Not read in this run: either compared lately with the very same wish, or due for a look. */
function lastCheck(image: Image, wanted: WantedGrants, world: World): Reason {
  const last = world.inventory.records.images[keyOf(image)]?.shares;
  const verified = last?.wanted === wanted.digest && world.now - last.verifiedAt < verifiedFor;
  return because(verified ? 'shares-verified' : 'shares-unread');
}

function shareAction(image: Image, subject: Subject, mode: Mode, why: readonly Reason[]) {
  const { lineage, family, effective } = subject;
  return {
    kind: 'share-image' as const,
    image: keyOf(image),
    root: lineage.root,
    ...(family !== undefined && { family }),
    policy: effective.shares?.policy ?? '',
    mode,
    why,
  };
}

function additions(image: Image, subject: Subject, mode: Mode, add: readonly Principal[]): Part {
  if (add.length === 0) return nothing;
  const why = because('share-missing', { principals: add });
  const action: Action = { ...shareAction(image, subject, mode, [why]), add, remove: [] };
  return { ...nothing, actions: [action], notes: [{ image: keyOf(image), why }] };
}

/** Taking back counts as taking: it needs every policy's consent and passes the breaker. */
function removals(image: Image, subject: Subject, remove: readonly Principal[]): Part {
  if (remove.length === 0) return nothing;
  const { effective, lineage, undecided } = subject;
  const listed = new Set(effective.shares?.with.map(({ principal }) => principal));
  const expired = remove.filter((principal) => listed.has(principal));
  const unlisted = remove.filter((principal) => !listed.has(principal));
  const why = [
    ...(expired.length > 0 ? [because('share-expired', { principals: expired })] : []),
    ...(unlisted.length > 0 ? [because('share-not-listed', { principals: unlisted })] : []),
  ];
  const manager = otherManager(image);
  const guards = [
    ...(undecided ? [undecided] : []),
    ...(manager ? [because('foreign-managed', { manager, image: keyOf(image) })] : []),
    ...(isManaged(image) ? [] : [because('unmarked', { image: keyOf(image) })]),
  ];
  const action: Action = { ...shareAction(image, subject, effective.takeMode, why), add: [], remove };
  const counted = { policies: effective.names, as: lineage.root, unit: 'lineage' as const };
  return { ...nothing, candidates: [{ action, guards, counted }] };
}
