import type { ImageId, Region, SnapshotId } from '../model/ids.ts';

/** `undecided`: the service answered something else before it looked at permissions, or instead. */
export type Permission = 'allowed' | 'denied' | { readonly undecided: string };

/** What the question is about. */
export interface Subject {
  readonly region: Region;
  readonly image: ImageId;
  readonly snapshot: SnapshotId;
}

/** What the caller may do, found out without doing it. */
export interface Permissions {
  /** IAM actions that read, each asked for by the smallest of its calls. */
  readonly reads: readonly string[];
  /** IAM actions that change something, each asked about by a dry run. */
  readonly changes: readonly string[];
  mayRead(action: string, region: Region): Promise<Permission>;
  mayChange(action: string, subject: Subject): Promise<Permission>;
}
