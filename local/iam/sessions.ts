import type { AccountId } from '../../shared/model/ids.ts';
import type { Instant } from '../../shared/model/time.ts';
import type { World } from '../kernel/service.ts';

/** Row of `sts-sessions`, by access key: somebody who has taken on a role. */
export interface Session {
  readonly accessKey: string;
  readonly account: AccountId;
  readonly role: string;
  readonly name: string;
  readonly until: Instant;
}

/** Temporary keys of AWS begin with ASIA; these can be told from real ones, which somebody may have lying around. */
const prefix = 'ASIALOCAL';

const sessions = (world: Pick<World, 'state'>) => world.state.table<Session>('sts-sessions');

export const isSessionKey = (accessKey: string): boolean => accessKey.startsWith(prefix);

/** Whoever this key was given to, as long as it holds. */
export function findSession(world: Pick<World, 'state' | 'timeline'>, accessKey: string): Session | undefined {
  const found = sessions(world).get(accessKey);
  return found && found.until > world.timeline.now() ? found : undefined;
}

export function startSession(world: World, given: Omit<Session, 'accessKey'>): Session {
  const drawn = world.random.uuid().replaceAll('-', '').toUpperCase();
  const session = { ...given, accessKey: `${prefix}${drawn.slice(0, 20 - prefix.length)}` };
  sessions(world).set(session.accessKey, session);
  return session;
}

export const sessionArn = ({ account, role, name }: Session): string =>
  `arn:aws:sts::${account}:assumed-role/${role}/${name}`;

/** What IAM calls a role for itself; the same for every session of it. */
export const roleId = ({ account, role }: Pick<Session, 'account' | 'role'>): string =>
  `AROA${[...`${account}${role}`]
    .reduce((sum, sign) => (sum * 31n + BigInt(sign.charCodeAt(0))) % 36n ** 16n, 7n)
    .toString(36)
    .toUpperCase()
    .padStart(16, '0')}`;
