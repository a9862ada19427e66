import { type EC2Client, GetImageAncestryCommand, type ImageAncestryEntry } from '@aws-sdk/client-ec2';
import { PortError } from '../model/errors.ts';
import { type ImageKey, type ImageRef, imageKey, type Region } from '../model/ids.ts';

/** EC2 names no more than these, the image itself included. */
const mostEntries = 50;

/** @throws PortError `unexpected` when EC2 may have cut the chain off */
export async function ancestorsOf(client: EC2Client, image: ImageRef): Promise<ImageKey[]> {
  const { ImageAncestryEntries: entries = [] } = await client.send(new GetImageAncestryCommand({ ImageId: image.id }));
  const last = entries.at(-1);
  if (last === undefined || (entries.length >= mostEntries && last.SourceImageId !== undefined))
    throw cutOff(image.region, entries.length);
  return chainOf(entries, image.region);
}

/** Each entry names the next one and its Region, the last one an image that EC2 tells no more about, if any. */
function chainOf(entries: readonly ImageAncestryEntry[], start: Region): ImageKey[] {
  let region = start;
  return entries.flatMap(({ SourceImageId: id, SourceImageRegion }) => {
    if (id === undefined || id === '') return [];
    region = SourceImageRegion || region;
    return [imageKey(region, id)];
  });
}

const cutOff = (region: Region, count: number): PortError =>
  new PortError(
    'unexpected',
    { operation: 'GetImageAncestry', region, code: 'UnexpectedAnswer' },
    `${count} entries, which need not be all`,
  );
