import { because, type Reason } from '../model/codes.ts';
import type { Evidence } from '../model/evidence.ts';
import { type ImageKey, imageRef } from '../model/ids.ts';
import type { Image, ImageState, Severity } from '../model/image.ts';
import { type ReferenceSourceName, type ReportedUse, referenceSources, reportLife } from '../model/references.ts';
import type { Instant } from '../model/time.ts';
import { mayHide, unreadSources } from './blind.ts';
import { type Descendant, type Descent, descentFrom } from './descent.ts';
import { mayBeUsedElsewhere, mostOf, standingOf } from './elsewhere.ts';
import { referencesTo } from './guards-references.ts';
import { byText, latest, sorted } from './order.ts';
import { type User, usersByImage, type World } from './world.ts';

/** What is known about one image on a bad day: whether it is there, what Inspector found, and who uses it. */
export interface AffectedImage {
  readonly image: ImageKey;
  readonly name?: string;
  /** EC2's state, `gone` once it was deregistered, `unknown` where it cannot be seen. */
  readonly state: ImageState | 'gone' | 'unknown';
  /** Absent where the image was not seen. */
  readonly severity?: Evidence<Severity | undefined>;
  readonly fixAvailableSince?: Instant;
  /** `not-seen` only where everything was read that could show a use. */
  readonly use: 'in-use' | 'not-seen' | 'unknown';
  readonly users: readonly ImageUser[];
  /** Pointers of ours that name it: `parameter /golden/latest`. */
  readonly pointers: readonly string[];
  /** What EC2 counted in other accounts, and when. */
  readonly elsewhere?: { readonly at: Instant; readonly uses: readonly ReportedUse[] };
  /** What could not be read and may show more. */
  readonly unread: readonly Reason[];
}

export interface ImageUser {
  readonly source: User['source'] | ReferenceSourceName;
  readonly region: string;
  readonly by: string;
}

export interface AffectedLineage extends Omit<Descendant, 'images'> {
  readonly images: readonly AffectedImage[];
}

export interface Affected {
  /** Whether the image that was asked about is, or may have been, of this account. */
  readonly ours: boolean;
  readonly lineages: readonly AffectedLineage[];
  readonly unsure: Descent['unsure'];
  /** Sources, Regions and pointers that could not be read. */
  readonly blind: readonly Reason[];
}

/** What descends from an image, and who uses each of these images. */
export function affectedBy(image: ImageKey, world: World): Affected {
  const { lineages, unsure } = descentFrom(image, world);
  const blind = blindSpots(world);
  const users = usersByImage(world.inventory, world.images);
  const ours = lineages[0].images.some((one) => isOurs(one, world));
  return {
    ours,
    lineages: lineages.map((lineage, nth) => ({
      ...lineage,
      images: lineage.images.map((key) => {
        const seen = { users: users.get(key) ?? [], blind, ours: nth > 0 || ours };
        return affectedImage(key, seen, world);
      }),
    })),
    unsure,
    blind,
  };
}

const isOurs = (key: ImageKey, { images, inventory }: World): boolean =>
  images.has(key) || inventory.records.images[key] !== undefined;

function blindSpots(world: World): Reason[] {
  const regions = [...world.unreadable].map(([region, why]) => because('region-unreadable', { region, why }));
  const pointers = Object.entries(world.inventory.pointers).flatMap(([key, seen]) => {
    const end = key.indexOf(' ');
    const named = { region: key.slice(0, end), pointer: key.slice(end + 1) };
    return seen.complete ? [] : [because('pointer-unread', { ...named, why: seen.why })];
  });
  // Stryker disable next-line ArrayDeclaration: no source is named as the fault is.
  return [...regions, ...unreadSources([], world), ...pointers];
}

interface Seen {
  readonly users: readonly User[];
  readonly blind: readonly Reason[];
  readonly ours: boolean;
}

function affectedImage(key: ImageKey, seen: Seen, world: World): AffectedImage {
  const image = world.images.get(key);
  const record = world.inventory.records.images[key];
  const name = image?.name ?? record?.name;
  const single = singleUse(key, image, seen.ours, world);
  const pointers = sorted(world.published.get(key) ?? []);
  const users = sortedUsers([...seen.users, ...single.users]).filter(({ by }) => !pointers.includes(by));
  const elsewhere = reportedOn(key, world);
  const unread = [...seen.blind.filter((reason) => concerns(reason, key)), ...single.unread];
  const isUsed = users.length + pointers.length + (elsewhere?.uses.length ?? 0) > 0 || single.elsewhere;
  return {
    image: key,
    ...(name !== undefined && { name }),
    state: stateOf(image, record?.goneAt),
    ...(image && { severity: image.severity }),
    ...(image?.fixAvailableSince !== undefined && { fixAvailableSince: image.fixAvailableSince }),
    use: isUsed ? 'in-use' : unread.length > 0 ? 'unknown' : 'not-seen',
    users,
    pointers,
    ...(elsewhere && { elsewhere }),
    unread,
  };
}

function stateOf(image: Image | undefined, goneAt: Instant | undefined): AffectedImage['state'] {
  if (image && image.state !== 'deregistered') return image.state;
  return image === undefined && goneAt === undefined ? 'unknown' : 'gone';
}

/** Where images could not be listed, their use was asked for all the same. */
const concerns = (reason: Reason, key: ImageKey): boolean =>
  reason.code !== 'region-unreadable' && mayHide(reason, imageRef(key).region);

/** What is read image by image, of images that are there and ours: EC2 tells it of no others. */
function singleUse(key: ImageKey, image: Image | undefined, ours: boolean, world: World) {
  if (!ours) return { users: [], unread: [], elsewhere: false };
  if (!image || image.state === 'deregistered') return { users: [], unread: [uncounted(key)], elsewhere: false };
  const referring = referenceSources.map((source) => ({ source, reasons: referencesTo(key, source, world) }));
  const shared = mayBeUsedElsewhere(image, world.inventory) ? standingOf(key, world).reasons : [];
  const users = referring.flatMap(({ source, reasons }) =>
    reasons.flatMap(({ code, data }): ImageUser[] =>
      // Stryker disable next-line OptionalChaining: what says that it is in use says by whom.
      code === 'in-use' ? [{ source, region: image.region, by: String(data?.by) }] : [],
    ),
  );
  return {
    users,
    unread: [...referring.flatMap(({ reasons }) => reasons), ...shared].filter(
      ({ code }) => code !== 'in-use' && code !== 'used-elsewhere',
    ),
    elsewhere: shared.some(({ code }) => code === 'used-elsewhere'),
  };
}

const uncounted = (image: ImageKey): Reason =>
  because('image-usage-unknown', { source: 'usage reports', image, why: 'it is gone or was not seen' });

/** The last counts, of any age: an old one cannot say that nobody uses the image, but it can say who did. */
function reportedOn(key: ImageKey, { inventory }: World): AffectedImage['elsewhere'] {
  const seen = inventory.reports?.[key];
  if (!seen?.complete) return undefined;
  const done = seen.value.filter(({ state }) => state === 'available');
  const at = latest(done.map(({ createdAt }) => createdAt));
  if (at === undefined) return undefined;
  const counted = done.filter(({ createdAt }) => at - createdAt <= reportLife).flatMap(({ uses }) => uses);
  const others = counted.filter(({ account, count }) => account !== inventory.account && count > 0);
  return { at, uses: mostOf(others).sort((a, b) => byText(`${a.account} ${a.type}`, `${b.account} ${b.type}`)) };
}

const sortedUsers = (users: readonly ImageUser[]): ImageUser[] =>
  [...users].sort((a, b) => byText(`${a.source} ${a.region} ${a.by}`, `${b.source} ${b.region} ${b.by}`));
