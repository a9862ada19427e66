import { digest, shortDigest } from '../model/digest.ts';
import { isPortError, isRetryable, type PortError } from '../model/errors.ts';
import { type ImageId, type ImageKey, imageKey, imageRef } from '../model/ids.ts';
import { type Image, isThere, keyOf } from '../model/image.ts';
import type { ActionOf } from '../model/plan.ts';
import { type CopyIntent, type CopyRequest, listingGrace } from '../model/records.ts';
import { hour, type Instant } from '../model/time.ts';
import {
  type ActionDefinition,
  blocked,
  done,
  historyOf,
  notNeeded,
  type Result,
  type Workbench,
  waiting,
} from './action.ts';

type CopyImage = ActionOf<'copy-image'>;

/** The same wish always gives the same token, so that EC2 makes one copy however often it is asked. */
export const copyToken = (request: CopyRequest, generation: number): string => digest([request, generation]);

/** Intent first, adopt before acting: at every point a crash leaves a trace from which the next try goes on. */
export const copyImage: ActionDefinition<'copy-image'> = {
  kind: 'copy-image',
  permissions: ['ec2:CopyImage', 'ec2:CreateTags', 'ec2:DescribeImages'],
  destructive: false,
  role: () => 'on-image-event',
  apply: async (action, bench) => {
    const { intent, askedBefore } = await claim(action, bench);
    if (intent.generation !== action.generation || intent.state === 'copying' || intent.state === 'copied')
      return notNeeded(`generation ${intent.generation} is ${intent.state}`);
    const existing = await findCopy(action, bench);
    if (existing) {
      await recordCopy(action, intent.request, existing.id, bench);
      return done({ copyId: existing.id, to: intent.region, adopted: true });
    }
    return callCopy(action, intent, askedBefore, bench);
  },
};

interface Claimed {
  readonly intent: CopyIntent;
  /** When EC2 was asked for the same before: that copy may exist and not be listed yet. */
  readonly askedBefore?: Instant;
}

/** Writes the intent, unless this generation or a later one has been claimed before: then that row rules. */
async function claim(action: CopyImage, { ledger, clock }: Workbench): Promise<Claimed> {
  const { root, generation, request } = action;
  const askedAt = clock.now();
  let before: CopyIntent | undefined;
  const intent = await ledger.saveIntent(root, request.region, (prior) => {
    before = prior;
    if (!prior || prior.generation < generation)
      return { root, region: request.region, state: 'intent', generation, request, since: askedAt, askedAt };
    return prior.generation === generation && prior.state === 'intent' ? { ...prior, askedAt } : prior;
  });
  const askedBefore = before?.generation === generation ? (before.askedAt ?? before.since) : undefined;
  return { intent, ...(askedBefore !== undefined && { askedBefore }) };
}

/** A copy of this root that is there already, whoever made it and whatever we remember. */
async function findCopy(action: CopyImage, bench: Workbench): Promise<Image | undefined> {
  const copies = await bench.images.copiesOf(action.root, action.request.region);
  const present = copies.filter(
    (image) => isThere(image) && keyOf(image) !== action.root && image.ownerId === bench.account,
  );
  for (const image of present) if (await isProven(image, action.root, bench)) return image;
  return undefined;
}

/** EC2 says so, or our record does: a mark alone is a tag, which anybody may write on any image. */
async function isProven(image: Image, root: ImageKey, { ledger }: Workbench): Promise<boolean> {
  const { sourceImageId, sourceImageRegion = imageRef(root).region } = image;
  if (sourceImageId !== undefined) return imageKey(sourceImageRegion, sourceImageId) === root;
  const record = await ledger.image(keyOf(image));
  return record?.role === 'copy' && record.root === root;
}

async function callCopy(
  action: CopyImage,
  intent: CopyIntent,
  askedBefore: Instant | undefined,
  bench: Workbench,
): Promise<Result> {
  try {
    const id = await bench.images.copy(intent.request, copyToken(intent.request, intent.generation));
    await recordCopy(action, intent.request, id, bench);
    return done({ copyId: id, to: intent.region });
  } catch (error) {
    if (isPortError(error, 'name-taken')) return withOtherName(action, intent, askedBefore, bench);
    if (isPortError(error, 'quota')) return waiting('as many copies are under way as EC2 allows', error);
    if (isRetryable(error) && isPortError(error)) return waiting(error.message, error);
    if (isPortError(error, 'denied', 'invalid', 'not-found', 'region-unavailable'))
      return refused(action, intent, error, bench);
    throw error;
  }
}

/** What somebody else has to mend first is tried again after this long. */
const refusalRests = hour;

/** A request that EC2 calls invalid counts as a failed try and ends like one; anything else rests and keeps its turn. */
async function refused(action: CopyImage, intent: CopyIntent, error: PortError, bench: Workbench): Promise<Result> {
  const since = bench.clock.now();
  const after: Partial<CopyIntent> =
    error.kind === 'invalid' ? { state: 'failed', since } : { retryAt: since + refusalRests };
  await bench.ledger.saveIntent(action.root, intent.region, (prior) => ({
    ...(prior ?? intent),
    ...after,
    reason: error.message,
  }));
  return blocked(error.message, error);
}

/**
 * Another image has the name: ours gets a short hash of its root, and the row says so before the call. Not while that
 * image may be the copy of an earlier try, whose answer nobody heard and which is not listed yet.
 */
async function withOtherName(
  action: CopyImage,
  intent: CopyIntent,
  askedBefore: Instant | undefined,
  bench: Workbench,
): Promise<Result> {
  if (askedBefore !== undefined && bench.clock.now() < askedBefore + listingGrace)
    return waiting('its name is taken, perhaps by a copy that was asked for just now');
  const suffix = `-${shortDigest(action.root)}`;
  if (intent.request.name.endsWith(suffix))
    return blocked(`the names ${intent.request.name} and without ${suffix} are taken`);
  const name = intent.request.name.slice(0, 128 - suffix.length) + suffix;
  const renamed = await bench.ledger.saveIntent(action.root, intent.region, (prior) => ({
    ...(prior ?? intent),
    request: { ...intent.request, name },
  }));
  return callCopy(action, renamed, undefined, bench);
}

async function recordCopy(action: CopyImage, request: CopyRequest, copyId: ImageId, bench: Workbench): Promise<void> {
  const now = bench.clock.now();
  const copy = imageKey(request.region, copyId);
  await bench.ledger.saveIntent(action.root, request.region, (prior) => ({
    ...(prior ?? { root: action.root, region: request.region, generation: action.generation, request }),
    state: 'copying',
    copyId,
    since: now,
  }));
  const root = await bench.ledger.image(action.root);
  await bench.ledger.saveImage(copy, (record) => ({
    ...(record ?? { image: copy, role: 'copy', name: request.name, firstSeenAt: now }),
    root: action.root,
    role: 'copy',
    ...(root?.built !== undefined && { built: root.built }),
    ...(action.family !== undefined && { family: action.family }),
    policy: action.policy,
  }));
  await historyOf(action, bench, 'after', { copy, generation: action.generation });
}
