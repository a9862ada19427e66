import { because, type Reason } from '../model/codes.ts';
import { type Image, isLive, keyOf, type Tags, tagsOf } from '../model/image.ts';
import type { Lineage } from '../model/lineage.ts';
import { mark } from '../model/marks.ts';
import type { Instant } from '../model/time.ts';
import type { Effective } from './merge.ts';
import { tagValue } from './select.ts';
import type { World } from './world.ts';

export const isDeprecated = (image: Image, now: Instant): boolean =>
  image.deprecationAt !== undefined && image.deprecationAt <= now;

/** Once a member was deprecated or disabled the lineage is on its way out and never grows again. */
export const hasStarted = (lineage: Lineage, now: Instant): boolean =>
  lineage.members.some((image) => image.state === 'disabled' || (isLive(image) && isDeprecated(image, now)));

export const isManaged = (image: Image): boolean => tagValue(tagsOf(image), mark.managed) === 'true';

/** What EC2 cannot copy, or what we do not know how to treat: nothing at all is done with it. */
export function unsupported(lineage: Lineage): Reason | undefined {
  for (const image of lineage.members) {
    if (image.rootDeviceType !== 'ebs')
      return because('unsupported-image', { what: `root device ${image.rootDeviceType}` });
    if (image.location !== undefined)
      return because('unsupported-image', { what: `it lies outside the Region, in ${image.location}` });
  }
  return undefined;
}

/** Backups hold the data of one machine: a pattern that happens to match them gives them to nobody. */
export const backupService = (image: Image): string | undefined => {
  const manager = otherManager(image);
  return manager === 'EC2 Image Builder' ? undefined : manager;
};

function hasKeyUnder(prefix: string, tags: Tags): boolean {
  for (const key in tags) if (key.startsWith(prefix)) return true;
  return false;
}

/** Another service that looks after this image, so that two managers never fight over it. */
export function otherManager(image: Image): string | undefined {
  const tags = tagsOf(image);
  if (image.ownerAlias === 'aws-backup-vault' || hasKeyUnder('aws:backup:', tags)) return 'AWS Backup';
  if (hasKeyUnder('aws:dlm:', tags)) return 'Data Lifecycle Manager';
  const builder = tagValue(tags, 'CreatedBy') === 'EC2 Image Builder' || hasKeyUnder('Ec2ImageBuilder', tags);
  return builder ? 'EC2 Image Builder' : undefined;
}

/**
 * The members that may be acted on: the root, adopted copies in target Regions, and copies that a record or a mark
 * names as ours. A copy that somebody made elsewhere is theirs; so is an unmarked copy of a root that is gone.
 */
export function ourMembers(lineage: Lineage, effective: Effective, world: World): readonly Image[] {
  const { records } = world.inventory;
  const isOurs = (image: Image): boolean => {
    if (isManaged(image) || records.images[keyOf(image)]?.role === 'copy') return true;
    if (records.intents[lineage.root]?.[image.region]?.copyId === image.id) return true;
    return (
      lineage.origin === 'known' &&
      (image === lineage.rootImage || effective.copies.some(({ region }) => region === image.region))
    );
  };
  return lineage.members.every(isOurs) ? lineage.members : lineage.members.filter(isOurs);
}
