import {
  DescribeImageAttributeCommand,
  type DescribeImagesRequest,
  type EC2Client,
  type Image as Ec2Image,
  paginateDescribeImages,
} from '@aws-sdk/client-ec2';
import { isPortError, PortError } from '../model/errors.ts';
import { type ImageKey, type ImageRef, imageRef, type Region } from '../model/ids.ts';
import { type Image, keyOf, tagsOf } from '../model/image.ts';
import { mark } from '../model/marks.ts';
import type { Principal } from '../model/policy.ts';
import { imageFromEc2 } from './image-from-ec2.ts';
import { principalOf } from './launch-permissions.ts';

/** EC2 documents no bounds for DescribeImages; 1,000 is what it recommends for describes in general. */
const pageSize = 1_000;
const everyState = { IncludeDeprecated: true, IncludeDisabled: true } as const;

/** The account's own images, all pages; without `MaxResults` EC2 would not page, and might cut off. */
export const ownImages = (client: EC2Client, region: Region, filters: DescribeImagesRequest['Filters'] = []) =>
  describe(client, region, {
    ...everyState,
    Owners: ['self'],
    MaxResults: pageSize,
    ...(filters.length === 0 ? {} : { Filters: filters }),
  });

/** Other owners' images; deprecated ones of theirs are shown only by id. EC2 knows `*` and `?` in names as we do. */
export const imagesOf = (client: EC2Client, region: Region, owners: readonly string[], names: readonly string[]) =>
  describe(client, region, {
    ...everyState,
    Owners: [...owners],
    MaxResults: pageSize,
    ...(names.length === 0 ? {} : { Filters: [{ Name: 'name', Values: [...names] }] }),
  });

/** Asked by id, since only that shows other accounts' deprecated images; `undefined` when EC2 does not know it. */
export async function imageById(client: EC2Client, image: ImageRef): Promise<Image | undefined> {
  const found = await whenKnown(describe(client, image.region, { ...everyState, ImageIds: [image.id] }));
  return found?.find(({ id }) => id === image.id);
}

/** EC2's own record of the source and our mark, united: either may be missing. */
export async function copiesOfRoot(client: EC2Client, root: ImageKey, region: Region): Promise<Image[]> {
  const filters = [
    { Name: 'source-image-id', Values: [imageRef(root).id] },
    { Name: `tag:${mark.root}`, Values: [root] },
  ];
  const found = await Promise.all(filters.map((filter) => ownImages(client, region, [filter])));
  const byId = new Map(found.flat().map((image) => [image.id, image]));
  return [...byId.values()].filter((image) => isCopyOf(root, image));
}

/** A source id counts only in its Region; an image of an instance is a root of its own, whatever its tags say. */
function isCopyOf(root: ImageKey, image: Image): boolean {
  if (image.sourceInstanceId !== undefined || keyOf(image) === root) return false;
  const source = imageRef(root);
  const fromSource = image.sourceImageId === source.id && (image.sourceImageRegion ?? source.region) === source.region;
  return fromSource || tagsOf(image)[mark.root] === root;
}

export async function launchPermissions(client: EC2Client, image: ImageRef): Promise<Principal[] | undefined> {
  const answer = await whenKnown(
    client.send(new DescribeImageAttributeCommand({ ImageId: image.id, Attribute: 'launchPermission' })),
  );
  if (answer === undefined) return undefined;
  // A private image has an empty list. Without any, nobody knows who would have to get it back.
  const { LaunchPermissions: permissions } = answer;
  const at = { operation: 'DescribeImageAttribute', region: image.region, code: 'UnexpectedAnswer' };
  if (permissions === undefined) throw new PortError('unexpected', at, 'an answer without LaunchPermissions');
  return permissions.map((permission) => principalOf(image.region, permission));
}

async function describe(client: EC2Client, region: Region, input: DescribeImagesRequest): Promise<Image[]> {
  const images: Image[] = [];
  for await (const page of paginateDescribeImages({ client }, input))
    images.push(...(page.Images ?? []).map((image) => readImage(region, image)));
  return images;
}

/** The embedded AWS shows an image by one object until it changes, and freezes it; EC2's answers are never frozen. */
const lasting = new WeakMap<Ec2Image, Image>();

function readImage(region: Region, image: Ec2Image): Image {
  const known = lasting.get(image);
  if (known) return known;
  const read = imageFromEc2(region, image);
  if (Object.isFrozen(image)) lasting.set(image, read);
  return read;
}

const whenKnown = <T>(call: Promise<T>): Promise<T | undefined> =>
  call.catch((error: unknown) => {
    if (isPortError(error, 'not-found')) return undefined;
    throw error;
  });
