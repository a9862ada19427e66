export function encryptWith(
  template: {
    Resources: Record<string, { Type: string; Properties?: Record<string, unknown> }>;
    Outputs: Record<string, unknown>;
  },
  key: string,
): void;
