import type {
  DisableSnapshotBlockPublicAccessRequest,
  DisableSnapshotBlockPublicAccessResult,
  EnableSnapshotBlockPublicAccessRequest,
  EnableSnapshotBlockPublicAccessResult,
  GetSnapshotBlockPublicAccessStateRequest,
  GetSnapshotBlockPublicAccessStateResult,
} from '@aws-sdk/client-ec2';
import type { AccountId, Region } from '../../shared/model/ids.ts';
import type { Call, World } from '../kernel/service.ts';
import { invalidValue, required } from './errors.ts';

const states = ['unblocked', 'block-new-sharing', 'block-all-sharing'] as const;
type State = (typeof states)[number];

interface Place {
  readonly account: AccountId;
  readonly region: Region;
}

const table = (world: World) => world.state.table<{ readonly state: State }>('snapshot-block-public-access');
const keyOf = ({ account, region }: Place): string => `${account}/${region}`;

/** Open unless the account has said otherwise. */
const stateOf = (world: World, place: Place): State => table(world).get(keyOf(place))?.state ?? 'unblocked';

export const publicSnapshotsBlocked = (world: World, place: Place): boolean => stateOf(world, place) !== 'unblocked';

/** Snapshots that are public already are treated as private while this holds. */
export const publicSnapshotsHidden = (world: World, place: Place): boolean =>
  stateOf(world, place) === 'block-all-sharing';

export function enableSnapshotBlockPublicAccess(
  input: EnableSnapshotBlockPublicAccessRequest,
  call: Call,
): EnableSnapshotBlockPublicAccessResult {
  const wanted = required(input.State, 'State');
  const state = states.find((one) => one === wanted && one !== 'unblocked');
  if (!state) throw invalidValue('State', wanted);
  table(call.world).set(keyOf(call), { state });
  return { State: state };
}

export function disableSnapshotBlockPublicAccess(
  _input: DisableSnapshotBlockPublicAccessRequest,
  call: Call,
): DisableSnapshotBlockPublicAccessResult {
  table(call.world).set(keyOf(call), { state: 'unblocked' });
  return { State: 'unblocked' };
}

export const getSnapshotBlockPublicAccessState = (
  _input: GetSnapshotBlockPublicAccessStateRequest,
  call: Call,
): GetSnapshotBlockPublicAccessStateResult => ({ State: stateOf(call.world, call), ManagedBy: 'account' });
