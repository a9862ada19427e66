import type { Instant } from '../../shared/model/time.ts';
import type { Row, TagMap } from './rows.ts';

/** What a caller asked for, as plain JSON. */
export type Asked = Readonly<Record<string, unknown>>;

/** Something that names images, or templates that do, to launch them later. */
export interface LauncherRow extends Row {
  readonly createdAt: Instant;
  readonly data: Asked;
}

/** One with a state, which stays listed for a while when it is over. */
export interface LaunchRequestRow extends LauncherRow {
  readonly state: string;
  readonly tags: TagMap;
}

export interface LauncherTables {
  /** By name, as groups are. */
  'launch-configurations': LauncherRow;
  'auto-scaling-groups': LauncherRow;
  fleets: LaunchRequestRow;
  'spot-fleets': LaunchRequestRow;
  'spot-requests': LaunchRequestRow;
}
