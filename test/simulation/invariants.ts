import type { ImageRow } from '../../local/ec2/rows.ts';
import { type ImageKey, imageKey, imageRef } from '../../shared/model/ids.ts';
import type { Policy, Principal } from '../../shared/model/policy.ts';
import type { HistoryEntry, ImageRecord } from '../../shared/model/records.ts';
import { day, type Instant, minute } from '../../shared/model/time.ts';
import { invariantsOfPeople, isApproved, revokedBy } from './invariants-of-people.ts';
import type { Invocation } from './invocation.ts';
import type { Reference } from './references.ts';
import { account } from './scenario.ts';
import { isLiveRow, keyOfRow, type Truth } from './truth.ts';

/** A mutating EC2 call of the product that had its effect. */
export interface Effect {
  readonly operation: string;
  readonly region: string;
  readonly input: Readonly<Record<string, unknown>>;
  readonly output: Readonly<Record<string, unknown>>;
  /** The image as it was just before. */
  readonly before?: ImageRow;
  readonly invocation: Invocation;
}

export type Invariant = (effect: Effect, truth: Truth) => readonly string[];

/** What no program can know yet: younger uses and holds than this are forgiven. */
export const consistencyBound = 15 * minute;

export const takes = ['EnableImageDeprecation', 'DisableImage', 'DeregisterImage'];
const destroys = ['DisableImage', 'DeregisterImage'];

const imageOf = ({ input, region }: Effect): ImageKey | undefined =>
  typeof input.ImageId === 'string' ? imageKey(region, input.ImageId) : undefined;

export const approves = ({ operation, input }: Pick<Effect, 'operation' | 'input'>): boolean =>
  operation === 'CreateTags' &&
  ((input.Tags as { Key?: string }[] | undefined) ?? []).some(({ Key }) => Key === 'ami-steward:reap');

/** What is written down before a call is as much older than its effect as the call takes, with its retries. */
const callTime = minute;

const retaining = (truth: Truth, root: ImageKey): Policy[] =>
  truth.policiesOf(root).filter(({ retain }) => retain !== undefined);

const unitOf = (policies: readonly Policy[]): 'lineage' | 'image' =>
  policies.length > 0 && policies.every(({ retain }) => retain?.unit === 'image') ? 'image' : 'lineage';

/** Never available: it is removed outside the ladder. */
const isFailure = ({ before }: Effect): boolean => before?.state === 'failed';

const singleCopy: Invariant = (effect, truth) => {
  if (effect.operation !== 'CopyImage') return [];
  const root = truth.rootOf(imageKey(effect.region, String(effect.output.ImageId)));
  const live = truth.copiesIn(root, effect.region).filter((row) => isLiveRow(row) && isKnowable(row, truth));
  return live.length > 1 ? [`${root} has ${live.length} copies in ${effect.region}: ${live.map(({ id }) => id)}`] : [];
};

/** What a person has just made is not shown to anybody yet. */
const isKnowable = (row: ImageRow, truth: Truth): boolean =>
  truth.birth(keyOfRow(row))?.by === 'product' || truth.now() - row.createdAt >= truth.lag;

const noCopyOfCopy: Invariant = ({ operation, input, region }, truth) => {
  if (operation !== 'CopyImage') return [];
  const source = imageKey(String(input.SourceRegion), String(input.SourceImageId));
  return [
    ...(truth.rootOf(source) === source ? [] : [`${source} is a copy and was copied to ${region}`]),
    ...(input.SourceRegion === region && input.KmsKeyId === undefined
      ? [`${source} was copied into its own Region`]
      : []),
  ];
};

/** Images whose use counts: the image, or its whole lineage, but for copies where no policy ever had anybody look. */
function concerned(key: ImageKey, truth: Truth): ImageKey[] {
  const root = truth.rootOf(key);
  if (unitOf(retaining(truth, root)) === 'image') return [key];
  const looked = new Set([...truth.watched(), ...truth.dropped()]);
  const members = truth.members(root).filter(({ region }) => looked.has(region));
  return [...new Set([key, root, ...members.map(keyOfRow)])];
}

const notInUse: Invariant = (effect, truth) => {
  const key = imageOf(effect);
  if (!destroys.includes(effect.operation) || !key || isFailure(effect)) return [];
  const since = truth.now() - consistencyBound;
  const word = revokedBy(effect, truth);
  if (word?.disable === 'all') return [];
  const keys = new Set(word ? [key] : concerned(key, truth));
  const used = (word ? [] : truth.instances())
    .filter(
      (row) => row.state !== 'terminated' && row.launchedAt < (row.account === account ? since : elsewhereSince(truth)),
    )
    .filter((row) => keys.has(imageKey(row.region, row.imageId)))
    .map((row) => `${effect.operation} of ${key} while ${row.id} (${row.state}) runs from ${row.imageId}`);
  return [
    ...used,
    ...[...namedByTemplates(keys, since, truth), ...namedElsewhere(keys, since, truth)].map(
      (by) => `${effect.operation} of ${key} while ${by} names it`,
    ),
  ];
};

const namedElsewhere = (keys: ReadonlySet<ImageKey>, since: Instant, truth: Truth): string[] =>
  truth
    .references()
    .filter((one) => one.since < since && keys.has(one.image) && !isHidden(one, truth))
    .map(({ by }) => by);

/** What was never seen before its source fell silent, nobody can know. */
const isHidden = ({ since }: Reference, { silence }: Truth): boolean =>
  silence !== undefined && since > silence.from - 2 * day && since < silence.until;

/** A usage report may be a day old, and shows no launch of the day before it. */
const elsewhereSince = (truth: Truth): Instant => truth.now() - 2 * day - consistencyBound;

/** Default version, and the newest ones to the depth that every policy agrees to look at. */
function namedByTemplates(keys: ReadonlySet<ImageKey>, since: Instant, truth: Truth): string[] {
  const templates = new Map(truth.templates().map((row) => [row.id, row]));
  return truth.versions().flatMap((version) => {
    const template = templates.get(version.templateId);
    const image = String(version.data.ImageId);
    if (!template || version.createdAt >= since || !keys.has(imageKey(version.region, image))) return [];
    const seen = version.number === template.defaultVersion || version.number > template.latestVersion - 20;
    return seen ? [`template ${template.name} v${version.number}`] : [];
  });
}

const failClosed: Invariant = (effect, truth) => {
  if (!destroys.includes(effect.operation) || isFailure(effect)) return [];
  // What people revoked is disabled image by image: use in other Regions keeps it no more.
  const regions = revokedBy(effect, truth) ? [effect.region] : truth.watched();
  const blind = effect.invocation.blindSpot(regions, truth.now() - 15 * minute);
  return blind === undefined
    ? []
    : [`${effect.operation} of ${imageOf(effect)} in ${effect.invocation.name} although ${blind}`];
};

/** After a store was first seen empty, time for what it forgot to come back. */
const storeYouth = 2 * day;

const youngStore: Invariant = (effect, truth) => {
  if (!destroys.includes(effect.operation) || isFailure(effect)) return [];
  const since = truth.stored<{ at: Instant }>('control#store', 'first-sweep')?.at;
  if (since !== undefined && truth.now() - since >= storeYouth) return [];
  return [`${effect.operation} of ${imageOf(effect)} with a store that is known since ${since ?? 'never'}`];
};

const ladder: Invariant = (effect, truth) => {
  const key = approves(effect) ? resourceImage(effect) : imageOf(effect);
  if (!key || isFailure(effect) || truth.image(key)?.state === 'failed' || revokedBy(effect, truth)) return [];
  const now = truth.now();
  if (truth.heldSince(key) > now - consistencyBound) return [];
  const policies = retaining(truth, truth.rootOf(key));
  if (effect.operation === 'DisableImage')
    return waited(
      key,
      'disabled',
      effect.before?.deprecateAt,
      longest(policies, ({ stages }) => stages.disable?.afterDeprecated),
      now,
    );
  const quarantine = Math.max(
    longest(policies, ({ stages }) => stages.deregister?.afterDisabled),
    leastQuarantine(policies),
    day,
  );
  if (approves(effect)) return waited(key, 'approved', truth.disabledSince.get(key), quarantine, now);
  if (effect.operation !== 'DeregisterImage') return [];
  return [
    ...(effect.before?.state === 'disabled' ? [] : [`${key} was deregistered while ${effect.before?.state}`]),
    ...(effect.before?.tags['ami-steward:reap'] === 'approved' ? [] : [`${key} was deregistered without approval`]),
    ...waited(key, 'deregistered', truth.disabledSince.get(key), quarantine, now),
  ];
};

const longest = (
  policies: readonly Policy[],
  wait: (retain: NonNullable<Policy['retain']>) => number | undefined,
): number => Math.max(0, ...policies.map(({ retain }) => (retain && wait(retain)) ?? 0));

const leastQuarantine = (policies: readonly Policy[]): number =>
  policies.every(({ overrides }) => overrides.some(({ rule }) => rule === 'retain/min-quarantine')) ? 0 : 2 * day;

function waited(key: ImageKey, what: string, since: Instant | undefined, wait: number, now: Instant): string[] {
  if (since !== undefined && now - since >= wait - callTime) return [];
  const after =
    since === undefined
      ? 'although the step before never happened'
      : `${Math.round((now - since) / minute)} min after the step before, not ${wait / minute}`;
  return [`${key} was ${what} ${after}`];
}

function resourceImage({ input, region }: Effect): ImageKey | undefined {
  const id = (input.Resources as string[] | undefined)?.find((resource) => resource.startsWith('ami-'));
  return id === undefined ? undefined : imageKey(region, id);
}

const stepOf: Readonly<Record<string, string>> = {
  EnableImageDeprecation: 'deprecate-image',
  DisableImage: 'disable-image',
  DeregisterImage: 'deregister-image',
};

/** Part of INV-5: what is about to happen stands in the history before it happens. */
const evidenceFirst: Invariant = (effect, truth) => {
  const key = imageOf(effect);
  const step = stepOf[effect.operation];
  if (!key || step === undefined) return [];
  const wanted = isFailure(effect) ? 'clean-up-copy' : step;
  const told = truth
    .stores<HistoryEntry>(({ pk, sk }) => pk === `image#${key}` && sk.startsWith('history#'))
    .some(({ what, phase, at }) => what === wanted && phase === 'before' && at >= effect.invocation.at);
  return told ? [] : [`${effect.operation} of ${key} without a line in its history before the call`];
};

const limits: Invariant = (effect, truth) => {
  const key = approves(effect) ? resourceImage(effect) : imageOf(effect);
  const step = approves(effect) ? 'approve' : effect.operation;
  if (
    !key ||
    isFailure(effect) ||
    truth.image(key)?.state === 'failed' ||
    !(takes.includes(step) || step === 'approve') ||
    revokedBy(effect, truth) ||
    isApproved(key, truth)
  )
    return [];
  const root = truth.rootOf(key);
  return retaining(truth, root).flatMap(({ name, retain }) => {
    const total = taken(effect.invocation, `${step} ${name}`, root);
    const inFamily = taken(effect.invocation, `${step} ${name} ${truth.familyOf(root)}`, root);
    if (!retain || retain.unit === 'image') return [];
    const size = familySize(truth, truth.familyOf(root)) + (effect.operation === 'DeregisterImage' ? inFamily : 0);
    const { perPlan, percentOfFamily } = retain.limits;
    return [
      ...(total > perPlan ? [`${name} took ${total} lineages by ${step} in one plan, the limit is ${perPlan}`] : []),
      ...(inFamily > 1 && inFamily * 100 > size * percentOfFamily
        ? [`${name} took ${inFamily} of ${size} by ${step} in one plan, the limit is ${percentOfFamily} %`]
        : []),
    ];
  });
};

function taken(invocation: Invocation, what: string, root: ImageKey): number {
  const roots = invocation.taken.get(what) ?? new Set<ImageKey>();
  invocation.taken.set(what, roots.add(root));
  return roots.size;
}

const familySize = (truth: Truth, family: string): number =>
  new Set(
    truth
      .images()
      .filter(isLiveRow)
      .map((row) => truth.rootOf(keyOfRow(row)))
      .filter((root) => truth.familyOf(root) === family),
  ).size;

const floor: Invariant = (effect, truth) => {
  const key = imageOf(effect);
  if (!takes.includes(effect.operation) || !key || isFailure(effect) || revokedBy(effect, truth)) return [];
  const root = truth.rootOf(key);
  const birth = truth.birth(root);
  const keep = Math.max(
    2,
    longest(retaining(truth, root), ({ keepLast }) => keepLast),
  );
  const newer = truth.images().filter((row) => {
    const other = truth.birth(truth.rootOf(keyOfRow(row)));
    return (
      row.state === 'available' &&
      row.region === effect.region &&
      other !== undefined &&
      other.root !== root &&
      truth.familyOf(other.root) === truth.familyOf(root) &&
      other.architecture === birth?.architecture &&
      other.at >= (birth?.at ?? 0)
    );
  });
  const lineages = new Set(newer.map((row) => truth.rootOf(keyOfRow(row)))).size;
  return lineages >= keep
    ? []
    : [`${effect.operation} of ${key} leaves ${lineages} newer ones in ${effect.region}, not ${keep}`];
};

export const principalOf = (entry: {
  UserId?: string;
  Group?: string;
  OrganizationArn?: string;
  OrganizationalUnitArn?: string;
}): Principal =>
  entry.UserId !== undefined
    ? `account:${entry.UserId}`
    : entry.OrganizationArn !== undefined
      ? `organization:${entry.OrganizationArn}`
      : entry.OrganizationalUnitArn !== undefined
        ? `unit:${entry.OrganizationalUnitArn}`
        : 'everyone';

const shares: Invariant = (effect, truth) => {
  if (effect.operation === 'ModifySnapshotAttribute') return ['a snapshot was shared'];
  const key = imageOf(effect);
  if (effect.operation !== 'ModifyImageAttribute' || !key) return [];
  const { Add: add = [] } = (effect.input.LaunchPermission ?? {}) as { Add?: Parameters<typeof principalOf>[0][] };
  const allowed = new Set(
    truth.policiesOf(truth.rootOf(key)).flatMap(({ share }) => (share?.with ?? []).map(({ principal }) => principal)),
  );
  return add
    .map(principalOf)
    .filter((principal) => !truth.owed(key).has(principal))
    .filter((principal) => principal === 'everyone' || !allowed.has(principal))
    .map((principal) => `${key} was shared with ${principal}, whom no policy names`);
};

/** What the product gave it may take back; what others gave only where every policy says exactly who has it. */
const takenBack: Invariant = (effect, truth) => {
  const key = imageOf(effect);
  if (effect.operation !== 'ModifyImageAttribute' || !key) return [];
  const { Remove: remove = [] } = (effect.input.LaunchPermission ?? {}) as {
    Remove?: Parameters<typeof principalOf>[0][];
  };
  const sharing = truth.policiesOf(truth.rootOf(key)).filter(({ share }) => share !== undefined);
  if (sharing.length > 0 && sharing.every(({ share }) => share?.exact)) return [];
  return remove
    .map(principalOf)
    .filter((principal) => !truth.given(key).has(principal))
    .map((principal) => `${key} was taken from ${principal}, who had it from somebody else`);
};

const ownership: Invariant = (effect, truth) => {
  const key =
    effect.operation === 'CopyImage'
      ? imageKey(String(effect.input.SourceRegion), String(effect.input.SourceImageId))
      : (imageOf(effect) ?? resourceImage(effect));
  if (!key) return [];
  const birth = truth.birth(key);
  if (birth?.account !== account) return [`${effect.operation} of ${key}, which belongs to ${birth?.account}`];
  const root = truth.rootOf(key);
  // What people revoked they named themselves, whether a policy selects it or not.
  if (truth.policiesOf(root).length > 0 || revokedBy(effect, truth)) return [];
  return [`${effect.operation} of ${key}, which no policy selects`];
};

const holds: Invariant = (effect, truth) => {
  const key = approves(effect) ? resourceImage(effect) : imageOf(effect);
  if (!key || isFailure(effect) || truth.image(key)?.state === 'failed') return [];
  if (!takes.includes(effect.operation) && !approves(effect)) return [];
  // People had each image of what they revoked disabled by itself.
  const rows = (revokedBy(effect, truth) ? [key] : concerned(key, truth)).map((one) =>
    one === key ? (effect.before ?? truth.image(one)) : truth.image(one),
  );
  return rows.flatMap((row) => (row ? holdsOn(row, effect, truth) : []));
};

function holdsOn(row: ImageRow, effect: Effect, truth: Truth): string[] {
  const key = keyOfRow(row);
  if (truth.heldSince(key) > truth.now() - consistencyBound) return [];
  const keep = row.tags['ami-steward:keep-until'];
  const until =
    keep === undefined ? 0 : /^\d{4}-\d{2}-\d{2}$/.test(keep) ? Date.parse(keep) + day : Number.POSITIVE_INFINITY;
  const guarded = effect.operation !== 'EnableImageDeprecation';
  return [
    ...(truth.now() < until ? [`${effect.operation} although ${key} is kept until ${keep}`] : []),
    ...(guarded && row.protection.mode !== 'disabled' ? [`${effect.operation} although ${key} is protected`] : []),
    ...(Object.keys(row.tags).some((tag) => tag.startsWith('aws:'))
      ? [`${effect.operation} although another service manages ${key}`]
      : []),
  ];
}

/** Ids are written ahead, and nothing that an image needs is deleted. */
const snapshots: Invariant = (effect, truth) => {
  if (effect.operation !== 'DeregisterImage' && effect.operation !== 'DeleteSnapshot') return [];
  const there = new Set(truth.snapshots().map(({ id }) => id));
  const missing = truth
    .images()
    .filter(({ state }) => state === 'available' || state === 'disabled')
    .flatMap((row) =>
      row.disks.flatMap(({ snapshotId }) =>
        snapshotId && !there.has(snapshotId) ? [`${keyOfRow(row)} has lost ${snapshotId}`] : [],
      ),
    );
  const key = imageOf(effect);
  if (effect.operation !== 'DeregisterImage' || !key || !effect.input.DeleteAssociatedSnapshots) return missing;
  const record = truth.stored<ImageRecord>(`image#${key}`, 'record');
  const forgotten = (effect.before?.disks ?? []).flatMap(({ snapshotId }) =>
    snapshotId && !record?.pendingSnapshots?.includes(snapshotId)
      ? [`${snapshotId} of ${key} was not written ahead`]
      : [],
  );
  return [...missing, ...forgotten];
};

export const permissionText = (permission: string): string => (permission === 'group:all' ? 'everyone' : permission);

const reversible: Invariant = (effect, truth) => {
  const key = imageOf(effect);
  if (effect.operation !== 'DisableImage' || !key) return [];
  const saved = truth.stored<ImageRecord>(`image#${key}`, 'record')?.savedGrants ?? [];
  const lost = (effect.before?.permissions ?? [])
    .map(permissionText)
    .filter((permission) => !saved.includes(permission));
  return lost.length === 0 ? [] : [`${key} was disabled and ${lost} is saved nowhere`];
};

/** One try may be lost in a crash before its number was known. */
const generations = 3;

const bounded: Invariant = (effect, truth) => {
  if (effect.operation !== 'CopyImage') return [];
  const root = truth.rootOf(imageKey(effect.region, String(effect.output.ImageId)));
  const made = truth
    .births()
    .filter((birth) => birth.root === root && birth.by === 'product' && imageRef(birth.key).region === effect.region);
  return made.length > 1 + generations ? [`${root} was copied ${made.length} times to ${effect.region}`] : [];
};

/** Checked after every effect of a mutating call of the product. */
export const invariants: Readonly<Record<string, Invariant>> = {
  'INV-1 single copy': singleCopy,
  'INV-2 no copy of a copy': noCopyOfCopy,
  'INV-3 not in use': notInUse,
  'INV-4 fail closed': failClosed,
  'INV-4 young store': youngStore,
  'INV-5 ladder': ladder,
  'INV-5 evidence first': evidenceFirst,
  'INV-6 limits': limits,
  'INV-7 floor': floor,
  'INV-8 shares': shares,
  'INV-8 taken back': takenBack,
  'INV-9 ownership': ownership,
  'INV-10 holds': holds,
  'INV-11 snapshots': snapshots,
  'INV-12 saved shares': reversible,
  'INV-15 bounded work': bounded,
  ...invariantsOfPeople,
};
