import { readFile } from 'node:fs/promises';
import { relative } from 'node:path';
import { type Problem, readPolicy } from '../cli/policy/read.ts';
import type { CompiledPolicy } from '../shared/model/policy.ts';

/**
 * The policy as the functions carry it, read as `ami-steward validate` reads it.
 * @returns the compiled policy and what is only worth a warning, one line each
 * @throws an Error that lists every problem by file, line and column
 */
export async function compilePolicyFile(
  root: string,
  file: string,
): Promise<{ policy: CompiledPolicy; warnings: string[] }> {
  const reading = readPolicy(await readFile(file, 'utf8'), relative(root, file));
  if (reading.ok) return { policy: reading.policy, warnings: reading.warnings.map(asLine) };
  throw new Error(`the policy file has errors:\n${reading.problems.map(asLine).join('\n')}`);
}

const asLine = ({ file, line, column, severity, message, rule }: Problem): string =>
  `${file}:${line}:${column}  ${severity}  ${message}  ${rule}`;
