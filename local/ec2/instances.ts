import type {
  DescribeInstancesRequest,
  DescribeInstancesResult,
  InstanceStateChange,
  StartInstancesRequest,
  StartInstancesResult,
  StopInstancesRequest,
  StopInstancesResult,
  TerminateInstancesRequest,
  TerminateInstancesResult,
} from '@aws-sdk/client-ec2';
import { type Duration, hour, minute } from '../../shared/model/time.ts';
import { AwsError, type Call, type World } from '../kernel/service.ts';
import { invalidCombination } from './errors.ts';
import { filterBy } from './filters.ts';
import { instanceFields, ownInstance, toInstance, toState } from './instance-view.ts';
import { page } from './paging.ts';
import { type InstanceRow, remove, rowKey, rowsIn, save, tableOf } from './rows.ts';

type State = InstanceRow['state'];

/** How long a passing state lasts, and what it passes into. A terminated instance is listed for an hour. */
const passing: Partial<Record<State, { readonly to: State | 'gone'; readonly after: Duration }>> = {
  pending: { to: 'running', after: minute / 2 },
  stopping: { to: 'stopped', after: minute },
  'shutting-down': { to: 'terminated', after: minute },
  terminated: { to: 'gone', after: hour },
};

const startTrouble = minute / 6;

/** Puts the instance into a state and plans what follows from it. */
export function enterState(world: World, row: InstanceRow, state: State): void {
  save(world, 'instances', { ...row, state });
  const next = passing[state];
  if (next)
    world.timeline.schedule(world.timeline.now() + next.after, 'ec2.instance-state', { instance: rowKey(row), state });
}

/** EC2 takes the call, and finds out only while it starts the instance that it cannot read the storage. */
export function letFail(world: World, row: InstanceRow): void {
  world.timeline.schedule(world.timeline.now() + startTrouble, 'ec2.launch-fails', { instance: rowKey(row) });
}

export function attachInstanceTimers(world: World): void {
  world.timeline.on('ec2.launch-fails', ({ instance }: { instance: string }) => {
    const row = tableOf(world, 'instances').get(instance);
    if (row?.state === 'pending') enterState(world, row, 'shutting-down');
  });
  world.timeline.on('ec2.instance-state', ({ instance, state }: { instance: string; state: State }) => {
    const row = tableOf(world, 'instances').get(instance);
    const next = passing[state];
    if (row?.state !== state || !next) return;
    if (next.to === 'gone') remove(world, 'instances', row);
    else enterState(world, row, next.to);
  });
}

interface Transition {
  /** From these states; `already` are no error and change nothing. */
  readonly from: readonly State[];
  readonly already: readonly State[];
  readonly to: State;
}

function changeState(call: Call, ids: readonly string[] | undefined, change: Transition): InstanceStateChange[] {
  if (!ids?.length) throw new AwsError('MissingParameter', 'The request must contain the parameter InstanceIds');
  const rows = [...new Set(ids)].map((id) => ownInstance(call, id));
  for (const row of rows)
    if (!change.from.includes(row.state) && !change.already.includes(row.state))
      throw new AwsError('IncorrectInstanceState', `The instance '${row.id}' is not in a state for this: ${row.state}`);
  return rows.map((row) => {
    const moves = change.from.includes(row.state);
    if (moves) enterState(call.world, row, change.to);
    return {
      InstanceId: row.id,
      PreviousState: toState(row.state),
      CurrentState: toState(moves ? change.to : row.state),
    };
  });
}

export const terminateInstances = (input: TerminateInstancesRequest, call: Call): TerminateInstancesResult => ({
  TerminatingInstances: changeState(call, input.InstanceIds, {
    from: ['pending', 'running', 'stopping', 'stopped'],
    already: ['shutting-down', 'terminated'],
    to: 'shutting-down',
  }),
});

export const stopInstances = (input: StopInstancesRequest, call: Call): StopInstancesResult => ({
  StoppingInstances: changeState(call, input.InstanceIds, {
    from: ['pending', 'running'],
    already: ['stopping', 'stopped'],
    to: 'stopping',
  }),
});

/** Needs nothing of the image any more: a disabled or deregistered one does not stop it. */
export const startInstances = (input: StartInstancesRequest, call: Call): StartInstancesResult => ({
  StartingInstances: changeState(call, input.InstanceIds, {
    from: ['stopped'],
    already: ['pending', 'running'],
    to: 'pending',
  }),
});

/** One reservation per launch; a page may split it. */
export function describeInstances(input: DescribeInstancesRequest, call: Call): DescribeInstancesResult {
  const ids = input.InstanceIds ?? [];
  if (ids.length > 0 && input.MaxResults !== undefined)
    throw invalidCombination('The parameter instancesSet cannot be used with the parameter maxResults');
  for (const id of ids) ownInstance(call, id);
  const matches = filterBy(input.Filters, instanceFields, (row) => row.tags);
  const found = rowsIn(call.world, 'instances', call.region).filter(
    (row) => row.account === call.account && (ids.length === 0 || ids.includes(row.id)) && matches(row),
  );
  const { rows, ...token } = page(found, input, { min: 5, max: 1000 }, (row) => row.id);
  const reservations = Map.groupBy(rows, (row) => row.reservationId);
  return {
    Reservations: [...reservations].map(([ReservationId, members]) => ({
      ReservationId,
      OwnerId: call.account,
      Instances: members.map(toInstance),
    })),
    ...token,
  };
}
