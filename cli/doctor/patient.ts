import type { AccountId, Region } from '../../shared/model/ids.ts';
import type { CompiledPolicy } from '../../shared/model/policy.ts';
import type { Caller, Identity, Regions } from '../../shared/ports/caller.ts';
import type { LoadedPolicy } from '../policy-file.ts';
import type { NamedHome } from '../worlds/home.ts';
import type { Finding } from './finding.ts';

/** Everything that checks read with. Nothing in here is asked to change anything. */
export interface Ports {
  readonly caller: Caller;
  readonly regions: Regions;
}

/** What is known before any check looks, and what judging may rest on. */
export interface About {
  readonly kind: 'aws' | 'local';
  readonly home: Region;
  readonly identity: Identity;
  /** Absent: there is no file, or it has errors. */
  readonly policy?: CompiledPolicy;
  /** Home, and what the policy names. */
  readonly regions: readonly Region[];
}

export interface Patient extends About {
  readonly ports: Ports;
}

/** The policy file as it was found. `absent`: none was named, and none lies where it usually does. */
export type PolicyFound =
  | { readonly found: 'loaded'; readonly loaded: LoadedPolicy }
  | { readonly found: 'absent'; readonly file: string }
  | { readonly found: 'broken'; readonly file: string; readonly problems: number };

/** The world to look at, opened, before anybody has asked who we are. */
export interface Ward {
  readonly kind: 'aws' | 'local';
  readonly home?: NamedHome;
  /** The account that it is to be. */
  readonly account?: AccountId;
  readonly policy: PolicyFound;
  /** What reads in the home Region's world; absent without a home Region. */
  readonly ports?: Ports;
  readonly close: () => Promise<void>;
}

export interface Check {
  readonly name: string;
  readonly make: (patient: Patient) => Promise<readonly Finding[]>;
}

/** A check in two halves: one that reads, and one that judges what was read, and does nothing else. */
export const check = <T>(
  name: string,
  read: (patient: Patient) => Promise<T>,
  judge: (seen: T, about: About) => readonly Finding[],
): Check => ({ name, make: async (patient) => judge(await read(patient), patient) });
