import { InputError, isPortError } from '../shared/model/errors.ts';
import { readArgs } from './args.ts';
import { type Call, exit, type Io, NotBuiltError } from './command.ts';
import { commands, notBuilt } from './commands/index.ts';
import { helpFor, overview } from './help.ts';
import { type Line, visibleJson, wantsColor, write } from './output.ts';
import { didYouMean, nearest } from './policy/nearest.ts';
import { countsLine, problemTable } from './policy/print.ts';
import { PolicyError } from './policy-file.ts';
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

/** What went wrong, in the fewest lines that say what, where and what next. */
function explained(error: unknown): { lines: Line[]; code: number } {
  if (error instanceof PolicyError) {
    const table = problemTable(error.problems).split('\n');
    return { lines: [...table, countsLine(error.problems, error.file)], code: exit.wrongInput };
  }
  if (error instanceof InputError) {
    const next = error.next === undefined ? [] : [`Next: ${error.next}`];
    return { lines: [...`${error.where}: ${error.message}`.split('\n'), ...next], code: exit.wrongInput };
  }
  if (isPortError(error, 'no-credentials')) return { lines: [withoutCredentials], code: exit.wrongInput };
  const message = error instanceof Error ? error.message : String(error);
  return { lines: [`ami-steward: ${message}`], code: exit.failed };
}

const withoutCredentials =
  'No AWS credentials were found: sign in (aws sso login, AWS_PROFILE), or look elsewhere with --local or --inventory DIR.';
