import {
  type EC2Client,
  type ImageReference,
  paginateDescribeImageReferences,
  type ResourceTypeRequest,
} from '@aws-sdk/client-ec2';
import { type ErrorKind, isPortError, PortError } from '../../model/errors.ts';
import { known, unknown } from '../../model/evidence.ts';
import type { ImageId, Region } from '../../model/ids.ts';
import { fullDepth, type ReferenceSourceName, recipeTypes } from '../../model/references.ts';
import type { References } from '../../ports/image-usage.ts';
import { chunks } from '../batches.ts';

/** DescribeImageReferences takes at most 10 images. */
const imagesPerCall = 10;

/** Every state but `terminated`: without this EC2 would count that, too. */
const livingStates = ['pending', 'running', 'shutting-down', 'stopping', 'stopped'];

/** Without these EC2 would look at the 10 newest versions of a launch template only. */
const typesBySource: Readonly<Record<ReferenceSourceName, readonly ResourceTypeRequest[]>> = {
  'image-references': [
    {
      ResourceType: 'ec2:Instance',
      ResourceTypeOptions: [{ OptionName: 'state-name', OptionValues: livingStates }],
    },
    {
      ResourceType: 'ec2:LaunchTemplate',
      ResourceTypeOptions: [{ OptionName: 'version-depth', OptionValues: [String(fullDepth)] }],
    },
    { ResourceType: 'ssm:Parameter' },
  ],
  'image-builder': recipeTypes.map((ResourceType) => ({ ResourceType })),
};

/** One call serves both sources. What fails for some images is told for them, and for no others. */
export async function referencesOf(
  client: EC2Client,
  region: Region,
  images: readonly ImageId[],
  sources: readonly ReferenceSourceName[],
): Promise<Map<ImageId, References>> {
  const found = new Map<ImageId, References>();
  for (const some of chunks(images, imagesPerCall))
    for (const [image, references] of await readSome(client, region, some, sources)) found.set(image, references);
  return found;
}

/** An image that EC2 will not hear of must not keep the others of its call in the dark. */
async function readSome(
  client: EC2Client,
  region: Region,
  images: readonly ImageId[],
  sources: readonly ReferenceSourceName[],
): Promise<[ImageId, References][]> {
  try {
    const all = await readPages(client, images, sources);
    return images.map((image) => [image, bySource(region, image, sources, all)]);
  } catch (error) {
    if (!isPortError(error) || error.kind === 'no-credentials') throw error;
    if (images.length > 1 && aboutOneImage.includes(error.kind)) {
      const apart: [ImageId, References][] = [];
      for (const image of images) apart.push(...(await readSome(client, region, [image], sources)));
      return apart;
    }
    const unread = Object.fromEntries(sources.map((source) => [source, unknown(error.message)]));
    return images.map((image) => [image, unread]);
  }
}

const aboutOneImage: readonly ErrorKind[] = ['not-found', 'invalid', 'conflict'];

async function readPages(
  client: EC2Client,
  images: readonly ImageId[],
  sources: readonly ReferenceSourceName[],
): Promise<ImageReference[]> {
  const found: ImageReference[] = [];
  const input = { ImageIds: [...images], ResourceTypes: sources.flatMap((source) => [...typesBySource[source]]) };
  for await (const page of paginateDescribeImageReferences({ client }, input))
    found.push(...(page.ImageReferences ?? []));
  return found;
}

/** Who refers to the image, by the sources that were asked. */
export function bySource(
  region: Region,
  image: ImageId,
  sources: readonly ReferenceSourceName[],
  found: readonly ImageReference[],
): References {
  const own = found.filter(({ ImageId }) => ImageId === undefined || ImageId === image);
  const users = own.map((reference) => ({ source: sourceOf(reference, sources), by: userIn(region, reference) }));
  return Object.fromEntries(
    sources.map((source) => [source, known(users.filter((user) => user.source === source).map(({ by }) => by))]),
  );
}

/** A type that nobody has heard of is a use as well. */
const sourceOf = (
  { ResourceType: type }: ImageReference,
  sources: readonly ReferenceSourceName[],
): ReferenceSourceName | undefined =>
  sources.includes('image-builder') && (recipeTypes as readonly (string | undefined)[]).includes(type)
    ? 'image-builder'
    : sources[0];

const nouns: Readonly<Record<string, string>> = {
  'ec2:Instance': 'instance',
  'ec2:LaunchTemplate': 'template',
  'ssm:Parameter': 'parameter',
  'imagebuilder:ImageRecipe': 'image recipe',
  'imagebuilder:ContainerRecipe': 'container recipe',
};

/** `instance i-0a1`, `parameter /golden/latest`, `image recipe web/1.0.0`. */
export function userIn(region: Region, { ResourceType: type, Arn: arn }: ImageReference): string {
  const [, name] = /^arn:[^:]+:[^:]+:[^:]*:[^:]*:[a-z-]+[/:]?(.+)$/.exec(arn ?? '') ?? [];
  if (name === undefined) {
    const at = { operation: 'DescribeImageReferences', region, code: 'UnexpectedAnswer' };
    throw new PortError('unexpected', at, `a reference of type ${type} without the ARN of what refers`);
  }
  return `${nouns[type ?? ''] ?? type} ${type === 'ssm:Parameter' ? `/${name}` : name}`;
}
