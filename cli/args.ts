import { parseArgs } from 'node:util';
import { InputError } from '../shared/model/errors.ts';
import { didYouMean, nearest } from './policy/nearest.ts';

export interface Option {
  readonly type: 'string' | 'boolean';
  /** How its value is called in `--help`; only with type `string`. */
  readonly value?: string;
  readonly help: string;
}

export type Options = Readonly<Record<string, Option>>;

export interface Args {
  readonly positionals: readonly string[];
  /** The value of an option, or `undefined` where it was not given. */
  readonly text: (name: string) => string | undefined;
  readonly flag: (name: string) => boolean;
}

/** What every command understands. */
export const commonOptions: Options = {
  json: { type: 'boolean', help: 'print JSON, with its schemaVersion' },
  policy: { type: 'string', value: 'FILE', help: 'the policy file (default policy.yml)' },
  'no-color': { type: 'boolean', help: 'no colours, also on a terminal' },
  debug: { type: 'boolean', help: 'show where an error comes from' },
  help: { type: 'boolean', help: 'show this; also -h' },
};

/** Where a command that looks at images looks. */
export const worldOptions = {
  local: { type: 'boolean', help: 'in the embedded AWS' },
  inventory: { type: 'string', value: 'DIR', help: 'in saved output of the AWS CLI, one folder per Region' },
  region: { type: 'string', value: 'REGION', help: 'the home Region' },
  account: { type: 'string', value: 'ID', help: 'the account this must be, or whose output was saved' },
  table: { type: 'string', value: 'NAME', help: 'with the records of a deployed stack: its table, as its outputs say' },
  at: { type: 'string', value: 'TIME', help: 'decide as if it were this time (2026-11-23T10:00:00Z)' },
} as const satisfies Options;

interface Wanted {
  readonly command: string;
  readonly options: Options;
  readonly takes: { readonly from: number; readonly to: number };
}

/**
 * Reads the arguments behind the command's name.
 * @throws InputError for an option that nobody knows, a missing or needless value, too few or too many arguments
 */
export function readArgs(argv: readonly string[], { command, options, takes }: Wanted): Args {
  const known = { ...commonOptions, ...options };
  const help = `ami-steward ${command} --help`;
  const config = Object.fromEntries(Object.entries(known).map(([name, { type }]) => [name, { type }]));
  const { values, positionals, tokens } = parseArgs({
    args: [...argv],
    options: config,
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  for (const token of tokens) if (token.kind === 'option' && token.rawName !== '-h') checkOption(token, known, help);
  const flags: Readonly<Record<string, unknown>> = { ...values, help: values.help ?? values.h };
  if (!flags.help) checkCount(positionals, takes, command, help);
  return {
    positionals,
    text: (name) => (typeof values[name] === 'string' ? values[name] : undefined),
    flag: (name) => flags[name] === true,
  };
}

function checkOption(
  token: { name: string; rawName: string; value?: string | undefined },
  known: Options,
  help: string,
) {
  const option = Object.hasOwn(known, token.name) ? known[token.name] : undefined;
  if (!option) {
    const near = nearest(token.name, Object.keys(known));
    throw new InputError(`unknown option${didYouMean(near && `--${near}`)}`, token.rawName, help);
  }
  const given = token.value !== undefined;
  if (option.type === 'string' && (!given || token.value === ''))
    throw new InputError(`needs a value: ${token.rawName} ${option.value ?? 'TEXT'}`, token.rawName, help);
  if (option.type === 'boolean' && given) throw new InputError('takes no value', token.rawName, help);
}

function checkCount(given: readonly string[], takes: Wanted['takes'], command: string, help: string): void {
  const surplus = given[takes.to];
  if (surplus !== undefined) throw new InputError(`one argument too many: ${surplus}`, command, help);
  if (given.length < takes.from) throw new InputError('an argument is missing', command, help);
}
