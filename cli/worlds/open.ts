import { resolve } from 'node:path';
import { InputError } from '../../shared/model/errors.ts';
import { isAccountId, isRegion } from '../../shared/model/ids.ts';
import { type Instant, parseInstant } from '../../shared/model/time.ts';
import type { Args } from '../args.ts';
import type { Io } from '../command.ts';
import { type LoadedPolicy, loadPolicy } from '../policy-file.ts';
import { projectFile } from '../project.ts';
import { tellWaiting } from './state-file.ts';
import type { World } from './world.ts';

/** Where to look, as the person asked for it. */
export interface WorldRequest {
  readonly local: boolean;
  readonly inventory?: string;
  /** The table of a deployed stack, with its records. */
  readonly table?: string;
  readonly region?: string;
  readonly account?: string;
  readonly policy?: string;
  readonly at?: Instant;
  readonly cwd: string;
  readonly env: Io['env'];
  /** The command means to change something. */
  readonly write: boolean;
  /** Another process holds the file of the world, and this one waits for it. */
  readonly onWait?: (file: string) => void;
}

export type OpenWorld = (request: WorldRequest) => Promise<World>;

/** @throws InputError for values that make no sense */
export function worldRequest(args: Args, io: Io, write = false): WorldRequest {
  const local = args.flag('local');
  const inventory = args.text('inventory');
  if (local && inventory !== undefined) throw new InputError('choose one world', '--local and --inventory');
  const region = checked(args, 'region', isRegion, 'is no Region such as eu-west-1');
  const account = checked(args, 'account', isAccountId, 'is no account id of twelve digits');
  const at = checked(args, 'at', (text) => parseInstant(text) !== undefined, 'is no time such as 2026-11-23T10:00:00Z');
  const policy = args.text('policy');
  const table = args.text('table');
  if (table !== undefined && (local || inventory !== undefined))
    throw new InputError('is for AWS alone', '--table', 'leave --local or --inventory out');
  return {
    local,
    ...(inventory !== undefined && { inventory }),
    ...(table !== undefined && { table }),
    ...(region !== undefined && { region }),
    ...(account !== undefined && { account }),
    ...(policy !== undefined && { policy }),
    ...(at !== undefined && { at: parseInstant(at) ?? 0 }),
    cwd: io.cwd,
    env: io.env,
    write,
    onWait: tellWaiting(io.stderr),
  };
}

function checked(args: Args, name: string, isRight: (text: string) => boolean, what: string): string | undefined {
  const text = args.text(name);
  if (text !== undefined && !isRight(text)) throw new InputError(`"${text}" ${what}`, `--${name}`);
  return text;
}

const withoutPolicy = 'name another one with --policy, or try the embedded AWS: ami-steward plan --local';
/** The policy of the embedded AWS, unless another one is named. */
export const demoPolicy = 'local/demo/policy.yml';

/** Each world is loaded only when it is asked for: the AWS SDK and the embedded AWS are large. */
export const openWorld: OpenWorld = async (request) => {
  const loaded = await policyFor(request);
  if (request.local) return (await import('./local-world.ts')).openLocalWorld(loaded, request);
  if (request.inventory !== undefined)
    return (await import('./inventory-world.ts')).openInventoryWorld(request, request.inventory, loaded);
  return (await import('./aws.ts')).openAwsWorld(request, loaded);
};

function policyFor({ policy, local, cwd }: WorldRequest): Promise<LoadedPolicy> {
  if (policy === undefined && local) return loadPolicy(projectFile(demoPolicy), demoPolicy);
  if (policy !== undefined) return loadPolicy(resolve(cwd, policy), policy);
  return loadPolicy(resolve(cwd, 'policy.yml'), 'policy.yml', withoutPolicy);
}
