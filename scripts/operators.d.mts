export function admitOperators(
  template: { Resources: Record<string, unknown>; Outputs: Record<string, unknown> },
  operators: string,
): void;
