interface PolicyWithTopics {
  readonly policies: readonly { readonly notify?: readonly { readonly sns?: string; readonly chat?: string }[] }[];
}

export function topicsOf(policy: PolicyWithTopics): string[];

export function allowTopics(
  resources: Record<string, { Properties: { Policies: { PolicyDocument: { Statement: object[] } }[] } }>,
  policy: PolicyWithTopics,
): void;
