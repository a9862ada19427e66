import type { Code } from '../model/codes.ts';
import type { Inventory } from '../model/inventory.ts';
import type { Plan, Verdict } from '../model/plan.ts';
import type { CompiledPolicy } from '../model/policy.ts';
import type { Duration, Instant } from '../model/time.ts';

/** What the newest image of a pointer says as long as the pointer does not name it. */
const unpublished: readonly Code[] = [
  'publish-due',
  'publish-back',
  'publish-waits',
  'publish-pending',
  'pointer-conflict',
  'pointer-foreign',
  'pointer-moved',
  'pointer-untagged',
  'pointer-unread',
];

/** How long the image that waits longest for its pointer has been known; 0: none waits. Policies in mode plan publish nothing. */
export function longestUnpublished(
  { verdicts }: Plan,
  inventory: Inventory,
  policy: CompiledPolicy,
  now: Instant,
): Duration {
  const acting = new Set(policy.policies.filter(({ mode }) => mode === 'apply').map(({ name }) => name));
  const waits = (verdict: Verdict) =>
    verdict.policy !== undefined &&
    acting.has(verdict.policy) &&
    verdict.reasons.some(({ code }) => unpublished.includes(code));
  const known = verdicts.filter(waits).map(({ root }) => inventory.records.images[root]?.firstSeenAt ?? now);
  return known.reduce((longest, since) => Math.max(longest, now - since), 0);
}
