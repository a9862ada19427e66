import type { AccountId, Region } from '../../shared/model/ids.ts';
import type { Image } from '../../shared/model/image.ts';
import type { CompiledPolicy } from '../../shared/model/policy.ts';
import type { AccountSettings } from '../../shared/ports/account-settings.ts';
import type { Caller, Identity, Regions } from '../../shared/ports/caller.ts';
import type { Clock } from '../../shared/ports/clock.ts';
import type { EventRules } from '../../shared/ports/event-rules.ts';
import type { Images } from '../../shared/ports/images.ts';
import type { Keys } from '../../shared/ports/keys.ts';
import type { Permissions } from '../../shared/ports/permissions.ts';
import type { QueueCounts } from '../../shared/ports/queue-counts.ts';
import type { Quotas } from '../../shared/ports/quotas.ts';
import type { RecycleBin } from '../../shared/ports/recycle-bin.ts';
import type { Rights } from '../../shared/ports/rights.ts';
import type { Stack, Stacks } from '../../shared/ports/stacks.ts';
import type { Store } from '../../shared/ports/store.ts';
import type { LoadedPolicy } from '../policy-file.ts';
import type { NamedHome } from '../worlds/home.ts';
import type { Finding } from './finding.ts';
import type { Seen, SeenIn } from './seen.ts';

/** Everything that checks read with. Nothing in here is asked to change anything. */
export interface Ports {
  readonly caller: Caller;
  readonly regions: Regions;
  readonly images: Pick<Images, 'list'>;
  readonly keys: Pick<Keys, 'access'>;
  readonly recycleBin: RecycleBin;
  readonly settings: AccountSettings;
  readonly permissions: Permissions;
  readonly rights: Rights;
  readonly quotas: Quotas;
  readonly eventRules: EventRules;
  readonly stacks: Stacks;
  readonly queues: QueueCounts;
  readonly clock: Clock;
  /** The records; on AWS only where their table is known. */
  readonly store: (table: string | undefined) => Store | undefined;
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
  readonly stackName: string;
  /** The key that it lies under, or is to lie under, where one was named. */
  readonly stackKey?: string;
  /** `undefined`: nothing of that name is deployed. */
  readonly stack: Seen<Stack | undefined>;
  /** As it was named, or as the stack names it. */
  readonly table?: string;
}

export interface Patient extends About {
  readonly ports: Ports;
  /** Own images by Region, listed when the first check asks. */
  readonly images: () => Promise<readonly SeenIn<readonly Image[]>[]>;
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
  readonly stackName: string;
  readonly stackKey?: string;
  readonly table?: string;
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
