import type { CopyEstimate, Load } from '../../shared/rules/estimate.ts';

/** The list price of a GiB-month of snapshots, as AWS's page on snapshot archives gives it. Regions differ. */
export const snapshotPrice = { usd: 0.05, of: 'us-east-1, November 2026' } as const;

/** What the missing copies come to, before anything is copied: an edit of a policy can want thousands. */
export function estimateLines({ now, later, unsized }: CopyEstimate): string[] {
  if (now.copies + later.copies === 0) return [];
  const atOnce = now.copies > 0 ? [`${loadText(now)} now`] : [];
  const waiting = later.copies > 0 ? [`${loadText(later)} without a place yet (maxInFlight, maxPerDay)`] : [];
  const unknown = unsized > 0 ? [`the size of ${unsized} is not known and not counted`] : [];
  const gib = now.gib + later.gib;
  const price = `${(gib * snapshotPrice.usd).toFixed(2)} USD at ${snapshotPrice.usd} (${snapshotPrice.of})`;
  return [
    `Copies:  ${[...atOnce, ...waiting, ...unknown].join('; ')}.`,
    `Storage: at most ${gib} GiB-months a month for all of them, ${price}. Snapshots are incremental.`,
  ];
}

const loadText = ({ copies, gib }: Load): string => `${copies} of ${gib} GiB`;
