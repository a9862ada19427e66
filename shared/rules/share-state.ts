import { digest } from '../model/digest.ts';
import { type Image, keyOf } from '../model/image.ts';
import { accountOf, accountPrincipal, type Mode, type Principal } from '../model/policy.ts';
import { accessUnder, isKey, type StorageGrant, type StorageReading } from '../model/storage.ts';
import type { Instant } from '../model/time.ts';
import { mayUse } from './key-policy.ts';
import type { Effective, Sharee, WantedShares } from './merge.ts';
import type { World } from './world.ts';

export interface Wanted {
  readonly principal: Principal;
  readonly mode: Mode;
}

/** What an image should be shared with at one moment, and the digest under which a check is recorded. */
export interface WantedGrants {
  readonly principals: readonly Wanted[];
  /** Accounts that may copy, too. */
  readonly snapshots: readonly Wanted[];
  /** Accounts that get a grant on the key. */
  readonly keys: readonly Wanted[];
  /** Sharees of whom it is to be said when they cannot use the key. */
  readonly verify: readonly Principal[];
  readonly exact: boolean;
  readonly digest: string;
}

/** The same for every image of the same policies, and asked several times of each. */
const lastWanted = new WeakMap<WantedShares, { readonly now: Instant; readonly wanted: WantedGrants }>();

/** `undefined` when no policy says anything about sharing. After `until` a sharee is wanted no more. */
export function grantsWanted({ shares }: Effective, now: Instant): WantedGrants | undefined {
  if (!shares) return undefined;
  const last = lastWanted.get(shares);
  if (last?.now === now) return last.wanted;
  const wanted = grantsAt(shares, now);
  lastWanted.set(shares, { now, wanted });
  return wanted;
}

function grantsAt({ exact, with: all }: WantedShares, now: Instant): WantedGrants {
  const sharees = all.filter(({ until }) => until === undefined || now < until);
  const accounts = sharees.filter(({ principal }) => accountOf(principal) !== undefined);
  const principals = unitedByMode(sharees);
  const snapshots = unitedByMode(accounts.filter((sharee) => sharee.snapshots));
  const keys = unitedByMode(accounts.filter(({ kms }) => kms === 'grant'));
  const verify = unitedByMode(sharees.filter(({ kms }) => kms !== 'off')).map(({ principal }) => principal);
  const ids = (wanted: readonly Wanted[]) => wanted.map(({ principal }) => principal);
  const wish = { exact, principals: ids(principals), snapshots: ids(snapshots), keys: ids(keys), verify };
  return { principals, snapshots, keys, verify, exact, digest: digest(wish) };
}

/** One entry per principal, in the order in which they come; one policy that acts is enough. */
function unitedByMode(sharees: readonly Sharee[]): Wanted[] {
  const modes = new Map<Principal, Mode>();
  for (const { principal, mode } of sharees) modes.set(principal, modes.get(principal) === 'apply' ? 'apply' : mode);
  return [...modes].map(([principal, mode]) => ({ principal, mode }));
}

/** The key that the policy names for the copy in this Region. */
const demandedKey = (image: Image, isRoot: boolean, effective: Effective): string | undefined =>
  isRoot ? undefined : effective.copies.find(({ region }) => region === image.region)?.kmsKey;

/** The keys under an image, as EC2 names them or, where it names none, as the policy does. */
export function keysUnder(image: Image, isRoot: boolean, effective: Effective): readonly string[] {
  if (!image.encrypted || image.kmsKeyIds.length > 0) return image.kmsKeyIds;
  const demanded = demandedKey(image, isRoot, effective);
  return demanded === undefined ? [] : [demanded];
}

/**
 * EC2 shares no image whose snapshots lie under the key `aws/ebs`. Where it names no key, only a key that the policy
 * demands for that Region's copy proves that it is not that one.
 */
export function cannotShare(image: Image, isRoot: boolean, effective: Effective, world: World): boolean {
  if (!image.encrypted) return false;
  if (image.kmsKeyIds.some((key) => key.endsWith('alias/aws/ebs'))) return true;
  const read = world.inventory.storage?.[keyOf(image)]?.keys ?? [];
  if (read.some(({ access }) => access.complete && access.value.manager === 'aws')) return true;
  return keysUnder(image, isRoot, effective).length === 0;
}

/** Why an image can never be public, whatever a policy says. */
export function neverPublic(image: Image): string | undefined {
  if (image.encrypted) return 'its snapshots are encrypted';
  if (image.productCodes.length > 0) return 'it carries a Marketplace product code';
  return image.watermarked ? 'it carries a watermark' : undefined;
}

export type Certainty = 'yes' | 'no' | 'unknown';

/** Whether an image has everything that its sharees should have. */
export function isShared(image: Image, isRoot: boolean, effective: Effective, world: World): Certainty {
  const wanted = grantsWanted(effective, world.now);
  if (!wanted || wanted.principals.length === 0) return 'yes';
  if (cannotShare(image, isRoot, effective, world)) return 'no';
  const seen = isSharedNow(image, wanted, world);
  if (seen !== 'unknown') return seen;
  return world.inventory.records.images[keyOf(image)]?.shares?.wanted === wanted.digest ? 'yes' : 'unknown';
}

/** The same by what was read in this run, without records. */
export function isSharedNow(image: Image, wanted: WantedGrants, { inventory }: World): Certainty {
  const grants = inventory.grants[keyOf(image)];
  if (!grants?.complete) return 'unknown';
  if (!wanted.principals.every(({ principal }) => grants.value.includes(principal))) return 'no';
  const reading = inventory.storage?.[keyOf(image)];
  const parts = [snapshotsShared(image, wanted, reading), keysGranted(image, wanted, reading)];
  return parts.includes(false) ? 'no' : parts.includes(undefined) ? 'unknown' : 'yes';
}

/** `undefined`: it was not read. */
function snapshotsShared(image: Image, wanted: WantedGrants, reading: StorageReading | undefined) {
  if (wanted.snapshots.length === 0) return true;
  if (!reading?.snapshots?.complete) return undefined;
  const present = reading.snapshots.value;
  const has = (on: string, principal: Principal) =>
    present.some((one: StorageGrant) => one.on === on && accountPrincipal(one.account) === principal);
  return image.snapshots.every((on) => wanted.snapshots.every(({ principal }) => has(on, principal)));
}

function keysGranted(image: Image, wanted: WantedGrants, reading: StorageReading | undefined) {
  if (wanted.keys.length === 0 || !image.encrypted) return true;
  if (!reading || reading.keys.length === 0 || reading.keys.some(({ access }) => !access.complete)) return undefined;
  return reading.keys.every(({ access }) =>
    wanted.keys.every(
      ({ principal }) => access.complete && mayUse(principal, accessUnder(image.id, access.value)) === 'yes',
    ),
  );
}

/** Whether something is there that has to be taken back, by what was read in this run. */
export function hasSurplus(image: Image, wanted: WantedGrants, { inventory }: World): boolean {
  const key = keyOf(image);
  const grants = inventory.grants[key];
  const given = inventory.records.granted[key];
  const isFor = (list: readonly Wanted[], principal: Principal) => list.some((one) => one.principal === principal);
  const launching = (grants?.complete ? grants.value : []).filter(
    (principal) => !isFor(wanted.principals, principal) && (wanted.exact || given?.includes(principal)),
  );
  return launching.length > 0 || storageSurplus(inventory.storage?.[key], wanted, isFor);
}

function storageSurplus(
  reading: StorageReading | undefined,
  { snapshots, keys }: WantedGrants,
  isFor: (list: readonly Wanted[], principal: Principal) => boolean,
): boolean {
  if (!reading) return false;
  const { snapshots: present, keys: under, given } = reading;
  const isThere = (grant: StorageGrant): boolean =>
    present?.complete === true && present.value.some(({ on, account }) => on === grant.on && account === grant.account);
  const isUnder = (key: string): boolean => under.some(({ access }) => access.complete && access.value.arn === key);
  return given.some((grant) => {
    const principal = accountPrincipal(grant.account);
    return isKey(grant.on)
      ? isUnder(grant.on) && !isFor(keys, principal)
      : isThere(grant) && !isFor(snapshots, principal);
  });
}
