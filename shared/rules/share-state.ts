import { digest } from '../model/digest.ts';
import { type Image, keyOf } from '../model/image.ts';
import type { Mode, Principal } from '../model/policy.ts';
import type { Instant } from '../model/time.ts';
import type { Effective } from './merge.ts';
import { byText } from './order.ts';
import type { World } from './world.ts';

/** Launch permissions that an image should have at one moment, and the digest under which a check is recorded. */
export interface WantedGrants {
  readonly principals: readonly { readonly principal: Principal; readonly mode: Mode }[];
  readonly exact: boolean;
  readonly digest: string;
}

/** `undefined` when no policy says anything about sharing. After `until` a sharee is wanted no more. */
export function grantsWanted(effective: Effective, now: Instant): WantedGrants | undefined {
  if (!effective.shares) return undefined;
  const modes = new Map<Principal, Mode>();
  for (const { principal, until, mode } of effective.shares.with)
    if (until === undefined || now < until) modes.set(principal, modes.get(principal) === 'apply' ? 'apply' : mode);
  const principals = [...modes].map(([principal, mode]) => ({ principal, mode }));
  principals.sort((a, b) => byText(a.principal, b.principal));
  const { exact } = effective.shares;
  return { principals, exact, digest: digest({ exact, principals: principals.map(({ principal }) => principal) }) };
}

/**
 * EC2 shares no image whose snapshots lie under the key `aws/ebs`. Where it names no key, only a key that the policy
 * demands for that Region's copy proves that it is not that one.
 */
export function cannotShare(image: Image, isRoot: boolean, effective: Effective): boolean {
  if (!image.encrypted) return false;
  if (image.kmsKeyIds.some((key) => key.endsWith('alias/aws/ebs'))) return true;
  const demanded =
    !isRoot && effective.copies.some((copy) => copy.region === image.region && copy.kmsKey !== undefined);
  return image.kmsKeyIds.length === 0 && !demanded;
}

export type Certainty = 'yes' | 'no' | 'unknown';

/** Whether an image has every launch permission it should have. */
export function isShared(image: Image, isRoot: boolean, effective: Effective, world: World): Certainty {
  const wanted = grantsWanted(effective, world.now);
  if (!wanted || wanted.principals.length === 0) return 'yes';
  if (cannotShare(image, isRoot, effective)) return 'no';
  const grants = world.inventory.grants[keyOf(image)];
  if (grants?.complete)
    return wanted.principals.every(({ principal }) => grants.value.includes(principal)) ? 'yes' : 'no';
  return world.inventory.records.images[keyOf(image)]?.shares?.wanted === wanted.digest ? 'yes' : 'unknown';
}
