import type { ImageKey } from '../model/ids.ts';
import { type Image, isThere, keyOf } from '../model/image.ts';
import type { Inventory } from '../model/inventory.ts';
import type { Lineage } from '../model/lineage.ts';
import type { Plan, Verdict } from '../model/plan.ts';
import { namedBy, type PointerRecord, pointerKey } from '../model/pointer.ts';
import type { CompiledPolicy, Principal } from '../model/policy.ts';
import {
  type CopyIntent,
  endsWithDisable,
  type ImageRecord,
  lingersFor,
  listingGrace,
  settlingTime,
  withoutFields,
} from '../model/records.ts';
import { hour, type Instant } from '../model/time.ts';
import { imagesByKey, lineagesOf, sourceOf } from '../rules/lineages.ts';
import { recordedIn } from '../rules/recorded.ts';
import { finished, type WantedSharing, wantedGrants } from '../rules/survey.ts';
import { asShown } from './intent-shown.ts';

/** What was seen and is not yet in the store. Pure data: the sweep uses it to find work, the others to write it. */
export interface Recording {
  readonly images: readonly SeenImage[];
  readonly intents: readonly CopyIntent[];
  /** Pointers that now name what they were asked to name. */
  readonly pointers: readonly PointerRecord[];
  /** Recorded images that EC2 did not list; to be asked for by id before they are buried. */
  readonly missing: readonly ImageRecord[];
  /** Recorded as gone and listed all the same, for longer than EC2 lists what is gone. */
  readonly risen: readonly ImageRecord[];
}

export interface SeenImage {
  readonly root: ImageKey;
  readonly record: ImageRecord;
  readonly isNew: boolean;
  /** When we disabled it, where that is no longer in force: somebody has enabled it since. */
  readonly ended?: Instant;
  /** Whom policies share it with, so that drift can be told against it. */
  readonly expected: readonly Principal[];
}

/** A check of launch permissions is written down again only after this long. */
const recheckNoted = 12 * hour;

/** @param root only what concerns this lineage */
export function recordingOf(
  inventory: Inventory,
  policy: CompiledPolicy,
  plan: Plan,
  now: Instant,
  root?: ImageKey,
): Recording {
  const concerns = (one: { readonly root: ImageKey }) => root === undefined || one.root === root;
  const context: Context = {
    inventory,
    now,
    verdicts: new Map(plan.verdicts.map((verdict) => [verdict.image, verdict])),
    finished: finished(inventory, policy, now),
    wanted: wantedGrants(inventory, policy, now, concerns),
  };
  const lineages = lineagesOf(inventory).filter(concerns);
  return {
    images: lineages.flatMap((lineage) => lineage.members.flatMap((image) => changedRecord(image, lineage, context))),
    intents: lineages.flatMap((lineage) => changedIntents(lineage, context)),
    pointers: confirmedPointers(inventory).filter(concerns),
    missing: missingImages(inventory, now).filter(concerns),
    risen: risenImages(inventory, now).filter(concerns),
  };
}

interface Context {
  readonly inventory: Inventory;
  readonly now: Instant;
  readonly verdicts: ReadonlyMap<ImageKey, Verdict>;
  readonly finished: ReadonlySet<ImageKey>;
  readonly wanted: ReadonlyMap<ImageKey, WantedSharing>;
}

function changedRecord(image: Image, lineage: Lineage, context: Context): Recording['images'] {
  const key = keyOf(image);
  const before = context.inventory.records.images[key];
  if (before?.goneAt !== undefined || before?.newer) return [];
  // A record settles whose image it is, so none is made while only a tag says so.
  if (!before && lineage.origin === 'ambiguous') return [];
  const ended = endOfDisable(image, before, context.now);
  const kept = before && ended !== undefined ? withoutFields(before, endsWithDisable) : before;
  const record = nextRecord(image, lineage, kept, context);
  if (before && same(before, record)) return [];
  const expected = (context.wanted.get(key)?.principals ?? []).map(({ principal }) => principal);
  return [{ root: lineage.root, record, isNew: before === undefined, ...(ended !== undefined && { ended }), expected }];
}

/** An image that is available, and not just shown late, was enabled: if it is disabled again, that was not us. */
const endOfDisable = ({ state }: Image, before: ImageRecord | undefined, now: Instant): Instant | undefined => {
  const { disabledAt } = before ?? {};
  return state === 'available' && disabledAt !== undefined && now - disabledAt >= settlingTime ? disabledAt : undefined;
};

function nextRecord(image: Image, lineage: Lineage, before: ImageRecord | undefined, context: Context): ImageRecord {
  const key = keyOf(image);
  const verdict = context.verdicts.get(key);
  const parent = image.sourceInstanceId ? sourceOf(image) : undefined;
  const isRoot = key === lineage.root;
  const finishedAt = isRoot && context.finished.has(key) ? (before?.finishedAt ?? context.now) : before?.finishedAt;
  const ancestry = context.inventory.ancestry?.[key];
  const ancestors = before?.ancestors ?? (ancestry?.complete ? ancestry.value : undefined);
  const shares = checkedShares(key, before, context);
  const drift = driftOf(key, before, context);
  const { shares: _outdated, drift: _told, ...kept } = before ?? {};
  return {
    ...kept,
    image: key,
    root: lineage.root,
    role: isRoot ? 'root' : 'copy',
    name: image.name,
    firstSeenAt: before?.firstSeenAt ?? context.now,
    ...(lineage.built !== undefined && { built: lineage.built }),
    ...(verdict?.family !== undefined && { family: verdict.family }),
    ...(verdict?.policy !== undefined && { policy: verdict.policy }),
    ...(parent !== undefined && { parent }),
    ...(ancestors && { ancestors }),
    ...(finishedAt !== undefined && { finishedAt }),
    ...(shares && { shares }),
    ...(drift && { drift }),
  };
}

/** Everything that sharees should have is there: noted, so that the next runs need not look again. */
function checkedShares(key: ImageKey, before: ImageRecord | undefined, context: Context): ImageRecord['shares'] {
  const wanted = context.wanted.get(key);
  if (!wanted || wanted.seen === 'unknown') return before?.shares;
  if (wanted.seen === 'no') return undefined;
  const last = before?.shares;
  const isSame = last?.wanted === wanted.digest && (last.surplus ?? false) === wanted.surplus;
  if (last && isSame && context.now - last.verifiedAt < recheckNoted) return last;
  return { wanted: wanted.digest, verifiedAt: context.now, ...(wanted.surplus && { surplus: true as const }) };
}

/** Launch permissions that somebody else gave, where they were read; otherwise what was known before. */
function driftOf(key: ImageKey, before: ImageRecord | undefined, context: Context): ImageRecord['drift'] {
  if (!context.inventory.grants[key]?.complete) return before?.drift;
  const reason = context.verdicts.get(key)?.reasons.find(({ code }) => code === 'share-foreign');
  const found = reason?.data?.principals;
  return Array.isArray(found) ? found : undefined;
}

const same = (a: ImageRecord, b: ImageRecord): boolean => {
  const keys = [...new Set([...Object.keys(a), ...Object.keys(b)])] as (keyof ImageRecord)[];
  return keys.every((key) => a[key] === b[key] || JSON.stringify(a[key]) === JSON.stringify(b[key]));
};

/** intent -> copying -> copied or failed, as EC2 shows it; failed too often -> abandoned, until a copy is there after all. */
function changedIntents(lineage: Lineage, context: Context): CopyIntent[] {
  const { intents: byRoot, images } = context.inventory.records;
  const intents = Object.values(byRoot[lineage.root] ?? {});
  const sourceGone = images[lineage.root]?.goneAt !== undefined;
  return intents.flatMap((intent) => {
    const { state, region, newer } = intent;
    if (newer) return [];
    const copies = lineage.members.filter((image) => image.region === region && keyOf(image) !== lineage.root);
    const shown = state === 'intent' || state === 'copying' || state === 'abandoned';
    const next = shown ? asShown(intent, { copies, sourceGone }, context.now) : undefined;
    return next ?? (isGivenUp(intent, lineage, context) ? { ...intent, state: 'abandoned', since: context.now } : []);
  });
}

/** Whether this very plan says of the copy that it is tried no more. */
const isGivenUp = ({ state, region }: CopyIntent, { root }: Lineage, { verdicts }: Context): boolean =>
  state !== 'abandoned' &&
  (verdicts.get(root)?.reasons ?? []).some(({ code, data }) => code === 'copy-abandoned' && data?.region === region);

const confirmedPointers = ({ pointers, records }: Inventory): PointerRecord[] =>
  Object.values(records.pointers).filter(({ pointer, image, setDefault, confirmedAt }) => {
    const seen = pointers[pointerKey(pointer)];
    return confirmedAt === undefined && seen?.complete === true && namedBy(seen.value, setDefault) === image;
  });

function missingImages(inventory: Inventory, now: Instant): ImageRecord[] {
  const listed = imagesByKey(inventory);
  return recordedIn(inventory).all.filter(({ image, goneAt, newer, firstSeenAt }) => {
    const region = image.slice(0, image.indexOf('/'));
    const complete = inventory.images[region]?.complete === true;
    return goneAt === undefined && !newer && complete && !listed.has(image) && now - firstSeenAt >= listingGrace;
  });
}

const risenImages = ({ images, records }: Inventory, now: Instant): ImageRecord[] =>
  Object.values(images)
    .flatMap((seen) => (seen.complete ? seen.value : []))
    .filter(isThere)
    .flatMap((image) => {
      const record = records.images[keyOf(image)];
      return record?.goneAt !== undefined && !record.newer && now - record.goneAt >= lingersFor ? [record] : [];
    });
