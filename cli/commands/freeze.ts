import type { Freeze } from '../../shared/model/control.ts';
import { InputError } from '../../shared/model/errors.ts';
import { worldOptions } from '../args.ts';
import { type Call, type Command, exit } from '../command.ts';
import { clockTime } from '../render/words.ts';
import { worldRequest } from '../worlds/open.ts';

const scopes = ['retire', 'all'] as const;

const meaning: Readonly<Record<Freeze['scope'], string>> = {
  off: 'everything goes on',
  retire: 'nothing is taken: no image is deprecated, disabled or deregistered, no share taken back; giving goes on',
  all: 'nothing is changed at all',
};

export const freeze: Command = {
  usage: ['freeze [--scope retire|all --reason TEXT | --off --reason TEXT] --table NAME | --local'],
  about: [
    'The stop switch, read before every act. Without --scope or --off it shows how it stands. It can only stop things:',
    'a switch that is missing, or cannot be read, counts as retire.',
  ],
  options: {
    scope: { type: 'string', value: 'SCOPE', help: 'retire: stop what takes; all: stop every change' },
    off: { type: 'boolean', help: 'let everything go on' },
    reason: { type: 'string', value: 'TEXT', help: 'why, as plans and logs then say' },
    local: worldOptions.local,
    table: worldOptions.table,
    region: worldOptions.region,
    account: worldOptions.account,
  },
  takes: { from: 0, to: 0 },
  run: async (call) => {
    const wanted = wish(call);
    const request = worldRequest(call.args, call.io, wanted !== undefined);
    if (!request.local && request.table === undefined)
      throw new InputError('says whose switch', 'freeze', 'add --table with the table of the stack, or --local');
    const world = await call.open(request);
    try {
      const { engine } = world;
      if (!engine) throw new InputError('keeps no switch', 'freeze', 'leave --inventory out');
      if (wanted) await engine.ledger.setFreeze({ ...wanted, at: engine.clock.now() });
      show(call, await engine.ledger.freeze());
      return exit.done;
    } finally {
      await world.close();
    }
  },
};

/** @returns how it should stand; `undefined`: only look */
function wish({ args }: Call): Pick<Freeze, 'scope' | 'why'> | undefined {
  const scope = args.text('scope');
  if (scope === undefined && !args.flag('off')) return undefined;
  if (scope !== undefined && args.flag('off')) throw new InputError('choose one', '--scope and --off');
  const known = args.flag('off') ? 'off' : scopes.find((one) => one === scope);
  if (!known) throw new InputError(`"${scope}" is neither retire nor all`, '--scope');
  const why = args.text('reason')?.trim() ?? '';
  if (why === '') throw new InputError('needs a reason', 'freeze', 'add --reason with why');
  return { scope: known, why };
}

function show({ args, print, json }: Call, { scope, why, at }: Freeze): void {
  if (args.flag('json')) json({ schemaVersion: 1, scope, why, ...(at !== undefined && { at }) });
  else print([`${scope}: ${meaning[scope]}`, `${at === undefined ? '' : `since ${clockTime(at)}, `}because ${why}`]);
}
