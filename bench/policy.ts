import { readPolicy } from '../cli/policy/read.ts';
import type { CompiledPolicy } from '../shared/model/policy.ts';

export function policyOf(text: string): CompiledPolicy {
  const reading = readPolicy(text, 'bench.yml');
  if (reading.ok) return reading.policy;
  throw new Error(reading.problems.map(({ message }) => message).join('; '));
}
