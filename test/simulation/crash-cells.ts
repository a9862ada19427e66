import { CrashError, LostAnswerError } from '../../local/faults.ts';
import { hour, type Instant } from '../../shared/model/time.ts';
import { abroad, far, type Golden, goldens } from './golden.ts';
import type { Site, Strike, Striker } from './injector.ts';
import { home, type Intensity, type Scenario } from './scenario.ts';
import { type Mutate, Simulation } from './simulation.ts';

export const moments = ['before', 'after', 'lost'] as const;
export type Moment = (typeof moments)[number];

/** One call of a golden scenario, and what happens to it. */
export interface Cell {
  readonly golden: string;
  readonly call: number;
  readonly moment: Moment;
}

export interface CellJob extends Cell {
  readonly kind: 'cell';
}

export interface CellResult extends Cell {
  readonly operation: string;
  /** Broken invariants, and what was not reached in the end. */
  readonly bad: readonly string[];
}

const start: Instant = Date.UTC(2026, 0, 5, 9);

const calm: Intensity = {
  error: 0,
  lost: 0,
  crash: 0,
  drop: 0,
  duplicate: 0,
  delay: 0,
  failedCopy: 0,
  doubled: 0,
  snapshotCode: 0,
  meddle: 0,
  lag: 0,
};

const scenarioOf = ({ policy, earlier, within, healsIn }: Golden): Scenario => ({
  seed: 1,
  cast: [],
  start,
  faultsUntil: start + within,
  end: start + within + healsIn,
  regions: [home, abroad, far],
  policy,
  intensity: calm,
  storms: [],
  switches: { copyTokenLife: 'call', failedCopyLeaves: 'image-and-snapshots', nameHeldFor: 0 },
  sweepEvery: 2 * hour,
  takeEvery: 3 * hour,
  idleEvery: 6 * hour,
  storeIsOld: true,
  bursts: 0,
  earlier,
});

/** Counts the calls, and strikes one of them. */
class Once implements Striker {
  readonly operations: string[] = [];
  readonly #until: Instant;
  readonly #cell: Pick<Cell, 'call' | 'moment'> | undefined;

  constructor(until: Instant, cell?: Pick<Cell, 'call' | 'moment'>) {
    this.#until = until;
    this.#cell = cell;
  }

  strike({ operation }: Site, now: Instant): Strike | undefined {
    if (now < this.#until) this.operations.push(operation);
    if (this.operations.length - 1 !== this.#cell?.call || now >= this.#until) return undefined;
    const { moment } = this.#cell;
    return moment === 'lost'
      ? { when: 'after', error: new LostAnswerError(operation), kills: false }
      : { when: moment, error: new CrashError(operation, moment), kills: true };
  }
}

async function play(golden: Golden, cell?: Pick<Cell, 'call' | 'moment'>, mutate?: Mutate) {
  const scenario = scenarioOf(golden);
  const striker = new Once(scenario.faultsUntil, cell);
  const simulation = new Simulation(scenario, striker);
  const stage = await simulation.prepare(mutate);
  for (const [after, what, act] of golden.script(stage)) stage.later(after, what, act);
  await simulation.play();
  const broken = simulation.violations.map(({ invariant, what }) => `${invariant}: ${what}`);
  return { operations: striker.operations, bad: [...broken, ...golden.lacking(stage)] };
}

export const goldenNamed = (name: string): Golden => {
  const found = goldens.find((golden) => golden.name === name);
  if (!found) throw new Error(`there is no golden scenario ${name}`);
  return found;
};

/** The calls of the scenario when nothing fails. @throws Error when even then something is wrong */
export async function callsOf(golden: Golden): Promise<readonly string[]> {
  const { operations, bad } = await play(golden);
  if (bad.length > 0) throw new Error(`${golden.name} fails by itself: ${bad.join('; ')}`);
  return operations;
}

export async function playCell({ golden, call, moment }: Cell, mutate?: Mutate): Promise<CellResult> {
  const { operations, bad } = await play(goldenNamed(golden), { call, moment }, mutate);
  return { golden, call, moment, operation: operations[call] ?? 'no call', bad };
}

/** Every call before, after and with its answer lost; or only every so many of those that read, and of those that change. */
export const cellsOf = (golden: Golden, operations: readonly string[], everyRead = 1, everyChange = 1): CellJob[] =>
  [...operations.entries()]
    .filter(([call, operation]) => call % (changes(operation) ? everyChange : everyRead) === 0)
    .flatMap(([call]) => moments.map((moment): CellJob => ({ kind: 'cell', golden: golden.name, call, moment })));

const changes = (operation: string): boolean => !/^(Describe|Get|List|store\.(get|list|query))/.test(operation);
