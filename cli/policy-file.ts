import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { InputError } from '../shared/model/errors.ts';
import type { CompiledPolicy } from '../shared/model/policy.ts';
import { type PolicyLines, type Problem, readPolicy } from './policy/read.ts';

export interface LoadedPolicy {
  readonly policy: CompiledPolicy;
  /** As the person named it. */
  readonly policyFile: string;
  readonly lines: PolicyLines;
}

/** A policy file with errors; printed as `validate` prints them. */
export class PolicyError extends Error {
  readonly file: string;
  readonly problems: readonly Problem[];

  constructor(file: string, problems: readonly Problem[]) {
    super(`${file} has errors`);
    this.name = 'PolicyError';
    this.file = file;
    this.problems = problems;
  }
}

/**
 * What `validate` says of the time is left out: a share whose day is over is an error to mend, and no reason to hide the
 * plan that takes it back.
 * @throws PolicyError when it has errors, InputError when it cannot be read
 */
export async function loadPolicy(path: string, named: string, next?: string): Promise<LoadedPolicy> {
  const reading = readPolicy(await readInput(path, named, next), named);
  if (!reading.ok) throw new PolicyError(named, reading.problems);
  return { policy: reading.policy, policyFile: named, lines: reading.lines };
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EISDIR: 'is a folder, not a file',
  EACCES: 'may not be read by you',
};

/** The text of a file that a person named. @throws InputError when it cannot be read */
export async function readInput(path: string, named: string, next?: string): Promise<string> {
  try {
    return await readFile(resolve(path), 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    throw new InputError(reasons[code] ?? `cannot be read (${code})`, named, next);
  }
}
