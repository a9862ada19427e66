/** An EC2 Region name, for example `eu-west-1`. */
export type Region = string;
/** Twelve digits. Kept as text, since a number would lose leading zeros. */
export type AccountId = string;
/** `ami-` and 8 or 17 hexadecimal digits. Means nothing without its Region: see {@link ImageKey}. */
export type ImageId = string;
export type SnapshotId = string;

/** The only way an image is named inside the product: the same id may mean nothing in another Region. */
export type ImageKey = `${string}/ami-${string}`;

export interface ImageRef {
  region: Region;
  id: ImageId;
}

const imageIdPattern = /^ami-(?:[0-9a-f]{8}|[0-9a-f]{17})$/;
/** Found anywhere in a text; too much found does no harm where a find keeps an image. */
const imageIdAnywhere = /ami-(?:[0-9a-f]{17}|[0-9a-f]{8})/g;
const accountIdPattern = /^\d{12}$/;
/** Two letters, or `eusc` for the European Sovereign Cloud. */
export const regionPattern = /^(?:[a-z]{2}|eusc)(?:-[a-z]+)+-\d+$/;
/** By how the names of their Regions begin, the longest first; all others are `aws`. */
const partitions = [
  ['us-isob-', 'aws-iso-b'],
  ['us-isof-', 'aws-iso-f'],
  ['eu-isoe-', 'aws-iso-e'],
  ['us-iso-', 'aws-iso'],
  ['us-gov-', 'aws-us-gov'],
  ['cn-', 'aws-cn'],
  ['eusc-', 'aws-eusc'],
] as const;

export const isImageId = (text: unknown): text is ImageId => typeof text === 'string' && imageIdPattern.test(text);

/** Every image id that a text names, each once. */
export const imageIdsIn = (text: string): ImageId[] => [...new Set(text.match(imageIdAnywhere) ?? [])];
export const isAccountId = (text: unknown): text is AccountId =>
  typeof text === 'string' && accountIdPattern.test(text);
export const isRegion = (text: unknown): text is Region => typeof text === 'string' && regionPattern.test(text);

export const imageKey = (region: Region, id: ImageId): ImageKey => `${region}/${id}` as ImageKey;

export function imageRef(key: ImageKey): ImageRef {
  const slash = key.indexOf('/');
  return { region: key.slice(0, slash), id: key.slice(slash + 1) };
}

/** @returns the key, or `undefined` when the text is not `region/ami-…`. */
export function parseImageKey(text: string): ImageKey | undefined {
  const [region, id, ...rest] = text.split('/');
  return rest.length === 0 && isRegion(region) && isImageId(id) ? imageKey(region, id) : undefined;
}

/** The part of AWS that a Region lies in, as every ARN of something there begins. */
export const partitionOf = (region: Region): string =>
  partitions.find(([beginning]) => region.startsWith(beginning))?.[1] ?? 'aws';

/** EC2 leaves the account field of an image ARN empty. */
export const imageArn = (key: ImageKey): string => {
  const { region, id } = imageRef(key);
  return `arn:${partitionOf(region)}:ec2:${region}::image/${id}`;
};
