import { imageFromEc2 } from '../../shared/aws/image-from-ec2.ts';
import { type Evidence, known, unknown } from '../../shared/model/evidence.ts';
import { type AccountId, type ImageKey, imageKey, imageRef, type Region } from '../../shared/model/ids.ts';
import type { Image } from '../../shared/model/image.ts';
import type { Origin } from '../../shared/model/inventory.ts';
import { sourceOf } from '../../shared/rules/lineages.ts';
import { type Answers, absent } from './answers.ts';
import type { Document } from './document.ts';
import { doubtOn, type Item, type Listing, type Listings } from './listings.ts';
import type { SavedImage } from './shapes.ts';

type Ec2Image = Parameters<typeof imageFromEc2>[1];

/** EC2 gives these for every image of one's own; without them nothing can be said about it. */
const always = ['OwnerId', 'State', 'Public'] as const;
const onceFinished = ['Name', 'Architecture', 'RootDeviceType', 'BlockDeviceMappings', 'CreationDate'] as const;
/** Absent from an image, they mean "none"; absent from all images of a file, the file may simply not carry them. */
const optional = ['Tags', 'LastLaunchedTime', 'DeregistrationProtection'] as const;

/** The account's own images in a Region. Others are left out: they only tell that a source is somebody else's. */
export function ownImages(region: Region, answers: Answers, account: AccountId): Evidence<readonly Image[]> {
  const listing = answers.images.get(region);
  if (!listing) return unknown(absent('Images', region));
  const own = ownItems(listing, account);
  const perhapsOwn = listing.items.filter(({ value }) => value.OwnerId === undefined || value.OwnerId === account);
  const why = doubtOn(pagesOf(listing, own), answers.newest) ?? lacking(perhapsOwn) ?? sourcesLacking(own);
  if (why !== undefined) return unknown(why);
  return known(
    byFile(own).flatMap(({ items, fields }) =>
      items.map(({ value }) => imageFromEc2(region, value as Ec2Image, { fieldsPresent: fields })),
    ),
  );
}

const ownItems = (listing: Listing<SavedImage>, account: AccountId): Item<SavedImage>[] =>
  listing.items.filter(({ value }) => value.OwnerId === account);

/** Each file may come from another version of the AWS CLI. `fields`: those that any of its images carries. */
const byFile = (own: readonly Item<SavedImage>[]) =>
  [...Map.groupBy(own, ({ document }) => document)].map(([{ path }, items]) => ({
    path,
    items,
    fields: new Set(items.flatMap(({ value }) => Object.keys(value).filter((key) => value[key] !== undefined))),
  }));

/** A file of other accounts' images alone is no page of the list of one's own. */
function pagesOf({ pages, items }: Listing<SavedImage>, own: readonly Item<SavedImage>[]): Document[] {
  const holding = (list: readonly Item<SavedImage>[]) => new Set(list.map(({ document }) => document));
  const [mine, filled] = [holding(own), holding(items)];
  return pages.filter((page) => mine.has(page) || !filled.has(page));
}

function lacking(items: readonly Item<SavedImage>[]): string | undefined {
  const poor = items.flatMap(({ value, document }) => {
    const isFinished = value.State === 'available' || value.State === 'disabled';
    const missing = [...always, ...(isFinished ? onceFinished : [])].filter((field) => value[field] === undefined);
    return missing.length === 0 ? [] : [`${value.ImageId} in ${document.path} lacks ${missing.join(', ')}`];
  });
  return poor.sort()[0];
}

/**
 * Images of which nobody knows what they were copied from would count as roots. EC2 gives DeregistrationProtection for
 * every image of one's own, and the AWS CLI learned both words in the same year: with neither, it is older than both.
 */
function sourcesLacking(own: readonly Item<SavedImage>[]): string | undefined {
  const poor = byFile(own).find(
    ({ fields }) => !fields.has('SourceImageId') && !fields.has('DeregistrationProtection'),
  );
  return (
    poor &&
    `no image in ${poor.path} carries SourceImageId or DeregistrationProtection, so copies cannot be told from other images: save them with a newer AWS CLI`
  );
}

/** What the lists of a Region lack, or may lack, without saying so. */
export function notesOnImages(listings: Listings<SavedImage>, account: AccountId): string[] {
  return [...listings].flatMap(([region, listing]) => {
    const own = ownItems(listing, account);
    if (own.length === 0)
      return listing.items.length === 0
        ? []
        : [`${region}: none of its ${listing.items.length} images belongs to ${account}`];
    const lost = byFile(own).map(({ path, fields }) => ({ path, names: optional.filter((name) => !fields.has(name)) }));
    return [
      ...lost
        .filter(({ names }) => names.length > 0)
        .map(({ path, names }) => `${path}: no image carries ${names.join(', ')}, which counts as unknown`),
      ...(own.some(({ value }) => value.State === 'disabled')
        ? []
        : [`${region}: no image is disabled; without --include-disabled EC2 leaves those out`]),
    ];
  });
}

/**
 * Whose the sources are that are not among the own images. Never `gone`: a saved list does not say what it was asked
 * for, so an image that it does not show may exist, or belong to somebody else.
 */
export function originsOf(
  images: Readonly<Record<Region, Evidence<readonly Image[]>>>,
  listings: Listings<SavedImage>,
  account: AccountId,
): Record<ImageKey, Origin> {
  const own = Object.values(images).flatMap((seen) => (seen.complete ? seen.value : []));
  const foreign = new Set(
    [...listings].flatMap(([region, { items }]) =>
      items
        .filter(({ value }) => value.OwnerId !== undefined && value.OwnerId !== account)
        .map(({ value }) => imageKey(region, value.ImageId)),
    ),
  );
  const mine = new Set(own.map(({ region, id }) => imageKey(region, id)));
  const sources = own
    .filter(({ sourceInstanceId }) => sourceInstanceId === undefined)
    .flatMap((image) => sourceOf(image) ?? []);
  const unique = [...new Set(sources)].filter((source) => !mine.has(source)).sort();
  return Object.fromEntries(
    unique.map((source): [ImageKey, Origin] => [source, foreign.has(source) ? 'foreign' : 'unread']),
  );
}

/** Sources of which no file tells whose they are: what was copied from them is left alone. */
export function notesOnOrigins(origins: Readonly<Record<ImageKey, Origin>>): string[] {
  const unread = Object.keys(origins).filter((source) => origins[source as ImageKey] === 'unread');
  const byRegion = Map.groupBy(
    unread.map((source) => imageRef(source as ImageKey)),
    ({ region }) => region,
  );
  return [...byRegion].map(([region, sources]) => {
    const ids = sources.map(({ id }) => id);
    return `${region}: no file tells whose ${ids.join(', ')} is, from which images were copied: aws ec2 describe-images --include-deprecated --image-ids ${ids.join(' ')} --region ${region}`;
  });
}
