import type { ImageKey } from './ids.ts';
import type { Image } from './image.ts';
import type { Instant } from './time.ts';

/**
 * How sure we are of the root. `known`: it was seen. `gone`: it is no longer there. `unread`: nobody could look.
 * `ambiguous`: only a tag claims it, or the sources run in a circle.
 */
export type LineageOrigin = 'known' | 'gone' | 'unread' | 'ambiguous';

/** A root image and all its copies: the unit of decision. */
export interface Lineage {
  readonly root: ImageKey;
  readonly origin: LineageOrigin;
  /** Absent once the root is gone and only copies remain. */
  readonly rootImage?: Image;
  /** Root first, then copies, by key. */
  readonly members: readonly [Image, ...Image[]];
  /** The keys of the members, in their order: made once, since every rule asks for them. */
  readonly keys: readonly [ImageKey, ...ImageKey[]];
  /** Where each member stands among all images, these in the order of their keys. */
  readonly places: readonly number[];
  /** The root's build date, which its copies inherit. Absent when no readable date is left. */
  readonly built?: Instant;
}

/** The image whose name, tags and architecture speak for the lineage: the root, or a copy once the root is gone. */
export const face = ({ members }: Pick<Lineage, 'members'>): Image => members[0];
