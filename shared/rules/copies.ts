import type { Image } from '../model/image.ts';
import type { Lineage } from '../model/lineage.ts';
import { day } from '../model/time.ts';
import type { Effective, WantedCopy } from './merge.ts';
import { regionOf, type World } from './world.ts';

/** The copies of a lineage in one Region: its root is not among them. */
export const copiesIn = (lineage: Lineage, region: string): Image[] =>
  lineage.members.filter((image) => isCopyIn(lineage, image, region));

export const isCopyIn = ({ rootImage }: Lineage, image: Image, region: string): boolean =>
  image.region === region && image !== rootImage;

/**
 * A copy in the root's own Region makes sense only under another key. An alias cannot be compared with the key that
 * EC2 shows, and counts as the same.
 */
export function isSourceRegion(lineage: Lineage, copy: WantedCopy): boolean {
  if (copy.region !== (lineage.rootImage?.region ?? regionOf(lineage.root))) return false;
  const { kmsKey } = copy;
  const root = lineage.rootImage;
  if (kmsKey === undefined || !root) return true;
  if (!root.encrypted) return false;
  const bare = (key: string): string => key.replace(/^arn:[^/]*:(?=alias\/)|^arn:.*\/(?=[^/]+$)/, '');
  const isAlias = bare(kmsKey).startsWith('alias/');
  const comparable = root.kmsKeyIds.filter((key) => bare(key).startsWith('alias/') === isAlias);
  return comparable.length === 0 || comparable.some((key) => bare(key) === bare(kmsKey));
}

/** Whether every Region that wants a copy has one that is available. */
export const hasWantedCopies = (lineage: Lineage, effective: Effective): boolean =>
  effective.copies.every(
    (copy) =>
      !copy.since ||
      isSourceRegion(lineage, copy) ||
      lineage.members.some((image) => isCopyIn(lineage, image, copy.region) && image.state === 'available'),
  );

/** How many copies began within 24 hours, by the policy that wants them. */
export function begunToday(
  subjects: readonly { readonly lineage: Lineage; readonly effective: Effective }[],
  { inventory, now }: World,
): Map<string, number> {
  const begun = new Map<string, number>();
  for (const { lineage, effective } of subjects)
    for (const { region, policy } of effective.copies) {
      const intent = inventory.records.intents[lineage.root]?.[region];
      if (intent && now - intent.since < day) begun.set(policy, (begun.get(policy) ?? 0) + 1);
    }
  return begun;
}
