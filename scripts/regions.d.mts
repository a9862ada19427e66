import type { CompiledPolicy, Policy } from '../shared/model/policy.ts';

interface PolicyWithRegions {
  readonly policies: readonly (Pick<Policy, 'copy'> & {
    readonly select: Pick<Policy['select'], 'regions'>;
    readonly publish?: Pick<NonNullable<CompiledPolicy['policies'][number]['publish']>, 'ssm'>;
  })[];
}

export function partitionOf(region: string): string | undefined;

export function regionsOf(policy: PolicyWithRegions, home: string): string[];

export function placeRegions(
  template: { Resources: Record<string, unknown> },
  regions: readonly string[],
  home: string,
  marks: { readonly policy: string; readonly forwarding: string; readonly stackSets: string },
): void;
