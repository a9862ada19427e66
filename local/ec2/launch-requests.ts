import { type Duration, day, hour, minute } from '../../shared/model/time.ts';
import type { Call, World } from '../kernel/service.ts';
import type { Asked, LaunchRequestRow } from './launch-rows.ts';
import { type Row, remove, rowKey, rowsIn, save, type TagMap, tableOf } from './rows.ts';
import { plainData } from './template-rows.ts';

/** Fleets, Spot Fleet requests and Spot Instance requests: they are kept, and start nothing. */
export type Kind = 'fleets' | 'spot-fleets' | 'spot-requests';

interface Passing {
  readonly to: string;
  readonly after: Duration;
}

const listedFor = (after: Duration): Passing => ({ to: 'gone', after });

/** How long a passing state lasts, and what it passes into. */
const passing: Readonly<Record<Kind, Readonly<Record<string, Passing>>>> = {
  fleets: {
    deleted_running: { to: 'deleted', after: minute },
    deleted_terminating: { to: 'deleted', after: minute },
    deleted: listedFor(2 * day),
  },
  'spot-fleets': {
    cancelled_running: { to: 'cancelled', after: minute },
    cancelled_terminating: { to: 'cancelled', after: minute },
    cancelled: listedFor(2 * day),
  },
  'spot-requests': { cancelled: listedFor(4 * hour) },
};

interface Timer {
  readonly kind: Kind;
  readonly key: string;
  readonly state: string;
}

/** Puts the request into a state and plans what follows from it. */
export function enterRequestState(world: World, kind: Kind, row: LaunchRequestRow, state: string): void {
  save(world, kind, { ...row, state });
  const next = passing[kind][state];
  if (next === undefined) return;
  const timer: Timer = { kind, key: rowKey(row), state };
  world.timeline.schedule(world.timeline.now() + next.after, 'ec2.launch-request-state', timer);
}

export function attachLaunchRequestTimers(world: World): void {
  world.timeline.on('ec2.launch-request-state', ({ kind, key, state }: Timer) => {
    const row = tableOf(world, kind).get(key);
    const next = passing[kind][state];
    if (row?.state !== state || !next) return;
    if (next.to === 'gone') remove(world, kind, row);
    else enterRequestState(world, kind, row, next.to);
  });
}

/** Writes down a new request. @returns its id */
export function addRequest(
  call: Call,
  kind: Kind,
  { id, state, asked, tags }: { id: string; state: string; asked: object; tags: TagMap },
): string {
  const { account, region, world } = call;
  save(world, kind, { account, region, id, state, createdAt: world.timeline.now(), tags, data: plainData(asked) });
  return id;
}

export const ownRequests = (call: Call, kind: Kind): LaunchRequestRow[] =>
  rowsIn(call.world, kind, call.region).filter((row) => row.account === call.account);

export const ownRequest = (call: Call, kind: Kind, id: string): LaunchRequestRow | undefined =>
  tableOf(call.world, kind).get(rowKey({ account: call.account, region: call.region, id } satisfies Row));

export const isEnded = ({ state }: LaunchRequestRow): boolean => /^(?:deleted|cancelled)/.test(state);

/** JSON keeps no dates. */
export const validity = ({ ValidFrom, ValidUntil }: Asked): { ValidFrom?: Date; ValidUntil?: Date } => ({
  ...(typeof ValidFrom === 'string' && { ValidFrom: new Date(ValidFrom) }),
  ...(typeof ValidUntil === 'string' && { ValidUntil: new Date(ValidUntil) }),
});

export function pick<T extends object, K extends keyof T>(from: T, keys: readonly K[]): Pick<T, K> {
  const present = keys.filter((key) => from[key] !== undefined).map((key) => [key, from[key]]);
  return Object.fromEntries(present) as Pick<T, K>;
}
