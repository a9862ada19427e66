import { watchedRegions } from '../../shared/engine/observe.ts';
import { isPortError } from '../../shared/model/errors.ts';
import { exit } from '../command.ts';
import { type Credentials, judgeCredentials } from './checks/credentials.ts';
import { judgeHome } from './checks/home.ts';
import { judgePolicy } from './checks/policy.ts';
import type { Mode } from './checks.ts';
import { type Because, type Finding, isBlind, type Status, unchecked } from './finding.ts';
import type { Check, Patient, Ports, Ward } from './patient.ts';
import { look, lookIn, type Seen } from './seen.ts';

export interface Diagnosis {
  readonly check: string;
  readonly finding: Finding;
}

export interface Examination {
  readonly patient?: Patient;
  readonly diagnoses: readonly Diagnosis[];
}

/** Who we are comes first: without that there is nobody whose permissions, keys or stack could be looked at. */
export async function examine(ward: Ward, { checks, everywhere }: Mode): Promise<Examination> {
  const { home, ports, policy, account } = ward;
  const opening = [diagnosis('home Region', judgeHome(home)), diagnosis('policy', judgePolicy(policy))];
  if (!home || !ports)
    return { diagnoses: [...opening, ...without('no-region', [{ name: 'credentials' }, ...checks])] };
  const credentials = await credentialsOf(ports);
  const finding = judgeCredentials(credentials, account);
  const known = [diagnosis('credentials', finding), ...opening];
  if (credentials === 'none' || !credentials.seen || finding.status === 'failed')
    return { diagnoses: [...known, ...without('no-credentials', checks)] };
  const { identity } = credentials.value;
  const patient = await admit(ward, { home: home.region, ports, identity }, everywhere);
  const made = await Promise.all(
    checks.map(async ({ name, make }) => (await make(patient)).map((one) => diagnosis(name, one))),
  );
  return { patient, diagnoses: [...known, ...made.flat()] };
}

async function admit(
  ward: Ward,
  known: Pick<Patient, 'home' | 'ports' | 'identity'>,
  everywhere: Mode['everywhere'],
): Promise<Patient> {
  const { kind, policy, stackName, stackKey } = ward;
  const { home, ports } = known;
  const loaded = policy.found === 'loaded' ? policy.loaded.policy : undefined;
  const watched = loaded ? watchedRegions(loaded, home) : [home];
  const open = everywhere ? await look(() => ports.regions.optedIn()) : undefined;
  const regions = open?.seen ? [...new Set([...watched, ...open.value])].sort() : watched;
  const stack = await look(() => ports.stacks.find(stackName));
  const table = ward.table ?? (stack.seen ? stack.value?.outputs.TableName : undefined);
  return {
    ...known,
    kind,
    ...(loaded && { policy: loaded }),
    regions,
    stackName,
    ...(stackKey !== undefined && { stackKey }),
    stack,
    ...(table !== undefined && { table }),
    images: once(() => lookIn(regions, (region) => ports.images.list(region))),
  };
}

function once<T>(read: () => Promise<T>): () => Promise<T> {
  let reading: Promise<T> | undefined;
  return () => {
    reading ??= read();
    return reading;
  };
}

const diagnosis = (check: string, finding: Finding): Diagnosis => ({ check, finding });

const lacks: Partial<Record<Because, string>> = {
  'no-region': 'without a home Region nothing can be asked',
  'no-credentials': 'without credentials nothing can be asked',
};

const without = (because: Because, checks: readonly Pick<Check, 'name'>[]): Diagnosis[] =>
  checks.map(({ name }) => diagnosis(name, unchecked(because, lacks[because] ?? because)));

async function credentialsOf({ caller }: Ports): Promise<Seen<Credentials> | 'none'> {
  try {
    return await look(async () => {
      const identity = await caller.identity();
      const source = await caller.source();
      return { identity, ...(source !== undefined && { source }) };
    }, 'no-credentials');
  } catch (error) {
    if (isPortError(error, 'no-credentials')) return 'none';
    throw error;
  }
}

export const countBy = (diagnoses: readonly Diagnosis[], status: Status): number =>
  diagnoses.filter(({ finding }) => finding.status === status).length;

/** A lack stops what was meant to follow; what was to be read and could not be makes the answer partial. */
export function exitCodeOf(diagnoses: readonly Diagnosis[]): number {
  if (countBy(diagnoses, 'failed') > 0) return exit.stopped;
  return diagnoses.some(({ finding }) => isBlind(finding)) ? exit.partly : exit.done;
}
