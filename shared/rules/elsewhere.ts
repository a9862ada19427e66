import { because, type Reason } from '../model/codes.ts';
import type { Evidence } from '../model/evidence.ts';
import type { AccountId, ImageKey } from '../model/ids.ts';
import { type Image, keyOf } from '../model/image.ts';
import type { Inventory } from '../model/inventory.ts';
import { type ReportedUse, reportLife, reportRetry, type UsageReport } from '../model/references.ts';
import { formatDuration, type Instant } from '../model/time.ts';
import type { Taking } from './merge-retain.ts';
import { sorted } from './order.ts';
import { type World, worldSkew } from './world.ts';

/** What the reports on one image amount to. */
export interface Standing {
  readonly reasons: readonly Reason[];
  /** Another report would help. */
  readonly asks?: boolean;
}

export const unchecked = 'retain/shared-unchecked';

/**
 * Whether somebody in another account may use the image: it is shared, or was when we disabled it, or we shared it
 * once, or nobody knows.
 */
export function mayBeUsedElsewhere(image: Image, { grants, storage, records }: Inventory): boolean {
  const key = keyOf(image);
  const { disabledAt, savedGrants } = records.images[key] ?? {};
  const present = grants[key];
  const snapshots = storage?.[key]?.snapshots;
  return (
    image.public ||
    !present?.complete ||
    present.value.length > 0 ||
    (snapshots !== undefined && (!snapshots.complete || snapshots.value.length > 0)) ||
    (records.granted[key] ?? []).length > 0 ||
    (records.onceGranted?.[key] ?? []).length > 0 ||
    (savedGrants ? savedGrants.length > 0 : disabledAt !== undefined)
  );
}

/** Keeps what other accounts use, and what nobody has counted lately. */
export function elsewhereGuards(images: readonly Image[], taking: Taking, world: World): Reason[] {
  const shared = images.filter((image) => mayBeUsedElsewhere(image, world.inventory));
  if (taking.sharedAccounts) return shared.flatMap((image) => standingOf(keyOf(image), world).reasons);
  if (taking.overrides.includes(unchecked)) return [];
  return shared.map((image) => because('shared-unchecked', { image: keyOf(image) }));
}

const onlyWantReports: readonly string[] = [
  'usage-report-missing',
  'usage-report-pending',
  'usage-report-failed',
  'outside-window',
];

/** Images of which EC2 is to count the use elsewhere, since nothing else keeps them. */
export function reportsToAskFor(images: readonly Image[], guards: readonly Reason[], world: World): ImageKey[] {
  if (!guards.every(({ code }) => onlyWantReports.includes(code))) return [];
  const isHeld = (key: ImageKey): boolean => guards.some(({ data }) => data?.image === key);
  return images.map(keyOf).filter((key) => isHeld(key) && standingOf(key, world).asks);
}

export function standingOf(image: ImageKey, { inventory, now }: World): Standing {
  const seen = inventory.reports?.[image];
  if (!seen?.complete) {
    const why = seen ? seen.why : 'it was not read';
    return { reasons: [because('image-usage-unknown', { source: 'usage reports', image, why })] };
  }
  const uses = usesIn(seen, inventory.account, now);
  if (uses.length > 0) return { reasons: [usedElsewhere(image, uses)] };
  if (seen.value.some((report) => report.full && isFresh(report, now))) return { reasons: [] };
  return withoutReport(image, seen.value, now);
}

/** What fresh reports count in other accounts. */
export const usesIn = (
  seen: Evidence<readonly UsageReport[]> | undefined,
  own: AccountId,
  now: Instant,
): ReportedUse[] =>
  (seen?.complete ? seen.value : [])
    .filter((report) => isFresh(report, now))
    .flatMap((report) => report.uses)
    .filter(({ account, count }) => account !== own && count > 0);

/** One from the future was dated by a clock that nobody can rely on. */
const isFresh = ({ createdAt, state }: UsageReport, now: Instant): boolean =>
  state === 'available' && now - createdAt <= reportLife && createdAt <= now + worldSkew;

/** EC2 makes one report of an image at a time, so another one, whoever asked for it, is waited for. */
function withoutReport(image: ImageKey, reports: readonly UsageReport[], now: Instant): Standing {
  if (reports.some(({ state }) => state === 'pending'))
    return { reasons: [because('usage-report-pending', { image })] };
  const [last] = [...reports].sort((a, b) => b.createdAt - a.createdAt);
  if (last?.state === 'error')
    return {
      reasons: [because('usage-report-failed', { image, why: last.reason ?? 'it does not say why' })],
      asks: now - last.createdAt >= reportRetry,
    };
  return { reasons: [because('usage-report-missing', { image, life: formatDuration(reportLife) })], asks: true };
}

/** Of several reports the largest count: `14 of ec2:Instance`. */
function usedElsewhere(image: ImageKey, uses: readonly ReportedUse[]): Reason {
  const users = sorted(mostOf(uses).map((use) => `${use.account}: ${inWords(use)}`));
  const accounts = sorted(uses.map(({ account }) => account));
  return because('used-elsewhere', { image, by: accounts, users });
}

/** Of each account and type the largest count. */
export function mostOf(uses: readonly ReportedUse[]): ReportedUse[] {
  const fromLeast = [...uses].sort((a, b) => a.count - b.count);
  return [...new Map(fromLeast.map((use) => [`${use.account} ${use.type}`, use])).values()];
}

/** `14 instances`. */
export const inWords = ({ type, count }: ReportedUse): string =>
  `${count} ${nouns[type] ?? type}${count === 1 ? '' : 's'}`;

const nouns: Readonly<Record<string, string>> = {
  'ec2:Instance': 'instance',
  'ec2:LaunchTemplate': 'launch template',
  'imagebuilder:ImageRecipe': 'image recipe',
  'imagebuilder:ContainerRecipe': 'container recipe',
};
