import type { Code } from './codes.ts';
import type { ImageKey } from './ids.ts';
import { type Duration, day, type Instant } from './time.ts';

/** A person's word that a step may be taken, although something made the whole plan doubtful. */
export interface Approval {
  /** The action's id. */
  readonly step: string;
  readonly image: ImageKey;
  readonly at: Instant;
  readonly policyHash: string;
  /** In the words of whoever approved. */
  readonly reason: string;
  /** What the person saw hold it; anything else still does. */
  readonly lifts: readonly Code[];
  /** Images that were seen in use then: fewer, and the doubt is a new one. */
  readonly inUse: number;
  /** Digests of what the step rested on. */
  readonly basis: Readonly<Record<string, string>>;
}

/** An approval is as old as the plan that was looked at may be. */
export const approvalLife: Duration = day;

export const freezeScopes = ['off', 'retire', 'all'] as const;

/** The stop switch: `retire` stops all taking, `all` every change. It can only stop things. */
export interface Freeze {
  readonly scope: (typeof freezeScopes)[number];
  readonly why: string;
  /** Absent where nobody ever set it. */
  readonly at?: Instant;
}

/** What counts where the switch was never set, or says what nobody knows: nothing is taken, and giving goes on. */
export const unsetFreeze = (why: string): Freeze => ({ scope: 'retire', why });

/** A message that nobody can act on. */
export interface SetAside {
  readonly at: Instant;
  readonly problem: string;
  /** The message as it came, cut to a size that an item can hold. */
  readonly body: string;
}
