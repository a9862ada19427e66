export function pinAccount(template: {
  Resources: Record<string, { Type: string; Properties?: Record<string, unknown> }>;
}): void;
