import { digest } from '../model/digest.ts';
import { type ImageKey, imageArn, imageRef } from '../model/ids.ts';
import type { Inventory } from '../model/inventory.ts';
import type { LifecycleEvent, LifecycleType } from '../model/lifecycle-event.ts';
import type { Outcome } from '../model/outcome.ts';
import type { ActionOf, Held } from '../model/plan.ts';
import type { Pointer } from '../model/pointer.ts';
import { accountPrincipal } from '../model/policy.ts';
import type { StorageGrant } from '../model/storage.ts';
import { isoTime } from '../model/time.ts';
import { imagesByKey } from '../rules/lineages.ts';
import type { Engine, Run } from './engine.ts';

export type Announcer = (
  type: LifecycleType,
  image: ImageKey | undefined,
  data: Readonly<Record<string, unknown>>,
  policy?: string,
) => LifecycleEvent;

/** Builds events. Their ids derive from their content, so that the same fact told twice is the same event. */
export function announcer(engine: Engine, run: Run, inventory: Inventory): Announcer {
  const images = imagesByKey(inventory);
  return (type, key, data, policy) => {
    const at = engine.clock.now();
    const image = key && images.get(key);
    const record = key && inventory.records.images[key];
    const name = image?.name ?? record?.name;
    const said = {
      accountId: engine.account,
      region: key ? imageRef(key).region : engine.homeRegion,
      ...(key && { imageId: imageRef(key).id, root: record?.root ?? key }),
      ...(name !== undefined && { name }),
      ...(image && { sizeGiB: image.sizeGiB }),
      ...(record?.family !== undefined && { family: record.family }),
      ...defined(data),
    };
    const by = policy ?? record?.policy;
    return {
      type,
      resources: key ? [imageArn(key)] : [],
      metadata: {
        id: digest([type, at, run.id, said]).slice(0, 26),
        version: '1',
        timestamp: isoTime(at),
        ...(by !== undefined && { policy: by }),
        policyHash: engine.policy.hash.slice(0, 7),
        correlationId: run.correlationId,
        causationId: run.causationId,
      },
      data: said,
    };
  };
}

const defined = (data: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(data).filter(([, value]) => value !== undefined));

/** What became of an action, as the world is told. Marks and questions are our own business and are not announced. */
export function eventsOf({ action, status, detail, error }: Outcome, say: Announcer): LifecycleEvent[] {
  const { image, root, family, policy, why } = action;
  const told = (type: LifecycleType, more: Readonly<Record<string, unknown>> = {}): LifecycleEvent =>
    say(type, image, { root, family, reasons: why, ...more }, policy);
  if (status === 'blocked' || status === 'failed')
    return [told('AMI Action Blocked', { step: action.kind, status, why: detail.why, error: error?.code })];
  if (status !== 'done') return [];
  switch (action.kind) {
    case 'copy-image':
      return [told('AMI Copy Started', { source: root, ...copying(action), ...detail })];
    case 'share-image':
      return [
        ...(action.add.length > 0 ? [told('AMI Shared', { added: action.add })] : []),
        ...(action.remove.length > 0 ? [told('AMI Unshared', { removed: action.remove })] : []),
      ];
    case 'publish-image':
      return [told(publicationType(action), { ...publication(action.pointer), ...detail, fromName: action.fromName })];
    case 'give-notice': {
      const { step, due, owners, images } = action;
      return [told('AMI Retirement Notice', { step, due: isoTime(due), owners, images })];
    }
    case 'share-snapshots':
    case 'grant-key':
      return storageEvents(action, told);
    case 'deprecate-image':
      return [told('AMI Deprecated')];
    case 'disable-image':
      return [told('AMI Disabled', { savedShares: detail.savedGrants })];
    case 'deregister-image':
      return [told('AMI Deregistered', { snapshots: detail.snapshots })];
    case 'clean-up-copy':
      return action.approved ? [told('AMI Deregistered', { snapshots: detail.snapshots, failedCopy: true })] : [];
    case 'enable-image':
    case 'cancel-deprecation':
    case 'recover-image':
      return [told('AMI Restored', undone(action.kind, detail))];
    case 'return-shares':
      return returned(detail, told);
    case 'mark-image':
    case 'request-usage-report':
    case 'approve-removal':
      return [];
  }
}

/** Back to an older image, away from a revoked one, is another story. */
export const publicationType = ({ leaves }: { readonly leaves?: ImageKey }): LifecycleType =>
  leaves === undefined ? 'AMI Published' : 'AMI Publish Rolled Back';

/** Which pointer moved, in the words of the event. */
export const publication = ({ name, kind, region }: Pointer) => ({
  pointer: name,
  pointerKind: kind,
  regions: [region],
});

/** Who may now copy, or use the key, and who no longer may: each account once, with what it was given. */
function storageEvents(
  { kind, add, remove }: ActionOf<'share-snapshots' | 'grant-key'>,
  told: (type: LifecycleType, more: Readonly<Record<string, unknown>>) => LifecycleEvent,
): LifecycleEvent[] {
  const what = kind === 'grant-key' ? 'key' : 'snapshots';
  const accounts = (grants: readonly StorageGrant[]) => [
    ...new Set(grants.map(({ account }) => accountPrincipal(account))),
  ];
  return [
    ...(add.length > 0 ? [told('AMI Shared', { what, added: accounts(add) })] : []),
    ...(remove.length > 0 ? [told('AMI Unshared', { what, removed: accounts(remove) })] : []),
  ];
}

const copying = ({ request, generation }: ActionOf<'copy-image'>) => ({
  target: request.region,
  kmsKey: request.kmsKey,
  attempt: generation,
});

/** The step that is no more, and what can be told of it. */
function undone(
  kind: 'enable-image' | 'cancel-deprecation' | 'recover-image',
  { shares, until, state }: Outcome['detail'],
) {
  if (kind === 'enable-image') return { undone: 'disable', shares };
  return kind === 'recover-image' ? { undone: 'deregister', state } : { undone: 'deprecate', deprecationAt: until };
}

/** The same people as before, except those whom EC2 refused or no policy lists any more. */
function returned(
  { added, dropped, lost }: Outcome['detail'],
  told: (type: LifecycleType, more: Readonly<Record<string, unknown>>) => LifecycleEvent,
): LifecycleEvent[] {
  return Array.isArray(added) && added.length > 0 ? [told('AMI Shared', { added, returned: true, dropped, lost })] : [];
}

/** A step that was due and that guards hold. */
export const heldEvent = ({ image, root, family, policy, step, why, guards }: Held, say: Announcer): LifecycleEvent =>
  say('AMI Action Blocked', image, { root, family, step, status: 'held', reasons: why, guards }, policy);
