import { chunks } from '../../../shared/aws/batches.ts';
import type { Region } from '../../../shared/model/ids.ts';
import { type Image, tagsOf } from '../../../shared/model/image.ts';
import { mark } from '../../../shared/model/marks.ts';
import { counted } from '../../render/words.ts';
import { type Finding, stays, warning } from '../finding.ts';
import { check } from '../patient.ts';
import { inRegions } from '../regional.ts';
import { type SeenIn, unseenIn, valuesOf } from '../seen.ts';

/** As many ids as a command line holds with ease. */
const idsPerCommand = 100;

const isManaged = (image: Image): boolean => tagsOf(image)[mark.managed] === 'true';
const managed = (looks: readonly SeenIn<readonly Image[]>[]) =>
  valuesOf(looks).flatMap(({ region, value }) => {
    const images = value.filter(isManaged);
    return images.length > 0 ? [{ region, images }] : [];
  });

/** Images as they are. What was disabled stays so, and only the records know who might launch it before. */
export const remainingImages = check('images', ({ images }) => images(), judgeRemainingImages);

export function judgeRemainingImages(looks: readonly SeenIn<readonly Image[]>[]): Finding[] {
  const lost = 'which images are managed';
  const disabled = managed(looks).flatMap(({ images }) => images.filter(({ state }) => state === 'disabled'));
  return [
    ...inRegions(looks, lost, (images) => ({
      status: 'stays',
      says: counted(images.filter(isManaged).length, 'managed image'),
    })),
    ...(disabled.length === 0
      ? []
      : [
          warning(
            `${counted(disabled.length, 'image')} stay disabled; who might launch them before is in the records alone`,
            ...disabled.map(({ id, region }) => `to have it back: ami-steward restore ${region}/${id}`),
          ),
        ]),
  ];
}

/** Our tags, with the commands that remove them. `keep-until` belongs to the owners of images. */
export const remainingMarks = check('marks', ({ images }) => images(), judgeRemainingMarks);

export function judgeRemainingMarks(looks: readonly SeenIn<readonly Image[]>[]): Finding[] {
  const found = managed(looks);
  const count = found.reduce((sum, { images }) => sum + images.length, 0);
  const commands = found.flatMap(({ region, images }) => untag(region, images));
  const says = `tags on ${counted(count, 'image')} and their snapshots; ami-steward:keep-until belongs to their owners`;
  return [stays(says, ...commands), ...unseenIn(looks, 'which images carry our tags')];
}

const untag = (region: Region, images: readonly Image[]): string[] =>
  chunks(
    images.flatMap(({ id, snapshots }) => [id, ...snapshots]),
    idsPerCommand,
  ).map((ids) => `aws ec2 delete-tags --region ${region} --tags ${tagKeys} --resources ${ids.join(' ')}`);

const tagKeys = Object.values(mark)
  .map((key) => `Key=${key}`)
  .join(' ');
