import type { Region } from '../model/ids.ts';

/** A rule on the default bus of a Region, with the ARNs that it sends to. */
export interface EventRule {
  readonly name: string;
  readonly enabled: boolean;
  /** As JSON text; absent on schedules. */
  readonly pattern?: string;
  readonly targets: readonly string[];
}

export interface EventRules {
  /** Rules whose pattern names this source, all pages. */
  of(region: Region, source: string): Promise<EventRule[]>;
}
