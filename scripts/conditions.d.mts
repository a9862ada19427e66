export function settleConditions(
  template: {
    Conditions?: Record<string, unknown>;
    Resources: Record<string, { Condition?: string }>;
  },
  home: string,
): void;
