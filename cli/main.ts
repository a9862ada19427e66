import { InputError } from '../shared/model/errors.ts';
import { readArgs } from './args.ts';
import { type Call, exit, type Io, NotBuiltError } from './command.ts';
import { commands, notBuilt } from './commands/index.ts';
import { explained } from './explain-error.ts';
import { helpFor, overview } from './help.ts';
import { type Line, visibleJson, wantsColor, write } from './output.ts';
import { didYouMean, nearest } from './policy/nearest.ts';
import { type OpenWorld, openWorld } from './worlds/open.ts';

/**
 * The command line.
 * @param argv what follows the program's name
 * @param open where worlds come from, for runs over worlds made by hand
 * @returns the exit code
 */
export async function run(argv: readonly string[], io: Io, open: OpenWorld = openWorld): Promise<number> {
  const say = (lines: readonly Line[]): void => write(io.stderr, lines, false);
  try {
    return await dispatch(argv, io, open);
  } catch (error) {
    const { lines, code } = explained(error);
    say(lines);
    if (argv.includes('--debug') && error instanceof Error) io.stderr.write(`${error.stack}\n`);
    return code;
  }
}

async function dispatch(argv: readonly string[], io: Io, open: OpenWorld): Promise<number> {
  const [name = '--help', ...rest] = argv;
  if (['--help', '-h', 'help'].includes(name)) return showHelp(rest[0], io);
  const { run: execute, options, takes, ...command } = await load(name === '--version' ? 'version' : name);
  const args = readArgs(rest, { command: name, options, takes });
  const color = wantsColor(io, args.flag('no-color'));
  const call: Call = {
    args,
    io,
    open,
    print: (lines) => write(io.stdout, lines, color),
    say: (lines) => write(io.stderr, lines, false),
    json: (value) => io.stdout.write(`${visibleJson(value)}\n`),
  };
  if (!args.flag('help')) return execute(call);
  call.print(helpFor({ run: execute, options, takes, ...command }));
  return exit.done;
}

async function showHelp(name: string | undefined, io: Io): Promise<number> {
  const lines = name === undefined || name.startsWith('-') ? overview() : helpFor(await load(name));
  write(io.stdout, lines, wantsColor(io, false));
  return exit.done;
}

async function load(name: string) {
  if (Object.hasOwn(commands, name) && commands[name]) return commands[name].load();
  if (notBuilt.includes(name)) throw new NotBuiltError(`"${name}"`);
  const help = 'ami-steward --help';
  if (name.startsWith('-')) throw new InputError('the command comes first, its options behind it', name, help);
  throw new InputError(`unknown command${didYouMean(nearest(name, Object.keys(commands)))}`, name, help);
}
