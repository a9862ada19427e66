import type * as z from 'zod';
import { type PolicyFile, policyFileSchema } from '../../shared/model/policy-schema.ts';
import { heard } from '../../shared/model/policy-values.ts';
import { type Finding, finding, lastKey, type Path } from './finding.ts';
import { didYouMean, nearest } from './nearest.ts';
import { keysAt } from './reference.ts';
import { isRule } from './rule-table.ts';
import { type Source, sentenceAt } from './source.ts';

type Issue = z.core.$ZodIssue;

/** What the schema says of the data: the policies, or everything that is wrong with them. */
export function checkShape(
  source: Source,
  data: unknown,
): { ok: true; file: PolicyFile } | { ok: false; findings: Finding[] } {
  const parsed = policyFileSchema.safeParse(data, { reportInput: true });
  const issues = parsed.error?.issues ?? [];
  const findings = [...lostKeys(source), ...issues.flatMap((issue) => explain(issue, [], source))];
  return parsed.success && findings.length === 0 ? { ok: true, file: parsed.data } : { ok: false, findings };
}

/** The schema would drop this key without a word, since no object may have it. */
const lostKeys = (source: Source): Finding[] =>
  source
    .paths()
    .filter((path) => path.at(-1) === '__proto__')
    .map((path) => unknownKey(path.slice(0, -1), '__proto__'));

function explain(issue: Issue, above: Path, source: Source): Finding[] {
  const path = [...above, ...issue.path.map((part) => (typeof part === 'number' ? part : String(part)))];
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => unknownKey(path, key));
    case 'invalid_union':
      return furthest(issue.errors).flatMap((inner) => explain(inner, path, source));
    case 'invalid_value':
      return [told(issue, path, source) ?? wrongWord(path, issue, source)];
    case 'invalid_type':
      return [told(issue, path, source) ?? wrongType(path, issue, source)];
    default:
      return [told(issue, path, source) ?? finding(path, 'schema/value', sentenceAt(source, path, issue.message))];
  }
}

/** Of a union, the alternative that was followed deepest is the one that was meant. */
function furthest(branches: readonly (readonly Issue[])[]): readonly Issue[] {
  const score = (branch: readonly Issue[]) =>
    Math.max(
      0,
      ...branch.map((issue) => {
        if (issue.code === 'unrecognized_keys' || issue.path.length > 0) return 4;
        if (heard(issue.message) && (issue.code !== 'invalid_type' || fits(issue))) return 3;
        return issue.code === 'invalid_type' ? 1 : 2;
      }),
    );
  return [...branches].sort((a, b) => score(b) - score(a))[0] ?? [];
}

/** A single value where a text belongs is nearer to a text than to a list or a map. */
const fits = (issue: Issue): boolean => typeof issue.input !== 'object';

/** The schema's own sentence, where it has one. */
function told(issue: Issue, path: Path, source: Source): Finding | undefined {
  const said = issue.input === undefined || issue.input === null ? undefined : heard(issue.message);
  if (said === undefined) return undefined;
  const suggestion = /(?:did you mean|write) (\w+)\??$/.exec(said.sentence)?.[1];
  return finding(
    path,
    isRule(said.rule) ? said.rule : 'schema/value',
    sentenceAt(source, path, said.sentence),
    suggestion === undefined ? {} : { suggestion },
  );
}

function unknownKey(parent: Path, key: string): Finding {
  const path = [...parent, key];
  const near = nearest(key, keysAt(parent));
  return finding(path, 'schema/unknown-key', `unknown key "${key}"${didYouMean(near)}`, {
    at: 'key',
    ...(near === undefined ? {} : { suggestion: near }),
  });
}

function wrongWord(path: Path, issue: z.core.$ZodIssueInvalidValue, source: Source): Finding {
  if (issue.input === undefined) return missing(path);
  const choices = issue.values.map(String);
  const near = typeof issue.input === 'string' ? nearest(issue.input, choices) : undefined;
  const sentence = `{value} is not ${listed(choices)}${didYouMean(near)}`;
  return finding(
    path,
    'schema/value',
    sentenceAt(source, path, sentence),
    near === undefined ? {} : { suggestion: near },
  );
}

const listed = (choices: readonly string[]): string =>
  [choices.slice(0, -1).join(', '), choices.at(-1)].filter((part) => part !== '').join(' or ');

const names: Readonly<Record<string, string>> = {
  string: 'text',
  array: 'a list',
  object: 'a map',
  record: 'a map',
  boolean: 'true or false',
  number: 'a number',
  int: 'a whole number',
};

function wrongType(path: Path, issue: z.core.$ZodIssueInvalidType, source: Source): Finding {
  if (issue.input === undefined) return missing(path);
  const wanted = names[issue.expected] ?? issue.expected;
  if (path.length === 0) return finding(path, 'schema/type', `the file is not a map with "version" and "policies"`);
  if (issue.input === null)
    return finding(path, 'schema/type', sentenceAt(source, path, `is empty; ${wanted} belongs here`));
  const scalar = typeof issue.input === 'number' || typeof issue.input === 'boolean';
  const sentence =
    scalar && issue.expected === 'string'
      ? `{value} is read as ${typeof issue.input === 'number' ? 'a number' : 'true or false'}; put it in quotes`
      : `{value} is not ${wanted}`;
  return finding(path, 'schema/type', sentenceAt(source, path, sentence));
}

function missing(path: Path): Finding {
  const owner = lastKey(path.slice(0, -1));
  const sentence = `"${path.at(-1)}" is missing`;
  return finding(path, 'schema/missing', owner === undefined ? sentence : `${owner}: ${sentence}`);
}
