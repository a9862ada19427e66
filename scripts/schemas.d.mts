export function registerSchemas(
  resources: Record<string, unknown>,
  schemas: readonly { readonly name: string; readonly type: string; readonly content: object }[],
): void;
