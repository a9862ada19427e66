import { because, type Code, type Reason } from '../model/codes.ts';
import { digest } from '../model/digest.ts';
import { type ImageKey, imageKey, type Region } from '../model/ids.ts';
import { isLive, keyOf } from '../model/image.ts';
import type { PublishImage, Verdict } from '../model/plan.ts';
import { isNewer, namedBy, type PointerState, publishTag, type Release } from '../model/pointer.ts';
import { isoTime } from '../model/time.ts';
import { isSourceRegion } from './copies.ts';
import { join, nothing, type Part, said as say } from './draft.ts';
import { sorted } from './order.ts';
import { type Claim, claimsByPointer, imageAt, withoutPlace } from './pointers.ts';
import { type Context, contextOf, notForward, type Ready } from './publish-forward.ts';
import { isShared } from './share-state.ts';
import { inPlaceOf, isPassedOver, leaving, leftBy, toldOf, withWord } from './stand-in.ts';
import type { Subject } from './subject.ts';
import { type World, worldSkew } from './world.ts';

/** What is to be said and done about the pointers of each growing lineage. */
export function publish(subjects: readonly Subject[], world: World): Map<ImageKey, Part> {
  const parts = new Map<ImageKey, Part>();
  const add = (root: ImageKey, part: Part) => parts.set(root, join(parts.get(root) ?? nothing, part));
  for (const subject of subjects) {
    const part = join(withoutPlace(subject), outOfUse(subject));
    if (part.notes.length > 0) add(subject.lineage.root, part);
  }
  const pointers = [...claimsByPointer(subjects).values()];
  if (pointers.length === 0) return parts;
  const context = contextOf(world);
  for (const claims of pointers) for (const { root, part } of onePointer(claims, context)) add(root, part);
  return parts;
}

interface Said {
  readonly root: ImageKey;
  readonly part: Part;
}

/** The newest lineage that is ready moves the pointer; one that is newer and not ready only waits. */
function onePointer(claims: readonly Claim[], context: Context): Said[] {
  const growing = claims.filter(
    ({ subject }) => !subject.started && !subject.revoked && subject.lineage.rootImage !== undefined,
  );
  const families = sorted(growing.map(({ subject }) => `${subject.family} (${subject.face.architecture})`));
  if (families.length > 1) return growing.map((claim) => said(claim, 'pointer-conflict', { families }));
  const left = growing[0] && leftBy(growing[0], context);
  const passes = ({ subject }: Claim): boolean =>
    left !== undefined && isPassedOver(subject.lineage, left, context.world);
  const fit = growing.filter((claim) => !passes(claim));
  const ready = fit.flatMap((claim) => readyFor(claim, context.world) ?? []);
  const newest = ready.reduce<Ready | undefined>((a, b) => (a && isNewer(a.release, b.release) ? a : b), undefined);
  const next = newer(fit, newest, context.world)[0];
  const passed = left ? newer(growing.filter(passes), newest, context.world) : [];
  return [
    ...(newest ? [{ root: newest.subject.lineage.root, part: step(withWord(newest, left), context) }] : []),
    ...(next ? [waits(next, context)] : []),
    ...(left ? passed.map((claim) => said(claim, 'passed-over', inPlaceOf(left, context.world))) : []),
  ];
}

function readyFor(claim: Claim, world: World): Ready | undefined {
  const { subject, wish } = claim;
  const release = releaseOf(subject, world);
  const image = imageAt(claim);
  if (!release || !image) return undefined;
  const complete = wish.together
    ? subject.finishedNow
    : isShared(image, image === subject.lineage.rootImage, subject.effective, world);
  return complete === 'yes' ? { ...claim, image, release } : undefined;
}

/** An image whose date is unreadable or in the future is never published: nothing could follow it. */
function releaseOf({ lineage }: Subject, world: World): Release | undefined {
  const { built, root } = lineage;
  return built === undefined || built > world.now + worldSkew ? undefined : { built, root };
}

/** Those that are newer than the newest ready one and may still become ready, the newest first. */
function newer(claims: readonly Claim[], newest: Ready | undefined, world: World): Claim[] {
  const dated = claims.flatMap((claim) => {
    const release = releaseOf(claim.subject, world);
    const { rootImage } = claim.subject.lineage;
    return release && rootImage && isLive(rootImage) && !(newest && !isNewer(release, newest.release))
      ? [{ claim, release }]
      : [];
  });
  return dated.sort((a, b) => (isNewer(a.release, b.release) ? -1 : 1)).map(({ claim }) => claim);
}

function waits(claim: Claim, { world }: Context): Said {
  const { subject, wish, key, pointer } = claim;
  const seen = world.inventory.pointers[key];
  const named = seen?.complete ? namedBy(seen.value, wish.setDefault) : undefined;
  if (isMember(subject, named, pointer.region)) return said(claim, 'published-here', {});
  const from = named && nameOf(named, pointer.region, world);
  const regions = wish.together ? missingIn(subject, world) : [pointer.region];
  return said(claim, 'publish-waits', {
    regions,
    policy: wish.policy,
    to: subject.face.name,
    ...(from !== undefined && { from }),
  });
}

/** Regions that lack an available image, or where it is not shared for sure. */
function missingIn(subject: Subject, world: World): Region[] {
  const { lineage, effective, ours } = subject;
  const copies = effective.copies.filter((copy) => copy.since && !isSourceRegion(lineage, copy));
  const regions = sorted([subject.face.region, ...copies.map(({ region }) => region)]);
  const missing = regions.filter((region) => {
    const here = ours.filter((image) => image.region === region && image.state === 'available');
    return !here.some((image) => isShared(image, image === lineage.rootImage, effective, world) === 'yes');
  });
  return missing.length > 0 ? missing : regions;
}

function step(claim: Ready, context: Context): Part {
  const { key, pointer, wish, subject } = claim;
  const { inventory } = context.world;
  const seen = inventory.pointers[key];
  if (!seen?.complete) return note(claim, 'pointer-unread', { why: seen ? seen.why : 'it was not read' });
  if (inventory.records.pointers[key]?.newer) return note(claim, 'record-newer', { image: key });
  const state = seen.value;
  if (pointer.kind === 'launch-template' && state.kind === 'absent') return note(claim, 'pointer-absent', {});
  if (state.kind === 'launch-template' && !state.publishable)
    return note(claim, 'pointer-untagged', { tag: publishTag });
  if (isMember(subject, namedBy(state, wish.setDefault), pointer.region)) return note(claim, 'published-here', {});
  const obstacle = notForward(claim, state, context);
  return obstacle ? note(claim, obstacle.code, obstacle.data, obstacle.next) : move(claim, state, context);
}

function move(claim: Ready, state: PointerState, context: Context): Part {
  const { world } = context;
  const { key, pointer, wish, subject, image, release } = claim;
  const from = namedBy(state, wish.setDefault);
  const fromName = from && nameOf(from, pointer.region, world);
  const record = world.inventory.records.pointers[key];
  const isRetry = record?.root === release.root && record.confirmedAt === undefined;
  const left = leaving(claim, context);
  const told = { ...(fromName !== undefined && { from: fromName }) };
  const why = left ? reason(claim, 'publish-back', toldOf(left, world)) : reason(claim, 'publish-due', told);
  const action: PublishImage = {
    kind: 'publish-image',
    image: keyOf(image),
    root: release.root,
    // Stryker disable next-line ConditionalExpression: what has no family claims no pointer.
    ...(subject.family !== undefined && { family: subject.family }),
    policy: wish.policy,
    mode: wish.mode,
    why: [why],
    pointer,
    seen: digest(state),
    built: release.built,
    name: subject.face.name,
    ...(from !== undefined && { from }),
    ...(fromName !== undefined && { fromName }),
    setDefault: wish.setDefault,
    ...(left && { leaves: left.root }),
    ...(claim.despite !== undefined && { despite: claim.despite }),
    attempt: isRetry ? record.attempt + 1 : 1,
  };
  return { ...nothing, actions: [action] };
}

/** An image that people took out of use says so, wherever it is. */
const outOfUse = ({ revoked, ours }: Subject): Part => {
  if (!revoked) return nothing;
  const why = because('revoked', { since: isoTime(revoked.at).slice(0, 10), reason: revoked.reason });
  return join(...ours.map((image) => say(image, why)));
};

const isMember = ({ ours }: Subject, id: string | undefined, region: Region): boolean =>
  ours.some((image) => image.region === region && image.id === id && image.state === 'available');

function nameOf(id: string, region: Region, { images, inventory }: World): string {
  const key = imageKey(region, id);
  return images.get(key)?.name ?? inventory.records.images[key]?.name ?? id;
}

const reason = ({ pointer }: Claim, code: Code, data: NonNullable<Reason['data']>): Reason =>
  because(code, { pointer: pointer.name, region: pointer.region, ...data });

function note(claim: Claim, code: Code, data: NonNullable<Reason['data']>, next?: Verdict['next']): Part {
  const image = imageAt(claim) ?? claim.subject.face;
  return { ...nothing, notes: [{ image, why: reason(claim, code, data), ...(next && { next }) }] };
}

const said = (claim: Claim, code: Code, data: NonNullable<Reason['data']>): Said => ({
  root: claim.subject.lineage.root,
  part: note(claim, code, data),
});
