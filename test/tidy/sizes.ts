import { at, type Finding, type Source } from './source.ts';
import { functions } from './syntax.ts';

export const limits = { file: 200, function: 50 };

const isTest = (file: Source): boolean => file.path.startsWith('test/');
export const linesIn = (text: string): number => text.replace(/\n$/, '').split('\n').length;

export const fileLines = (file: Source): number => linesIn(file.text);

export const functionLines = (file: Source): number[] =>
  functions(file.program).map(({ start, end }) => linesIn(file.text.slice(start, end)));

export function checkSizes(file: Source): Finding[] {
  if (isTest(file)) return [];
  const long = functions(file.program)
    .map((node) => ({ node, lines: linesIn(file.text.slice(node.start, node.end)) }))
    .filter(({ lines }) => lines > limits.function)
    .map(({ node, lines }) => at(file, node, `has a function of ${lines} lines, more than ${limits.function}`));
  const lines = fileLines(file);
  return lines > limits.file ? [...long, `${file.path} has ${lines} lines, more than ${limits.file}`] : long;
}

export interface Spread {
  readonly count: number;
  readonly median: number;
  readonly max: number;
}

export function spread(figures: readonly number[]): Spread {
  const sorted = [...figures].sort((a, b) => a - b);
  return { count: sorted.length, median: sorted[Math.floor(sorted.length / 2)] ?? 0, max: sorted.at(-1) ?? 0 };
}
