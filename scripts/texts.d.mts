/** Writes templates within the template, and dashboards, as the text that CloudFormation wants. */
export function writeTexts(resources: Record<string, { Type: string; Properties?: Record<string, unknown> }>): void;
