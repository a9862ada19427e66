import { putCopy } from '../../local/ec2/fixtures.ts';
import { AwsError } from '../../local/kernel/service.ts';
import type { CompiledPolicy, Policy } from '../../shared/model/policy.ts';
import { type Duration, day, hour, minute } from '../../shared/model/time.ts';
import { compiled, copyTo, policy, retain, selector, shareWith } from '../rules/make.ts';
import type { Stage } from './actors.ts';
import { home } from './scenario.ts';
import { keyOfRow } from './truth.ts';

/** A history in which every single call is made to fail once: whatever fails, the end must be the same. */
export interface Golden {
  readonly name: string;
  readonly policy: CompiledPolicy;
  /** Ages in days of the images that are there at the start. */
  readonly earlier: readonly number[];
  /** By then it is reached if nothing fails. Calls are struck until then. */
  readonly within: Duration;
  /** How long it may take to heal: several slow beats, or once more through the longest wait. */
  readonly healsIn: Duration;
  readonly script: (stage: Stage) => readonly (readonly [after: Duration, what: string, act: () => void])[];
  /** What is not as it should be in the end. */
  readonly lacking: (stage: Stage) => readonly string[];
}

export const abroad = 'eu-west-1';
export const far = 'us-west-2';
const friend = 'account:222233334444';
const other = 'account:777788889999';
const bin = 'injected';

const golden = (more: Partial<Policy>): CompiledPolicy =>
  compiled(
    policy({
      name: 'golden',
      select: selector({ name: ['golden-*'], regions: [home] }),
      family: { key: '{nameBase}' },
      share: shareWith(friend),
      overrides: ['retain/min-age', 'retain/min-quarantine'].map((rule) => ({ rule, reason: 'days, not weeks' })),
      ...more,
    }),
  );

const ladder = (perPlan: number) =>
  retain({
    stages: {
      deprecate: { afterSuperseded: hour },
      disable: { afterDeprecated: hour },
      deregister: { afterDisabled: hour, deleteSnapshots: true },
    },
    guards: { ...retain().guards, lastLaunchedWithin: 2 * day },
    limits: { perPlan, percentOfFamily: 100 },
  });

const rowsNamed = ({ truth }: Stage, name: string) => truth.images().filter((row) => row.name === name);

/** A pipeline launches an instance and makes an image of it. */
function builds(stage: Stage, name: string): [Duration, string, () => void][] {
  let instance = '';
  const launch = () => {
    const base = stage.truth.births().find((birth) => birth.name === 'al2023');
    const ImageId = base?.key.split('/')[1];
    const launched = stage.call('RunInstances', home, { ImageId, InstanceType: 't3.micro', MinCount: 1, MaxCount: 1 });
    instance = (launched.Instances as { InstanceId: string }[])[0]?.InstanceId ?? '';
  };
  const create = () => stage.call('CreateImage', home, { InstanceId: instance, Name: name });
  return [
    [5 * minute, `${name} is prepared`, launch],
    [10 * minute, `${name} is built`, create],
  ];
}

/** Copies that an earlier version of the product has made of what is there at the start. */
function copiedBefore(stage: Stage): void {
  for (const row of stage.truth.images()) stage.truth.born(putCopy(stage.aws, row, { region: abroad }), 'product');
}

const fails = (stage: Stage, what: string): void => {
  stage.aws.state.table(bin).set(what, { remaining: 1, message: 'internal-error' });
};

/** Available, shared and marked, once in each of these Regions. */
const lackingCopies = (stage: Stage, name: string, regions: readonly string[]): string[] =>
  regions.flatMap((region) => {
    const here = rowsNamed(stage, name).filter((row) => row.region === region);
    const whole = here.filter(
      ({ state, permissions, tags }) =>
        state === 'available' && permissions.includes(friend) && tags['ami-steward:managed'] === 'true',
    );
    return here.length === 1 && whole.length === 1 ? [] : [`${name} in ${region}: ${here.map(({ state }) => state)}`];
  });

function lackingPointers(stage: Stage, name: string, regions: readonly string[]): string[] {
  return regions.flatMap((region) => {
    const wanted = rowsNamed(stage, name).find((row) => row.region === region)?.id;
    const found = parameterValue(stage, region);
    return found === wanted ? [] : [`the parameter in ${region} names ${found}, not ${wanted}`];
  });
}

function parameterValue({ aws }: Stage, region: string): string | undefined {
  try {
    const { Parameter } = aws.call('ssm', 'GetParameter', { Name: '/golden/latest' }, { region }) as {
      Parameter?: { Value?: string };
    };
    return Parameter?.Value;
  } catch (error) {
    if (error instanceof AwsError) return undefined;
    throw error;
  }
}

/** No image of that name, and no snapshot that only such an image had. */
function leftBehind(stage: Stage, name: string): string[] {
  const needed = new Set(stage.truth.images().flatMap((row) => row.disks.map(({ snapshotId }) => snapshotId)));
  const orphans = stage.truth.removed
    .filter(({ key }) => stage.truth.birth(key)?.name === name)
    .flatMap(({ region, snapshots }) => snapshots.map((id) => ({ region, id })))
    .filter(({ id }) => !needed.has(id) && stage.truth.snapshots().some((row) => row.id === id));
  return [
    ...rowsNamed(stage, name).map((row) => `${keyOfRow(row)} is still ${row.state}`),
    ...orphans.map(({ region, id }) => `${id} in ${region} was left behind`),
  ];
}

const made = ({ truth }: Stage): number =>
  truth.births().filter(({ by, root, key }) => by === 'product' && root !== key).length;

export const goldens: readonly Golden[] = [
  {
    name: 'a new image is copied, shared and published',
    policy: golden({
      copy: copyTo(abroad),
      publish: { when: 'all-regions', ssm: [{ parameter: '/golden/latest', regions: 'all' }], launchTemplates: [] },
    }),
    earlier: [],
    within: 6 * hour,
    healsIn: 20 * hour,
    script: (stage) => builds(stage, 'golden-web-7'),
    lacking: (stage) => [
      ...lackingCopies(stage, 'golden-web-7', [home, abroad]),
      ...lackingPointers(stage, 'golden-web-7', [home, abroad]),
    ],
  },
  {
    name: 'a failed copy is removed and made again',
    policy: golden({ copy: copyTo(abroad) }),
    earlier: [],
    within: 9 * hour,
    healsIn: 20 * hour,
    script: (stage) => [
      [minute, 'the first copy will fail', () => fails(stage, `fail-copy/${abroad}`)],
      ...builds(stage, 'golden-web-7'),
    ],
    lacking: (stage) => [
      ...lackingCopies(stage, 'golden-web-7', [home, abroad]),
      ...stage.truth
        .snapshots()
        .filter(({ state }) => state === 'error')
        .map(({ id }) => `${id} was left behind`),
    ],
  },
  {
    name: 'a superseded lineage goes down the whole ladder, a snapshot later than the rest',
    policy: golden({ copy: copyTo(abroad), retain: ladder(5) }),
    earlier: [40, 30, 20],
    within: 50 * hour,
    healsIn: 40 * hour,
    script: (stage) => [
      [1, 'copied by an earlier version', () => copiedBefore(stage)],
      [2, 'a snapshot will stay at first', () => fails(stage, `deregister-snapshot/${home}`)],
    ],
    lacking: (stage) => [
      ...leftBehind(stage, 'golden-web-1'),
      ...lackingCopies(stage, 'golden-web-2', [home, abroad]),
      ...lackingCopies(stage, 'golden-web-3', [home, abroad]),
    ],
  },
  {
    name: 'a disabled image is enabled and used again',
    policy: golden({ retain: ladder(5) }),
    earlier: [40, 30, 20],
    within: 40 * hour,
    healsIn: 30 * hour,
    script: (stage) => [[15 * hour, 'a person takes the image into use', () => useAgain(stage, 'golden-web-1')]],
    lacking: (stage) => (rowsNamed(stage, 'golden-web-1').length === 1 ? [] : ['the image that runs is gone']),
  },
  {
    name: 'what was disabled is restored, whoever had shared it',
    policy: golden({ copy: copyTo(abroad), retain: ladder(5) }),
    earlier: [40, 30, 20],
    within: 40 * hour,
    healsIn: 30 * hour,
    script: (stage) => [
      [1, 'copied by an earlier version', () => copiedBefore(stage)],
      [3, 'somebody shares it, too', () => shareToo(stage, 'golden-web-1')],
      [26 * hour, 'people restore it', () => restoreRoot(stage, 'golden-web-1')],
    ],
    lacking: (stage) => [
      ...lackingCopies(stage, 'golden-web-1', [home, abroad]),
      ...rowsNamed(stage, 'golden-web-1').flatMap((row) => [
        ...(row.region === home && !row.permissions.includes(other) ? ['somebody has lost their share'] : []),
        ...(row.deprecateAt === undefined ? [] : [`${keyOfRow(row)} is still deprecated`]),
        ...(row.tags['ami-steward:reap'] === undefined ? [] : [`${keyOfRow(row)} is still to be removed`]),
      ]),
    ],
  },
  {
    name: 'the breaker halts until the limit is raised',
    policy: golden({ retain: ladder(1) }),
    earlier: [50, 40, 30, 20],
    within: 54 * hour,
    healsIn: 40 * hour,
    script: (stage) => [[12 * hour, 'the limit is raised', () => stage.reconfigure(golden({ retain: ladder(5) }))]],
    lacking: (stage) => [...leftBehind(stage, 'golden-web-1'), ...leftBehind(stage, 'golden-web-2')],
  },
  {
    name: 'the policy changes while a copy is under way',
    policy: golden({ copy: copyTo(abroad) }),
    earlier: [],
    within: 7 * hour,
    healsIn: 20 * hour,
    script: (stage) => [
      ...builds(stage, 'golden-web-7'),
      [20 * minute, 'another target', () => stage.reconfigure(golden({ copy: copyTo(far) }))],
    ],
    lacking: (stage) => [
      ...lackingCopies(stage, 'golden-web-7', [home, far]),
      ...(made(stage) <= 2 ? [] : [`${made(stage)} copies were made`]),
    ],
  },
  {
    name: 'the store is lost and fills itself again',
    policy: golden({ copy: copyTo(abroad) }),
    earlier: [],
    within: 12 * hour,
    healsIn: 20 * hour,
    script: (stage) => [...builds(stage, 'golden-web-7'), [4 * hour, 'the table is emptied', () => emptyStore(stage)]],
    lacking: (stage) => lackingCopies(stage, 'golden-web-7', [home, abroad]),
  },
  {
    name: 'the source goes while its copy is under way',
    policy: golden({ copy: copyTo(abroad) }),
    earlier: [],
    within: 7 * hour,
    healsIn: 20 * hour,
    script: (stage) => [...builds(stage, 'golden-web-7'), [20 * minute, 'the source goes', () => removeRoot(stage)]],
    lacking: (stage) => (made(stage) <= 1 ? [] : [`${made(stage)} copies were made`]),
  },
];

function useAgain(stage: Stage, name: string): void {
  const [row] = rowsNamed(stage, name);
  if (!row) return;
  if (row.state === 'disabled') stage.call('EnableImage', home, { ImageId: row.id });
  stage.call('RunInstances', home, { ImageId: row.id, InstanceType: 't3.micro', MinCount: 1, MaxCount: 1 });
}

function shareToo(stage: Stage, name: string): void {
  const [row] = rowsNamed(stage, name).filter(({ region }) => region === home);
  const change = { Add: [{ UserId: other.slice('account:'.length) }] };
  if (row) stage.call('ModifyImageAttribute', home, { ImageId: row.id, LaunchPermission: change });
}

/** By then it is disabled, or a step was struck and it is only deprecated: either way it is wanted back. */
function restoreRoot(stage: Stage, name: string): void {
  const [row] = rowsNamed(stage, name).filter(({ region }) => region === home);
  if (row) stage.restore(keyOfRow(row));
}

function removeRoot(stage: Stage): void {
  const [row] = rowsNamed(stage, 'golden-web-7').filter(({ region }) => region === home);
  if (row) stage.call('DeregisterImage', home, { ImageId: row.id });
}

function emptyStore({ aws }: Stage): void {
  const store = aws.state.table<unknown>('store');
  for (const [key] of [...store.entries()]) store.delete(key);
}
