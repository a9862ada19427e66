import { InputError } from '../shared/model/errors.ts';
import type { Args, Options } from './args.ts';
import { worldOptions } from './args.ts';

/** Where a command that changes something does it. */
export const placeOptions = {
  local: worldOptions.local,
  direct: { type: 'boolean', help: 'on AWS, here and now, with your own credentials; no stack needed' },
  table: worldOptions.table,
  region: worldOptions.region,
  account: worldOptions.account,
} as const satisfies Options;

/**
 * Who acts: this very command, or the functions of the stack whose table is named without `--direct`.
 * @throws InputError when nothing, or two things that exclude each other, is said
 */
export function placeOf(args: Args, command: string): 'here' | 'functions' {
  const local = args.flag('local');
  const direct = args.flag('direct');
  const table = args.text('table') !== undefined;
  if (local === (direct || table))
    throw new InputError('say where, once', command, 'add --local, --direct, or --table for a deployed stack');
  return table && !direct ? 'functions' : 'here';
}
