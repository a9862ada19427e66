import type { Instant } from '../model/time.ts';

export interface FirstSweep {
  readonly at: Instant;
  /** Identity of the table that it ran over. Older versions noted none. */
  readonly table?: string;
}

export const sweptIn = (table: string, { table: noted = table }: FirstSweep): boolean => noted === table;
