import { metFailures, words } from './failures.ts';

/** Situations that even a few hundred short seeds must have met; otherwise they prove less than they seem to. */
export const often = [
  'image built',
  'image registered from a shared snapshot',
  'tags came late',
  'copy started',
  'copy failed and retried',
  'image shared',
  'image deprecated',
  'image disabled',
  'removal approved',
  'image deregistered',
  'kept by a guard: in-use',
  'kept by a guard: inventory-incomplete',
  'image deregistered by a person',
  'copy made by a person',
  'call failed',
  'answer lost',
  'crash before',
  'crash after',
  'image not yet shown',
  'storm',
  'event lost',
  'event lost and swept',
  'event duplicated',
  'forged event set aside',
  'foreign twin met',
  'image named without an instance',
  'hostile tags met',
  'run doubled',
  'message tried again',
] as const;

/** Those and the ones that only longer or more seeds meet for certain. */
export const sometimes: readonly string[] = [
  ...often,
  ...new Set([...Object.values(metFailures).flat(), ...words]),
  'layered image built',
  'copy adopted',
  'failed copy removed',
  'snapshot purged later',
  'kept by a guard: keep-tag',
  'kept by a guard: has-children',
  'kept by a guard: protected',
  'kept by a guard: usage-unknown',
  'kept by a guard: breaker',
  'launched in the moment of a step',
  'disabled image enabled by a person',
  'crash after CopyImage',
  'answer of CopyImage lost',
  'crash after DeregisterImage',
  'storm while a removal was due',
  'event delayed',
];

export class Coverage {
  readonly counts = new Map<string, number>();

  count(situation: string): void {
    this.counts.set(situation, (this.counts.get(situation) ?? 0) + 1);
  }

  add(other: Coverage): void {
    for (const [situation, count] of other.counts)
      this.counts.set(situation, (this.counts.get(situation) ?? 0) + count);
  }

  missing(wanted: readonly string[]): string[] {
    return wanted.filter((situation) => !this.counts.has(situation));
  }
}

/** What the simulator does not model, or does not judge. Printed by every run, so that no figure claims more. */
export const notCovered: readonly string[] = [
  'stale reads other than of new images: changes of state, tags and permissions are seen at once',
  'real interleaving of different functions: each run ends before the next begins; doubled runs of one function do interleave',
  'INV-10 for records of a newer schema',
  'INV-13 and INV-16: seeds publish nothing (a golden scenario does), and logs are not captured',
  'instances of groups and fleets: those name images and start nothing',
  'templates and recipes of other accounts: those only launch instances',
  'Regions that are switched off; the policy changes only by a mistake that is soon put right (golden scenarios do more)',
  'what a copy is encrypted with: only the key of an image that is there already is ever disabled',
  'policies of others than the roles of the functions: service control policies, key policies, queue policies',
];
