import { actionId, type Sharing } from '../model/action-id.ts';
import { canonicalJson, shortDigest } from '../model/digest.ts';
import type { ImageKey } from '../model/ids.ts';
import { keyOf } from '../model/image.ts';
import type { Inventory, UsageReading, Use } from '../model/inventory.ts';
import type { Action, ActionKind } from '../model/plan.ts';
import { imagesByKey, lineagesOf } from './lineages.ts';
import { byText } from './order.ts';

/** By action, then by what it rests on: `image.state`, `uses`, `reasons`, ... Each a short digest. */
export type Digests = Readonly<Record<string, Readonly<Record<string, string>>>>;

const granted = 'launch permissions';

interface Seen {
  readonly inventory: Inventory;
  readonly usage: readonly IndexedReading[];
  readonly images: ReturnType<typeof imagesByKey>;
  readonly members: ReadonlyMap<ImageKey, readonly ImageKey[]>;
}

interface IndexedReading extends Pick<UsageReading, 'source' | 'region'> {
  /** Absent where it could not be read. */
  readonly byImage?: ReadonlyMap<ImageKey, readonly Use[]>;
}

/** Digests of what these actions rest on. A person's word holds as long as none of them changes. */
export function digestsOf(inventory: Inventory, actions: readonly Action[]): Digests {
  const members = new Map(lineagesOf(inventory).map((lineage) => [lineage.root, lineage.members.map(keyOf)]));
  const seen = { inventory, usage: inventory.usage.map(indexed), images: imagesByKey(inventory), members };
  return Object.fromEntries(
    actions.map((action) => {
      const parts = Object.entries(basisOf(action, seen)).map(([part, value]) => [part, shortDigest(value, 12)]);
      return [actionId(action), Object.fromEntries(parts)];
    }),
  );
}

/** What differs of what an action rests on. Launch permissions count only where both had read them. */
export function changedParts(before: Digests[string], now: Digests[string]): string[] {
  const parts = new Set([...Object.keys(before), ...Object.keys(now)]);
  if (!(granted in before && granted in now)) parts.delete(granted);
  return [...parts].filter((part) => before[part] !== now[part]).sort();
}

/** Time alone moves nothing, so ages are left out; use and launches only matter to a step that takes. */
function basisOf(action: Action, { inventory, usage, images, members }: Seen): Record<string, unknown> {
  const { why, policy: _name, ...wish } = action;
  const { lastLaunchedAt, severity: _scanned, fixAvailableSince: _fix, ...image } = images.get(action.image) ?? {};
  const lineage = members.get(action.root) ?? [action.image];
  const permissions = inventory.grants[action.image];
  const fields = Object.fromEntries(Object.entries(image).map(([field, value]) => [`image.${field}`, value]));
  return {
    ...fields,
    action: wish,
    reasons: why.map(({ code, data: { age: _age, ...data } = {} }) => [code, data]),
    ...(permissions && { [granted]: permissions }),
    ...(takes(action) && {
      ...(lastLaunchedAt && { 'last launch': lastLaunchedAt }),
      uses: usesOf(lineage, usage, inventory),
    }),
  };
}

/** Whether something is taken: from users, or from those it was shared with. */
export const takes = (action: Action): boolean => ('remove' in action ? action.remove.length > 0 : taking[action.kind]);

const taking: Readonly<Record<Exclude<ActionKind, Sharing['kind']>, boolean>> = {
  'copy-image': false,
  'mark-image': false,
  'publish-image': false,
  'clean-up-copy': true,
  'deprecate-image': true,
  'give-notice': true,
  'request-usage-report': false,
  'disable-image': true,
  'approve-removal': true,
  'deregister-image': true,
  'enable-image': false,
  'cancel-deprecation': false,
  'return-shares': false,
  'recover-image': false,
};

const indexed = ({ source, region, uses }: UsageReading): IndexedReading => ({
  source,
  region,
  ...(uses.complete && { byImage: Map.groupBy(uses.value, ({ image }) => image) }),
});

/** In an order of our own: AWS gives the same users in another one the next time. */
function usesOf(
  lineage: readonly ImageKey[],
  usage: readonly IndexedReading[],
  { references, reports }: Inventory,
): unknown[] {
  const regional = usage.map(({ source, region, byImage }) => {
    const found = byImage && lineage.flatMap((image) => byImage.get(image) ?? []).sort(byUser);
    return canonicalJson([source, region, found ?? 'unread']);
  });
  const single = lineage.map((image) => {
    const found = reports?.[image];
    const elsewhere = found?.complete ? found.value.flatMap(({ uses }) => uses) : 'unread';
    return canonicalJson([image, references?.[image]?.by, elsewhere]);
  });
  return [...regional, ...single].sort();
}

const byUser = (a: Use, b: Use): number => byText(a.image, b.image) || byText(a.by, b.by);
