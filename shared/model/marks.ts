import type { ImageKey } from './ids.ts';
import type { Tags } from './image.ts';
import { type Instant, isoTime } from './time.ts';

/** The tags that the product writes on images and snapshots. Owners may set `keepUntil`; nothing else is theirs. */
export const mark = {
  managed: 'ami-steward:managed',
  root: 'ami-steward:root',
  built: 'ami-steward:built',
  policy: 'ami-steward:policy',
  reap: 'ami-steward:reap',
} as const;

export const keepUntilTag = 'ami-steward:keep-until';
export const markPrefix = 'ami-steward:';
export const approved = 'approved';

export function marksFor(root: ImageKey, built: Instant | undefined, policy: string): Tags {
  return {
    [mark.managed]: 'true',
    [mark.root]: root,
    ...(built === undefined ? {} : { [mark.built]: isoTime(built) }),
    [mark.policy]: policy,
  };
}

/** EC2's limit for one resource; AWS's own tags do not count. */
export const mostTags = 50;
export const isCounted = (key: string): boolean => !key.startsWith('aws:');

/** Tags that a copy may inherit from its source: never AWS's own, another account's, or our control marks. */
export const isInheritable = (key: string): boolean =>
  !key.startsWith('aws:') && !key.startsWith('ec2:SharedTag/') && (!key.startsWith(markPrefix) || key === keepUntilTag);
