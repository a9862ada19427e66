import type {
  DescribeLockedSnapshotsRequest,
  DescribeLockedSnapshotsResult,
  LockedSnapshotsInfo,
  LockSnapshotRequest,
  LockSnapshotResult,
  LockState,
  UnlockSnapshotRequest,
  UnlockSnapshotResult,
} from '@aws-sdk/client-ec2';
import { day, hour, type Instant } from '../../shared/model/time.ts';
import { AwsError, type Call, type World } from '../kernel/service.ts';
import { invalidCombination, invalidValue, required } from './errors.ts';
import { type FilterFields, filterBy } from './filters.ts';
import type { LockRow } from './lock-row.ts';
import { page } from './paging.ts';
import { rowsIn, type SnapshotRow, save } from './rows.ts';
import { ownSnapshot, seenSnapshot } from './visibility.ts';

const longestDays = 36_500;
const longestCoolOff = 72;

type Locked = SnapshotRow & { readonly lock: LockRow };

const isLocked = (row: SnapshotRow): row is Locked => row.lock !== undefined;

function stateOf({ mode, coolOffUntil = 0, expiresAt }: LockRow, now: Instant): LockState {
  if (now >= expiresAt) return 'expired';
  return mode === 'compliance' && now < coolOffUntil ? 'compliance-cooloff' : mode;
}

/** @throws AwsError while a lock holds: nobody deletes the snapshot, whatever the rights */
export function refuseLocked(world: World, row: SnapshotRow): void {
  if (isLockedNow(world, row))
    throw new AwsError(world.switches.lockedCode, `The snapshot '${row.id}' is locked and cannot be deleted`);
}

export const isLockedNow = ({ timeline }: World, { lock }: SnapshotRow): boolean =>
  lock !== undefined && stateOf(lock, timeline.now()) !== 'expired';

function expiryOf({ LockDuration: days, ExpirationDate: date }: LockSnapshotRequest, now: Instant): Instant {
  if ((days === undefined) === (date === undefined))
    throw invalidCombination('Either a lock duration or an expiration date must be given');
  if (days !== undefined && (days < 1 || days > longestDays)) throw invalidValue('LockDuration', days);
  if (date !== undefined && date.getTime() < now + day) throw invalidValue('ExpirationDate', date.toISOString());
  return date?.getTime() ?? now + (days ?? 0) * day;
}

/** A compliance lock whose cool-off is over can only be made longer. */
export function lockSnapshot(input: LockSnapshotRequest, call: Call): LockSnapshotResult {
  const row = ownSnapshot(call, input.SnapshotId);
  const now = call.world.timeline.now();
  const mode = required(input.LockMode, 'LockMode');
  if (mode !== 'governance' && mode !== 'compliance') throw invalidValue('LockMode', mode);
  const { CoolOffPeriod: hours } = input;
  if (hours !== undefined && (mode !== 'compliance' || hours < 1 || hours > longestCoolOff))
    throw invalidValue('CoolOffPeriod', hours);
  const expiresAt = expiryOf(input, now);
  const before = isLocked(row) && stateOf(row.lock, now) === 'compliance' ? row.lock.expiresAt : undefined;
  if (before !== undefined && (mode !== 'compliance' || expiresAt < before))
    throw invalidValue('LockDuration', input.LockDuration, 'would weaken a compliance lock');
  const lock: LockRow = {
    mode,
    createdAt: now,
    expiresAt,
    ...(hours !== undefined && before === undefined && { coolOffUntil: now + hours * hour }),
  };
  save(call.world, 'snapshots', { ...row, lock });
  const { OwnerId: _owner, ...shown } = toInfo({ ...row, lock }, now);
  return shown;
}

/** Governance ends at once, and compliance only while it cools off. */
export function unlockSnapshot(input: UnlockSnapshotRequest, call: Call): UnlockSnapshotResult {
  const row = ownSnapshot(call, input.SnapshotId);
  const state = isLocked(row) ? stateOf(row.lock, call.world.timeline.now()) : 'expired';
  if (state === 'expired') throw new AwsError('IncorrectState', `The snapshot '${row.id}' is not locked`);
  if (state === 'compliance')
    throw new AwsError('OperationNotPermitted', `The compliance lock of '${row.id}' cannot be removed`);
  save(call.world, 'snapshots', { ...row, lock: undefined });
  return { SnapshotId: row.id };
}

const toInfo = ({ account, id, lock }: Locked, now: Instant): LockedSnapshotsInfo => ({
  OwnerId: account,
  SnapshotId: id,
  LockState: stateOf(lock, now),
  LockDuration: Math.round((lock.expiresAt - lock.createdAt) / day),
  LockCreatedOn: new Date(lock.createdAt),
  LockDurationStartTime: new Date(lock.createdAt),
  LockExpiresOn: new Date(lock.expiresAt),
  ...(lock.coolOffUntil !== undefined && {
    CoolOffPeriod: Math.round((lock.coolOffUntil - lock.createdAt) / hour),
    CoolOffPeriodExpiresOn: new Date(lock.coolOffUntil),
  }),
});

/** Own snapshots that are or were locked. */
export function describeLockedSnapshots(
  input: DescribeLockedSnapshotsRequest,
  call: Call,
): DescribeLockedSnapshotsResult {
  const now = call.world.timeline.now();
  const { SnapshotIds: ids = [] } = input;
  for (const id of ids) seenSnapshot(call, id);
  const fields: FilterFields<Locked> = { 'lock-state': ({ lock }) => [stateOf(lock, now)] };
  const matches = filterBy(input.Filters, fields, () => ({}));
  const found = rowsIn(call.world, 'snapshots', call.region)
    .filter(({ account, id }) => account === call.account && (ids.length === 0 || ids.includes(id)))
    .filter(isLocked)
    .filter(matches);
  const { rows, ...token } = page(found, input, { min: 5, max: 1000 }, (row) => row.id);
  return { Snapshots: rows.map((row) => toInfo(row, now)), ...token };
}
