import { canonicalJson } from '../../shared/model/digest.ts';
import type { CompiledPolicy } from '../../shared/model/policy.ts';
import { compilePolicy } from '../../shared/model/policy-schema.ts';
import type { Instant } from '../../shared/model/time.ts';
import type { Finding, Problem } from './finding.ts';
import { linesOf, type PolicyLines } from './lines.ts';
import { checkMeaning } from './meaning.ts';
import { checkShape } from './shape.ts';
import { parseSource, type Source } from './source.ts';

export type { Problem } from './finding.ts';
export type { PolicyLines } from './lines.ts';

export type PolicyReading =
  | { ok: true; policy: CompiledPolicy; lines: PolicyLines; warnings: Problem[] }
  | { ok: false; problems: Problem[] };

/**
 * Reads, checks and compiles a policy file, YAML or JSON. All problems come at once, in the order of their places.
 * Never throws.
 * @param options.now makes the rules speak that need the time; without it they keep silent
 */
export function readPolicy(text: string, fileName: string, options: { now?: Instant } = {}): PolicyReading {
  const source = parseSource(text);
  const syntax = source.syntax.map(
    ({ place, message, rule }): Problem => ({ file: fileName, ...place, severity: 'error', rule, message }),
  );
  if (source.data === undefined) return { ok: false, problems: sorted(syntax) };
  const data = source.data.value;
  const shape = checkShape(source, data);
  const findings = shape.ok ? [] : shape.findings;
  const lineOf = (path: Finding['path']) => source.place(path, 'key').line;
  const meaning = checkMeaning(data, findings, { lineOf, ...options });
  const problems = sorted([...syntax, ...[...findings, ...meaning].map((found) => placed(found, source, fileName))]);
  if (!shape.ok || problems.some(({ severity }) => severity === 'error')) return { ok: false, problems };
  return { ok: true, policy: compilePolicy(shape.file), lines: linesOf(source, data), warnings: problems };
}

function placed({ path, at, ...said }: Finding, source: Source, file: string): Problem {
  return { file, ...source.place(path, at), ...said };
}

/** In the order of their places; what is said twice of one place (an alias, a run of brackets) is said once. */
function sorted(problems: readonly Problem[]): Problem[] {
  const distinct = new Map(problems.map((problem) => [canonicalJson(problem), problem]));
  return [...distinct.values()].sort(
    (a, b) => a.line - b.line || a.column - b.column || compare(a.rule, b.rule) || compare(a.message, b.message),
  );
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
