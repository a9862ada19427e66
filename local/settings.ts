import type { AccountId, Region } from '../shared/model/ids.ts';
import type { Duration, Instant } from '../shared/model/time.ts';
import type { Quotas } from './ec2/quotas.ts';
import type { Service, Switches } from './kernel/service.ts';
import type { State } from './kernel/state.ts';
import { defaultSwitches } from './kernel/switches.ts';

export interface OpenOptions {
  /** SQLite file; absent means in memory. */
  readonly file?: string;
  readonly seed?: number;
  /** Where the clock of a new world stands; a saved one has its own. */
  readonly start: Instant;
  readonly account?: AccountId;
  readonly homeRegion?: Region;
  readonly regions?: readonly Region[];
  readonly switches?: Partial<Switches>;
  /** Whether EC2's token buckets count, with their documented rates; otherwise calls cost nothing. */
  readonly throttling?: boolean;
  /** How long EC2 may go on to show what was before; otherwise every change is seen at once. */
  readonly lag?: Duration;
  readonly quotas?: Partial<Quotas>;
  /** In place of all that is built: for tests of the parts around them. */
  readonly services?: readonly Service[];
}

/** What a world is, whatever happens in it. */
export interface Settings {
  readonly account: AccountId;
  readonly homeRegion: Region;
  readonly regions: readonly Region[];
  readonly switches: Switches;
}

export const defaultRegions: readonly Region[] = ['us-east-1', 'us-west-2', 'eu-west-1', 'ap-south-1'];
const defaultAccount: AccountId = '111122223333';

/** What this call says, else what the world was saved with, else the defaults. */
export function settle(state: State, options: OpenOptions): Settings {
  const table = state.table<Settings>('settings');
  const saved = table.get('world');
  const settings: Settings = {
    account: options.account ?? saved?.account ?? defaultAccount,
    homeRegion: options.homeRegion ?? saved?.homeRegion ?? 'us-east-1',
    regions: options.regions ?? saved?.regions ?? defaultRegions,
    switches: { ...defaultSwitches, ...saved?.switches, ...options.switches },
  };
  table.set('world', settings);
  return settings;
}
