import { appendFileSync } from 'node:fs';
import type { Watch } from '../../local/iam/principal.ts';

/** Names the file that all workers of a run write into: which role asked for what, and which scenarios were played. */
export const collectedAt = 'STEWARD_PERMISSIONS_FILE';

/** One permission that a function used, as a line of that file. */
export interface Used {
  readonly role: string;
  readonly action: string;
  readonly type: string;
  readonly resource: string;
}

/** What the roles refused since the last look. */
let refused: string[] = [];
let isScenario = false;
const written = new Set<string>();

/** Whether what follows belongs to the scenarios. */
export const inScenario = (whether: boolean): void => {
  isScenario = whether;
};

/** Keeps what IAM refused, and of what scenarios used each action of each role once. */
export const note: Watch = ({ name: role }, { action, type, resource }, decision) => {
  if (decision !== 'allowed') refused.push(`${role}: ${action} on ${resource} is ${decision}`);
  const file = process.env[collectedAt];
  const once = `${role} ${action} ${type}`;
  if (!isScenario || file === undefined || decision !== 'allowed' || written.has(once)) return;
  written.add(once);
  appendFileSync(file, `${JSON.stringify({ role, action, type, resource } satisfies Used)}\n`);
};

/** A file of scenarios has come to its end. */
export function notePlayed(path: string): void {
  const file = process.env[collectedAt];
  if (file !== undefined) appendFileSync(file, `${JSON.stringify({ played: path })}\n`);
}

/** What the workers wrote. */
export function collected(text: string): { readonly played: readonly string[]; readonly used: readonly Used[] } {
  const lines = text.split('\n').filter(Boolean);
  const read = lines.map((line) => JSON.parse(line) as Used | { readonly played: string });
  return {
    played: read.flatMap((one) => ('played' in one ? one.played : [])),
    used: read.flatMap((one) => ('played' in one ? [] : one)),
  };
}

/** Each refusal once, and from now on anew. */
export function takeRefused(): string[] {
  const taken = [...new Set(refused)];
  refused = [];
  return taken;
}
