import { isoTime } from '../../shared/model/time.ts';
import { cast, type Intensity, type Role, type Scenario } from './scenario.ts';

const shares: Readonly<Record<string, keyof Intensity>> = {
  errors: 'error',
  'lost-answers': 'lost',
  crashes: 'crash',
  'lost-events': 'drop',
  'repeated-events': 'duplicate',
  'delayed-events': 'delay',
  'failed-copies': 'failedCopy',
  'doubled-runs': 'doubled',
  'snapshot-codes': 'snapshotCode',
  meddling: 'meddle',
  lag: 'lag',
};

/** What can be left out of a scenario, the largest parts first. */
export const parts: readonly string[] = ['storms', ...Object.keys(shares), ...[...cast].reverse()];

/** A scenario with parts left out, or ended early: what is left of it happens as before. */
export interface Reduction {
  readonly without: readonly string[];
  /** Nothing goes wrong after this, and nobody acts. */
  readonly until?: number;
}

/** @throws Error for a part that there is not */
export function reduced(scenario: Scenario, { without, until }: Reduction = { without: [] }): Scenario {
  const less = without.reduce(withoutPart, scenario);
  if (until === undefined || until >= less.faultsUntil) return less;
  const earlier = less.faultsUntil - until;
  return { ...less, faultsUntil: until, end: less.end - earlier, drawnUntil: less.faultsUntil };
}

function withoutPart(scenario: Scenario, part: string): Scenario {
  if (part === 'storms') return { ...scenario, storms: [] };
  const share = shares[part];
  if (share !== undefined) return { ...scenario, intensity: { ...scenario.intensity, [share]: 0 } };
  if (!cast.includes(part as Role)) throw new Error(`there is no ${part} to leave out: ${parts.join(', ')}`);
  return { ...scenario, cast: scenario.cast.filter((role) => role !== part) };
}

/** Whether the scenario has that part at all. */
export function has(scenario: Scenario, part: string): boolean {
  const share = shares[part];
  if (share !== undefined) return scenario.intensity[share] > 0;
  return part === 'storms' ? scenario.storms.length > 0 : scenario.cast.includes(part as Role);
}

export const asArguments = ({ without, until }: Reduction): string =>
  [
    ...(without.length > 0 ? [`--without ${without.join(',')}`] : []),
    ...(until === undefined ? [] : [`--until ${isoTime(until)}`]),
  ].join(' ');
