import type { CompiledPolicy } from '../shared/model/policy.ts';

export function confineParameters(
  template: { Resources: Record<string, { Type: string; Properties?: Record<string, unknown> }> },
  policy: Pick<CompiledPolicy, 'policies'>,
  mark: string,
): void;
