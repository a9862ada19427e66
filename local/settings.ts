import type { AccountId, Region } from '../shared/model/ids.ts';
import type { Switches } from './kernel/service.ts';
import type { State } from './kernel/state.ts';
import { defaultSwitches } from './kernel/switches.ts';
import type { OpenOptions } from './world.ts';

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
