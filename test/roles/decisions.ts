import { appendFileSync } from 'node:fs';
import type { Watch } from '../../local/iam/principal.ts';

/** What the roles refused since the last look. */
let refused: string[] = [];
/** Role and action of everything that was allowed. */
const used = new Set<string>();

/** A file to which every permission that was used is written once, when somebody asks for it. */
const file = process.env.STEWARD_PERMISSIONS_FILE;

/** Keeps what IAM decided. */
export const note: Watch = ({ name }, { action, resource }, decision) => {
  if (decision !== 'allowed') refused.push(`${name}: ${action} on ${resource} is ${decision}`);
  const permission = `${name} ${action}`;
  if (used.has(permission) || decision !== 'allowed') return;
  used.add(permission);
  if (file !== undefined) appendFileSync(file, `${permission}\n`);
};

/** Each refusal once, and from now on anew. */
export function takeRefused(): string[] {
  const taken = [...new Set(refused)];
  refused = [];
  return taken;
}
