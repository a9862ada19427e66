import type { Code, Reason } from '../model/codes.ts';
import { type ImageId, type ImageKey, imageKey, type Region } from '../model/ids.ts';
import { type Image, keyOf } from '../model/image.ts';
import type { Lineage } from '../model/lineage.ts';
import type { Verdict } from '../model/plan.ts';
import {
  claimLife,
  everyNamed,
  isNewer,
  namedBy,
  type PointerRecord,
  type PointerState,
  type Release,
} from '../model/pointer.ts';
import type { Revocation } from '../model/records.ts';
import type { Instant } from '../model/time.ts';
import { retryDelay } from './copy-state.ts';
import type { Claim } from './pointers.ts';
import type { World } from './world.ts';

/** A lineage that a pointer may name. */
export interface Ready extends Claim {
  readonly image: Image;
  readonly release: Release;
  /** People put it in the place of a revoked one, at this time: nothing that was built by then is in its way. */
  readonly despite?: Instant;
}

export interface Context {
  readonly world: World;
  readonly lineageOf: ReadonlyMap<ImageKey, Lineage>;
}

export const contextOf = (world: World): Context => ({
  world,
  lineageOf: new Map(world.lineages.flatMap((lineage) => lineage.members.map((image) => [keyOf(image), lineage]))),
});

export interface Obstacle {
  readonly code: Code;
  readonly data: NonNullable<Reason['data']>;
  readonly next?: NonNullable<Verdict['next']>;
}

/** Why moving the pointer now might take it back, meet another run, or undo what somebody did on purpose. */
export const notForward = (ready: Ready, state: PointerState, context: Context): Obstacle | undefined =>
  behindWhatIsNamed(ready, state, context) ?? behindWhatWasAsked(ready, state, context);

const recordOf = ({ key }: Claim, { inventory }: World): PointerRecord | undefined => inventory.records.pointers[key];

/** Pointers leave what people revoked, also towards an older image. */
export const revocationOf = (
  { root }: { readonly root: ImageKey | undefined },
  { inventory }: World,
): Revocation | undefined => root && inventory.records.images[root]?.revoked;

function behindWhatIsNamed(ready: Ready, state: PointerState, context: Context): Obstacle | undefined {
  for (const image of everyNamed(state)) {
    const named = releaseNamed(image, ready.pointer.region, recordOf(ready, context.world), context);
    if (!named) return { code: 'pointer-foreign', data: { image } };
    if (isAhead(named, ready, context.world)) return { code: 'pointer-ahead', data: { image } };
  }
  return undefined;
}

/** How old a named image is: by its lineage, by our record of it, or by what the pointer was asked to name. */
function releaseNamed(
  id: ImageId,
  region: Region,
  record: PointerRecord | undefined,
  { world, lineageOf }: Context,
): Release | undefined {
  const key = imageKey(region, id);
  const image = world.images.get(key);
  if (image && image.ownerId !== world.inventory.account) return undefined;
  const known = lineageOf.get(key) ?? world.inventory.records.images[key];
  if (known?.built !== undefined) return { built: known.built, root: known.root };
  return record?.image === id ? record : undefined;
}

/** Newer, and in the way: what is revoked is not, nor what people passed over. */
const isAhead = (other: Release, { release, despite = Number.NEGATIVE_INFINITY }: Ready, world: World): boolean =>
  isNewer(other, release) && !revocationOf(other, world) && other.built > despite;

function behindWhatWasAsked(ready: Ready, state: PointerState, context: Context): Obstacle | undefined {
  const { release, pointer, wish } = ready;
  const { world } = context;
  const record = recordOf(ready, world);
  if (!record) return undefined;
  const { image } = record;
  const isSame = record.root === release.root;
  if (isAhead(record, ready, world)) return { code: 'pointer-ahead', data: { image } };
  if (record.confirmedAt === undefined) {
    const at = record.since + (isSame ? retryDelay(record.attempt) : claimLife);
    if (world.now >= at) return undefined;
    return { code: 'publish-pending', data: { image }, next: { step: 'publish-image', at, region: pointer.region } };
  }
  const to = namedBy(state, wish.setDefault);
  const wasHere = isSame && record.setDefault === wish.setDefault;
  if (!wasHere || to === undefined || to === image) return undefined;
  const shown = releaseNamed(to, pointer.region, record, context);
  // Whoever moved it there on purpose did not know what is known now.
  return shown && revocationOf(shown, world) ? undefined : { code: 'pointer-moved', data: { to } };
}
