import type { ImageRow } from '../../local/ec2/rows.ts';
import { eventLog } from '../../local/services/events.ts';
import { messagesOf } from '../../local/services/queues.ts';
import type { EmbeddedAws } from '../../local/world.ts';
import { type ImageKey, imageKey, imageRef, type Region } from '../../shared/model/ids.ts';
import type { Policy } from '../../shared/model/policy.ts';
import { type CopyIntent, type ImageRecord, restoredRest } from '../../shared/model/records.ts';
import { day, hour, type Instant } from '../../shared/model/time.ts';
import { usualLimits } from '../../shared/rules/breaker.ts';
import { silenceLasts } from '../../shared/rules/silence.ts';
import { permissionText } from './invariants.ts';
import { account, type Scenario } from './scenario.ts';
import { keyOfRow, type Truth } from './truth.ts';

interface Finding {
  readonly invariant: string;
  readonly what: string;
}

interface Context {
  readonly truth: Truth;
  readonly scenario: Scenario;
  readonly records: ReadonlyMap<ImageKey, ImageRecord>;
  readonly intents: readonly CopyIntent[];
  readonly aws: EmbeddedAws;
  /** When each image was first available, as EC2 announced it. */
  readonly availableAt: ReadonlyMap<ImageKey, Instant>;
}

/** What must have become true once nothing has gone wrong for a while. */
export function liveness(truth: Truth, scenario: Scenario, aws: EmbeddedAws): Finding[] {
  const records = truth.stores<ImageRecord>(({ sk }) => sk === 'record');
  const context: Context = {
    truth,
    scenario,
    aws,
    records: new Map(records.map((record) => [record.image, record])),
    intents: truth.stores<CopyIntent>(({ sk }) => sk.startsWith('copy#')),
    availableAt: firstAvailable(aws, truth),
  };
  const checks: Readonly<Record<string, (context: Context) => string[]>> = {
    'LIVE-1 copied and shared': copiedAndShared,
    'LIVE-2 no orphan snapshots': orphans,
    'LIVE-3 the expired have left': expiredHaveLeft,
    'LIVE-4 no row is stuck': stuckRows,
    'INV-12 what was restored is whole': restoredWhole,
    'INV-14 records match images': recordsMatch,
    'INV-15 queues are empty': queuesAreEmpty,
  };
  return Object.entries(checks).flatMap(([invariant, check]) => check(context).map((what) => ({ invariant, what })));
}

function firstAvailable(aws: EmbeddedAws, truth: Truth): Map<ImageKey, Instant> {
  const found = new Map(
    truth
      .births()
      .map(({ key, at }) => [key, at] as const)
      .filter(([key]) => truth.image(key)),
  );
  const seen = new Set<ImageKey>();
  for (const { at, event } of eventLog(aws)) {
    if (event.detail.State !== 'available' || event.source !== 'aws.ec2') continue;
    const key = imageKey(event.region, String(event.detail.ImageId));
    if (!seen.has(key)) found.set(key, at);
    seen.add(key);
  }
  return found;
}

/** After so many failures a person has to look. */
const mostTries = 3;

const rootsOf = ({ truth }: Context): ImageRow[] =>
  truth
    .images()
    .filter((row) => truth.rootOf(keyOfRow(row)) === keyOfRow(row) && truth.policiesOf(keyOfRow(row)).length > 0)
    // What another service manages is its own business.
    .filter(({ tags }) => !Object.keys(tags).some((tag) => tag.startsWith('aws:')));

const targetsOf = (root: ImageKey, policies: readonly Policy[]): Region[] =>
  [...new Set(policies.flatMap(({ copy }) => (copy?.to ?? []).map(({ region }) => region)))].filter(
    (region) => region !== imageRef(root).region,
  );

/** A lineage on its way out grows no more; one is, once a member was deprecated or disabled. */
const isLeaving = (root: ImageKey, { truth, records }: Context): boolean =>
  records.get(root)?.revoked !== undefined ||
  truth
    .members(root)
    .some((row) => row.state === 'disabled' || (row.deprecateAt ?? Number.POSITIVE_INFINITY) <= truth.now()) ||
  [...records.values()].some((record) => record.root === root && record.approvedAt !== undefined);

/** Superseded ones stop growing when their first step is due, also while somebody holds them. */
function isSuperseded(root: ImageKey, context: Context): boolean {
  const retaining = context.truth.policiesOf(root).filter(({ retain }) => retain !== undefined);
  return retaining.length > 0 && supersededAt(root, retaining, context) < context.truth.now();
}

function copiedAndShared(context: Context): string[] {
  const { truth } = context;
  return rootsOf(context).flatMap((row) => {
    const root = keyOfRow(row);
    if (row.state !== 'available' || isLeaving(root, context) || isSuperseded(root, context)) return [];
    const policies = truth.policiesOf(root);
    const gone = restoredLately(root, context) ? goneIn(root, context) : [];
    const missing = targetsOf(root, policies)
      .filter((region) => !gone.includes(region))
      .filter((region) => !truth.copiesIn(root, region).some(({ state }) => state === 'available'))
      .filter((region) => triesOf(root, region, context) < mostTries)
      .map((region) => `${root} has no copy in ${region}`);
    return [...missing, ...unshared(root, policies, context)];
  });
}

/** People wanted it back, so that nothing is taken from it for a while. */
function restoredLately(root: ImageKey, { records, truth }: Context): boolean {
  const { restored } = records.get(root) ?? {};
  return restored !== undefined && truth.now() < restored.at + restoredRest;
}

/** Where a member was deregistered. Nothing but the Recycle Bin gives that back. */
const goneIn = (root: ImageKey, { records }: Context): Region[] =>
  [...records.values()].flatMap((record) =>
    record.root === root && record.goneAt !== undefined ? imageRef(record.image).region : [],
  );

/** Enabled, not deprecated by us, and shared with all who lost it, except where people changed it themselves. */
function restoredWhole(context: Context): string[] {
  const { truth, records } = context;
  return [...records.values()].flatMap((record) => {
    const row = truth.image(record.image);
    if (!row || !restoredLately(record.root, context) || row.tags['ami-steward:managed'] !== 'true') return [];
    const isListed = truth.policiesOf(record.root).length > 0;
    const given = truth.given(record.image);
    const lacking = [...truth.owed(record.image)].filter(
      (principal) => !row.permissions.map(permissionText).includes(principal) && (isListed || !given.has(principal)),
    );
    return [
      ...(row.state === 'disabled' && record.disabledAt !== undefined ? [`${record.image} is still disabled`] : []),
      ...(row.state === 'available' && lacking.length > 0
        ? [`${record.image} is not shared with ${lacking} again`]
        : []),
      ...(truth.deprecated.has(record.image) ? [`${record.image} is still deprecated`] : []),
    ];
  });
}

const triesOf = (root: ImageKey, region: Region, { truth }: Context): number =>
  truth
    .births()
    .filter((birth) => birth.root === root && birth.by === 'product' && imageRef(birth.key).region === region).length;

/** Launch permissions that a person took away are missed at the next daily check. */
function unshared(root: ImageKey, policies: readonly Policy[], { truth, scenario }: Context): string[] {
  if (truth.now() - scenario.faultsUntil < day + 3 * scenario.idleEvery) return [];
  const wanted = policies.flatMap(({ share }) => (share?.with ?? []).map(({ principal }) => principal));
  const targets = targetsOf(root, policies);
  return (
    truth
      .members(root)
      .filter((row) => row.state === 'available' && (keyOfRow(row) === root || targets.includes(row.region)))
      // Under the default key of EBS nobody else could use it, and EC2 refuses.
      .filter(({ disks }) => !disks.some(({ encrypted }) => encrypted))
      .flatMap((row) => {
        const lacking = wanted.filter((principal) => !row.permissions.includes(principal));
        const unmarked = row.tags['ami-steward:managed'] !== 'true';
        return [
          ...(lacking.length > 0 ? [`${keyOfRow(row)} is not shared with ${lacking}`] : []),
          ...(unmarked ? [`${keyOfRow(row)} is not marked`] : []),
        ];
      })
  );
}

/** Snapshots of images that the product removed, which no image needs any more. */
function orphans({ truth, records }: Context): string[] {
  const needed = new Set(truth.images().flatMap((row) => row.disks.map(({ snapshotId }) => snapshotId)));
  return truth
    .snapshots()
    .filter(({ id, tags }) => !needed.has(id) && tags['ami-steward:managed'] === 'true')
    .filter(({ region, id }) => {
      const owner = truth.removed.find((gone) => gone.region === region && gone.snapshots.includes(id));
      return owner !== undefined && records.get(owner.key) !== undefined;
    })
    .map(({ region, id }) => `${id} in ${region} was left behind`);
}

const longest = (policies: readonly Policy[], wait: (policy: Policy) => number): number =>
  Math.max(0, ...policies.map(wait));

/** Deprecate, disable, approve, deregister, and once more for a step that was interrupted. */
const steps = 5;

/** How long a superseded lineage may take to leave, with room for schedules that have slowed down. */
function timeToLeave(policies: readonly Policy[], scenario: Scenario): number {
  const stages = (policy: Policy) => policy.retain?.stages;
  const lenient = policies.every(({ overrides }) => overrides.some(({ rule }) => rule === 'retain/min-quarantine'));
  const quarantine = Math.max(
    longest(policies, (policy) => stages(policy)?.deregister?.afterDisabled ?? 0),
    lenient ? day : 7 * day,
  );
  const before = longest(
    policies,
    (policy) => (stages(policy)?.deprecate?.afterSuperseded ?? 0) + (stages(policy)?.disable?.afterDeprecated ?? 0),
  );
  return before + quarantine + steps * (scenario.idleEvery + hour);
}

function expiredHaveLeft(context: Context): string[] {
  const { truth } = context;
  const overdue = [...new Set(truth.images().map((row) => truth.rootOf(keyOfRow(row))))].flatMap((root) => {
    const members = truth.members(root);
    const retaining = retainingNow(root, members, context);
    const due = dueToHaveLeft(root, retaining, context);
    return due !== undefined && due < truth.now() ? [{ root, members, retaining, due }] : [];
  });
  // A crowd before the first step is more than any plan took before, which the breaker leaves to a person.
  const isCrowd = overdue.length > usualLimits.perPlan;
  const waits = (members: readonly ImageRow[]) => isCrowd && members.every((row) => row.deprecateAt === undefined);
  return overdue.flatMap(({ root, members, retaining, due }) =>
    waits(members) ||
    isStuck(root, context) ||
    isInUse(root, context) ||
    members.some((row) => isKept(row, retaining, context))
      ? []
      : [`${root} should have left by ${new Date(due).toISOString()} and has ${members.length} images`],
  );
}

/** By when, if nothing keeps it; `undefined` where nobody says so. */
function dueToHaveLeft(root: ImageKey, retaining: readonly Policy[], context: Context): Instant | undefined {
  const { truth, scenario } = context;
  const birth = truth.birth(root);
  const isJudged = retaining.every(
    ({ retain }) => retain?.limits.perPlan === 100 && retain.unit !== 'image' && retain.recycleBin !== 'required',
  );
  if (!birth || retaining.length === 0 || !isJudged) return undefined;
  const youth = retaining.every(({ overrides }) => overrides.some(({ rule }) => rule === 'retain/min-age'))
    ? 0
    : 7 * day;
  const superseded = supersededAt(root, retaining, context);
  const free = Math.max(superseded, birth.at + youth, scenario.faultsUntil + (scenario.storeIsOld ? 0 : 2 * day));
  return free + timeToLeave(retaining, scenario);
}

function isStuck(root: ImageKey, context: Context): boolean {
  const { truth, records } = context;
  // Nobody can tell that a copy was ever part of something whole, so it stays for a person to decide about.
  const neverWhole = truth.image(root) === undefined && records.get(root)?.finishedAt === undefined;
  return neverWhole || isGivenUp(root, context) || isUnshareable(root, truth) || restoredLately(root, context);
}

/** An image under the default key of EBS is never shared, so never whole, and supersedes nothing. */
const isUnshareable = (root: ImageKey, truth: Truth): boolean =>
  truth.policiesOf(root).some(({ share }) => share !== undefined) &&
  truth
    .images()
    .filter(
      (row) => truth.rootOf(keyOfRow(row)) === keyOfRow(row) && truth.familyOf(keyOfRow(row)) === truth.familyOf(root),
    )
    .some(({ disks }) => disks.some(({ encrypted }) => encrypted));

/** A copy was tried as often as ever, in vain: the lineage never was whole, so nothing leaves before a person has looked. */
function isGivenUp(root: ImageKey, context: Context): boolean {
  const { truth, records } = context;
  if (records.get(root)?.finishedAt !== undefined) return false;
  return targetsOf(root, truth.policiesOf(root)).some(
    (region) =>
      triesOf(root, region, context) >= mostTries &&
      !truth.copiesIn(root, region).some(({ state }) => state === 'available'),
  );
}

/** The tags of a root that is gone can be read no more: a policy that asks for tags sees those of the copies. */
function retainingNow(root: ImageKey, members: readonly ImageRow[], { truth }: Context): Policy[] {
  const retaining = truth.policiesOf(root).filter(({ retain }) => retain !== undefined);
  if (truth.image(root)) return retaining;
  return retaining.filter(({ select }) =>
    Object.entries(select.tags ?? {}).every(([key, values]) =>
      members.every(({ tags }) => values.includes(tags[key] ?? '')),
    ),
  );
}

/** Anything that may hold an image, whether or not it does. */
function isKept(row: ImageRow, retaining: readonly Policy[], context: Context): boolean {
  const { truth, scenario, records } = context;
  const key = keyOfRow(row);
  const leaving = timeToLeave(retaining, scenario);
  const recent = row.launches.some((at) => truth.now() - at < 3 * day + leaving);
  // Whoever showed it may have fallen silent, which is believed only later.
  const shown = Object.values(records.get(key)?.shownBy ?? {}).some((at) => truth.now() - at < silenceLasts + leaving);
  // Children leave first, each in its own time.
  const parent = truth.births().some((birth) => birth.parent === key);
  const held =
    row.tags['ami-steward:keep-until'] !== undefined ||
    row.protection.mode !== 'disabled' ||
    row.protection.until !== undefined;
  const abroad = truth.rootOf(key) !== key && truth.birth(key)?.by === 'actor';
  const byHand = row.state === 'disabled' && records.get(key)?.disabledAt === undefined;
  return (
    recent ||
    shown ||
    isInUse(key, context) ||
    parent ||
    held ||
    abroad ||
    byHand ||
    row.state === 'failed' ||
    row.tags['ami-steward:managed'] !== 'true'
  );
}

/** Somebody runs it or would launch it. A root that is gone holds its copies so, since they could stand in for it. */
function isInUse(key: ImageKey, { truth }: Context): boolean {
  const { id } = imageRef(key);
  return (
    truth.instances().some((one) => one.imageId === id && one.state !== 'terminated') ||
    truth.versions().some((version) => version.data.ImageId === id) ||
    truth.references().some(({ image }) => image === key)
  );
}

/** When the last of the newer lineages that put it outside the newest was finished, in every Region that it lives in. */
function supersededAt(root: ImageKey, policies: readonly Policy[], context: Context): Instant {
  const { truth } = context;
  const keep = Math.max(
    2,
    longest(policies, ({ retain }) => retain?.keepLast ?? 0),
  );
  const regions = [...new Set(truth.members(root).map(({ region }) => region))];
  return Math.max(...regions.map((region) => newerIn(root, region, context)[keep - 1] ?? Number.POSITIVE_INFINITY));
}

/** When each newer lineage of the family was whole, the earliest first. Only those that still stand whole count. */
function newerIn(root: ImageKey, region: Region, context: Context): Instant[] {
  const { truth, availableAt } = context;
  const birth = truth.birth(root);
  return rootsOf(context)
    .filter((row) => keyOfRow(row) !== root && row.createdAt > (birth?.at ?? 0))
    .filter((row) => row.architecture === birth?.architecture && truth.familyOf(keyOfRow(row)) === truth.familyOf(root))
    .filter((row) => !isLeaving(keyOfRow(row), context))
    .flatMap((row) => {
      const other = keyOfRow(row);
      const wanted = targetsOf(other, truth.policiesOf(other));
      const whole = [
        row,
        ...wanted.map((target) => truth.copiesIn(other, target).find(({ state }) => state === 'available')),
      ];
      if (row.state !== 'available' || whole.includes(undefined)) return [];
      if (!truth.members(other).some((one) => one.region === region && one.state === 'available')) return [];
      return [
        Math.max(...whole.map((one) => (one ? (availableAt.get(keyOfRow(one)) ?? Number.POSITIVE_INFINITY) : 0))),
      ];
    })
    .sort((a, b) => a - b);
}

function stuckRows(context: Context): string[] {
  const { truth, intents, records } = context;
  const now = truth.now();
  const copies = intents.flatMap((intent) => {
    const root = truth.image(intent.root);
    const waits =
      ['intent', 'copying', 'failed'].includes(intent.state) && now - Math.max(intent.since, intent.retryAt ?? 0) > day;
    if (intent.generation >= mostTries) return [];
    // Nobody looks at a Region any more that the policies have dropped; the row goes on where it was once one comes back.
    if (truth.dropped().includes(intent.region)) return [];
    if (!waits || root?.state !== 'available' || isLeaving(intent.root, context)) return [];
    if (truth.copiesIn(intent.root, intent.region).some(({ state }) => state === 'pending')) return [];
    return [
      `the copy of ${intent.root} to ${intent.region} is ${intent.state} since ${new Date(intent.since).toISOString()}`,
    ];
  });
  const there = new Set(truth.snapshots().map(({ id }) => id));
  const purges = [...records.values()].flatMap(({ image, goneAt, pendingSnapshots = [] }) => {
    const left =
      goneAt !== undefined && now - goneAt > day
        ? pendingSnapshots.filter(
            (id) => there.has(id) && !isNeeded(id, truth) && now - goneAt > longestIn(image, id, truth),
          )
        : [];
    return left.length > 0 ? [`${left} of ${image} wait for ever to be deleted`] : [];
  });
  return [...copies, ...purges];
}

/** What the Recycle Bin had keeps its snapshots for so long, and a little more. */
const longestIn = (image: ImageKey, snapshot: string, truth: Truth): number =>
  truth.wasBinned(imageRef(image).region, snapshot) ? 5 * day : day;

const isNeeded = (snapshot: string, truth: Truth): boolean =>
  truth.images().some((row) => row.disks.some(({ snapshotId }) => snapshotId === snapshot));

function recordsMatch(context: Context): string[] {
  const { truth, records } = context;
  const unrecorded = rootsOf(context).flatMap((row) => {
    const record = records.get(keyOfRow(row));
    return record === undefined || record.goneAt !== undefined || record.root !== keyOfRow(row)
      ? [`${keyOfRow(row)} has no right record`]
      : [];
  });
  const ghosts = [...records.values()]
    .filter(({ image, goneAt }) => goneAt === undefined && truth.image(image) === undefined)
    .map(({ image }) => `the record of ${image} says that it lives`);
  const wrong = [...records.values()]
    .filter(({ image, root }) => truth.birth(image) !== undefined && truth.rootOf(image) !== root)
    .map(({ image, root }) => `the record of ${image} names the root ${root}, not ${truth.rootOf(image)}`);
  return [...unrecorded, ...ghosts, ...wrong];
}

function queuesAreEmpty({ aws, truth }: Context): string[] {
  const queue = `arn:aws:sqs:${aws.homeRegion}:${account}:ami-steward-work`;
  const old = messagesOf(aws, queue).filter(({ sentAt }) => truth.now() - sentAt > 6 * hour);
  return old.length === 0 ? [] : [`${old.length} messages are older than six hours`];
}
