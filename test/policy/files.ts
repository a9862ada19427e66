import { type Problem, readPolicy } from '../../cli/policy/read.ts';
import type { CompiledPolicy, Policy } from '../../shared/model/policy.ts';

/** A whole file around the lines of one policy that is right without them. */
export const onePolicy = (lines: string, select = 'select: { name: "web-*" }'): string =>
  ['version: 1', 'policies:', '  - name: web', `    ${select}`, ...indented(lines)].join('\n');

/** A file of policies, each with a name and the lines given. */
export const policies = (named: Readonly<Record<string, string>>): string =>
  [
    'version: 1',
    'policies:',
    ...Object.entries(named).flatMap(([name, lines]) => [`  - name: ${name}`, ...indented(lines)]),
  ].join('\n');

const indented = (lines: string): string[] =>
  lines
    .trim()
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => `    ${line}`);

export function problemsOf(text: string, now?: number): Problem[] {
  const read = readPolicy(text, 'policy.yml', now === undefined ? {} : { now });
  return read.ok ? read.warnings : read.problems;
}

/** The compiled file. Fails with the problems when there are any. */
export function compiled(text: string): CompiledPolicy {
  const read = readPolicy(text, 'policy.yml');
  if (!read.ok) throw new Error(read.problems.map((problem) => `${problem.line}: ${problem.message}`).join('\n'));
  return read.policy;
}

export function firstPolicy(text: string): Policy {
  const policy = compiled(text).policies[0];
  if (policy === undefined) throw new Error('no policy');
  return policy;
}

/** `line:column rule` of every problem. */
export const places = (problems: readonly Problem[]): string[] =>
  problems.map(({ line, column, rule }) => `${line}:${column} ${rule}`);

/** The sections of a policy that retires something. */
export const retain = (inside: string): string => `family: { key: "{name}" }\nretain: ${inside}`;
export const ladder = (waits: string, more = ''): string => retain(`{ stages: ${waits}${more} }`);

/** An override with a reason. */
export const excuse = (rule: string): string => `\noverrides: [{ rule: ${rule}, reason: rebuilt every night }]`;
