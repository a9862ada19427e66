import { at, type Finding, type Source } from './source.ts';
import { dotted, functions, type Node, nodes } from './syntax.ts';

/** Time comes by the Clock port, randomness by Random, settings by composition: here nothing else may look. */
const core = ['shared/model/', 'shared/rules/', 'shared/ports/', 'shared/engine/', 'shared/actions/', 'local/'];
const pure = ['shared/model/', 'shared/rules/'];
/** Where the environment may be read: composition, and programs that a person starts. */
const mayReadEnvironment = ['functions/compose.ts', 'cli/', 'scripts/', 'test/', 'bench/'];

const within = (file: Source, places: readonly string[]): boolean =>
  places.some((place) => file.path.startsWith(place));

const impureCalls: Readonly<Record<string, string>> = {
  'Date.now': 'reads the clock',
  Date: 'reads the clock',
  'Math.random': 'draws at random',
  randomUUID: 'draws at random',
  randomBytes: 'draws at random',
  randomInt: 'draws at random',
  'crypto.randomUUID': 'draws at random',
  'crypto.getRandomValues': 'draws at random',
  setTimeout: 'waits in real time',
  setInterval: 'waits in real time',
  setImmediate: 'waits in real time',
};

export const checkPurity = (file: Source): Finding[] =>
  within(file, core) ? [...calls(file), ...clocks(file), ...references(file), ...waiting(file)] : [];

const calls = (file: Source): Finding[] =>
  nodes(file.program, 'CallExpression').flatMap((node) => {
    const name = dotted(node.callee)?.replace(/^globalThis\./, '');
    const what = name === undefined ? undefined : impureCalls[name];
    return what === undefined ? [] : [at(file, node, `${what}: ${name}()`)];
  });

const clocks = (file: Source): Finding[] =>
  nodes(file.program, 'NewExpression')
    .filter((node) => dotted(node.callee) === 'Date' && (node.arguments as Node[]).length === 0)
    .map((node) => at(file, node, 'reads the clock: new Date()'));

/** Passing `Date.now` along is as good as calling it. */
const references = (file: Source): Finding[] =>
  nodes(file.program, 'MemberExpression').flatMap((node) => {
    const name = dotted(node)?.replace(/^globalThis\./, '') ?? '';
    if (/^(?:process|performance)\.\w+$/.test(name)) return [at(file, node, `looks outside: ${name}`)];
    return name === 'Date.now' || name === 'Math.random' ? [at(file, node, `looks outside: ${name}`)] : [];
  });

const waiting = (file: Source): Finding[] =>
  within(file, pure)
    ? functions(file.program)
        .filter(({ async }) => async === true)
        .map((node) => at(file, node, 'is asynchronous where everything is computed'))
    : [];

export const checkEnvironment = (file: Source): Finding[] =>
  within(file, mayReadEnvironment)
    ? []
    : nodes(file.program, 'MemberExpression')
        .filter((node) => dotted(node) === 'process.env')
        .map((node) => at(file, node, 'reads process.env'));
