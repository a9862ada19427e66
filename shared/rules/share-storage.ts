import { because } from '../model/codes.ts';
import { type Image, keyOf } from '../model/image.ts';
import type { Action, ActionKind } from '../model/plan.ts';
import { accountPrincipal, type Mode } from '../model/policy.ts';
import {
  accessUnder,
  isKey,
  type KeyAccess,
  type KeyReading,
  type StorageGrant,
  type StorageReading,
} from '../model/storage.ts';
import { join, nothing, type Part, said } from './draft.ts';
import { mayUse } from './key-policy.ts';
import { byText, sorted } from './order.ts';
import { refusals, restingRefusals, shareFields, takenBack, whyTaken } from './share-action.ts';
import type { Wanted, WantedGrants } from './share-state.ts';
import type { Subject } from './subject.ts';
import type { World } from './world.ts';

/** One image, and what is wanted for it. */
export interface Sharing {
  readonly image: Image;
  readonly subject: Subject;
  readonly wanted: WantedGrants;
  readonly world: World;
  readonly mode: Mode;
  /** Nothing under this image can be shared at all. */
  readonly blocked: boolean;
}

/** What sharees need beside launch permissions: the snapshots where they may copy, and the keys in any case. */
export function shareStorage(sharing: Sharing): Part {
  const reading = sharing.world.inventory.storage?.[keyOf(sharing.image)];
  if (!reading) return nothing;
  return join(shareSnapshots(sharing, reading), ...reading.keys.map((key) => shareKey(sharing, reading, key)));
}

function shareSnapshots(sharing: Sharing, { snapshots, given }: StorageReading): Part {
  const { image, wanted } = sharing;
  if (!snapshots) return nothing;
  if (!snapshots.complete) return said(image, because('snapshots-unread', { why: snapshots.why }));
  const isPresent = isAmong(snapshots.value);
  const missing = missingOn(image.snapshots, wanted.snapshots, isPresent);
  const surplus = given.filter((one) => !isKey(one.on) && isPresent(one) && !isWanted(one, wanted.snapshots));
  return changes('share-snapshots', sharing, sharing.blocked ? [] : missing, surplus);
}

function shareKey(sharing: Sharing, { given }: StorageReading, { key, access }: KeyReading): Part {
  const { image, wanted } = sharing;
  if (!access.complete) return said(image, because('key-unread', { key, why: access.why }));
  const seen = accessUnder(image.id, access.value);
  const { arn, manager, enabled } = seen;
  if (manager === 'aws') return nothing;
  const missing = missingOn([arn], wanted.keys, ({ account }) => canUse(seen, account));
  const surplus = given.filter((one) => one.on === arn && !isWanted(one, wanted.keys));
  return join(
    enabled ? nothing : said(image, because('key-disabled', { key: arn })),
    checked(sharing, seen),
    changes('grant-key', sharing, missing, surplus),
  );
}

const canUse = (access: KeyAccess, account: string): boolean => mayUse(accountPrincipal(account), access) === 'yes';

/** Who cannot use the key, or nobody can tell; accounts that get a grant are not among them. */
function checked({ image, wanted }: Sharing, access: KeyAccess): Part {
  const served = new Set(wanted.keys.map(({ principal }) => principal));
  const asked = wanted.verify.filter((principal) => !served.has(principal));
  const found = Map.groupBy(asked, (principal) => mayUse(principal, access));
  const shut = found.get('no') ?? [];
  const unsure = found.get('unknown') ?? [];
  return join(
    shut.length > 0 ? said(image, because('key-not-shared', { key: access.arn, principals: shut })) : nothing,
    unsure.length > 0 ? said(image, because('key-undecided', { key: access.arn, principals: unsure })) : nothing,
  );
}

type Missing = StorageGrant & { readonly mode: Mode };

const missingOn = (
  places: readonly string[],
  wanted: readonly Wanted[],
  isPresent: (one: StorageGrant) => boolean,
): Missing[] =>
  places.flatMap((on) =>
    wanted
      .map(({ principal, mode }) => ({ on, account: principal.slice('account:'.length), mode }))
      .filter((one) => !isPresent(one)),
  );

const isAmong =
  (all: readonly StorageGrant[]) =>
  ({ on, account }: StorageGrant): boolean =>
    all.some((one) => one.on === on && one.account === account);

const isWanted = ({ account }: StorageGrant, wanted: readonly Wanted[]): boolean =>
  wanted.some(({ principal }) => principal === accountPrincipal(account));

type StorageKind = Extract<ActionKind, 'share-snapshots' | 'grant-key'>;

function changes(kind: StorageKind, sharing: Sharing, missing: readonly Missing[], surplus: StorageGrant[]): Part {
  const { image, world, mode } = sharing;
  const resting = restingRefusals(image, world);
  const refusalOf = ({ on, account }: StorageGrant) =>
    resting.find((one) => one.on === on && one.principal === accountPrincipal(account));
  const due = missing.filter((one) => !refusalOf(one));
  const found = [...missing, ...surplus].flatMap((one) => refusalOf(one) ?? []);
  return join(
    refusals(image, found),
    ...(['apply', 'plan'] as const).map((which) =>
      additions(
        kind,
        sharing,
        which,
        due.filter((one) => (mode === 'apply' ? one.mode : 'plan') === which),
      ),
    ),
    removals(
      kind,
      sharing,
      surplus.filter((one) => !refusalOf(one)),
    ),
  );
}

function additions(kind: StorageKind, { image, subject }: Sharing, mode: Mode, missing: readonly Missing[]): Part {
  if (missing.length === 0) return nothing;
  const add = inOrder(missing);
  const principals = sorted(add.map(({ account }) => accountPrincipal(account)));
  const why = because(kind === 'grant-key' ? 'key-missing' : 'snapshots-missing', {
    principals,
    ...(kind === 'grant-key' && { key: add[0]?.on ?? '' }),
  });
  const action: Action = { kind, ...shareFields(image, subject, mode, [why]), add, remove: [] };
  return { ...nothing, actions: [action] };
}

function removals(kind: StorageKind, { image, subject }: Sharing, surplus: readonly StorageGrant[]): Part {
  if (surplus.length === 0) return nothing;
  const remove = inOrder(surplus);
  const why = whyTaken(subject, sorted(remove.map(({ account }) => accountPrincipal(account))));
  const action: Action = { kind, ...shareFields(image, subject, subject.effective.takeMode, why), add: [], remove };
  return takenBack(image, subject, action);
}

const inOrder = (grants: readonly StorageGrant[]): StorageGrant[] =>
  grants.map(({ on, account }) => ({ on, account })).sort((a, b) => byText(a.on, b.on) || byText(a.account, b.account));
