import { appendFileSync } from 'node:fs';
import type { Watch } from '../../local/iam/principal.ts';

/** Names the file that a whole run writes into which role asked for what; see `collect.ts`. */
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

/** Each refusal once, and from now on anew. */
export function takeRefused(): string[] {
  const taken = [...new Set(refused)];
  refused = [];
  return taken;
}
