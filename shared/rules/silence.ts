import { because, type Reason } from '../model/codes.ts';
import type { ImageKey } from '../model/ids.ts';
import { type Image, keyOf } from '../model/image.ts';
import { type Inventory, type UsageSourceName, usageSources } from '../model/inventory.ts';
import type { CompiledPolicy } from '../model/policy.ts';
import type { ImageRecord } from '../model/records.ts';
import { type Duration, day, type Instant, isoTime } from '../model/time.ts';
import { standingOf, usesIn } from './elsewhere.ts';
import { referencesOn } from './guards-references.ts';
import { concerned, type Unit } from './ladder.ts';
import { push } from './order.ts';
import type { World } from './world.ts';

/** For so long a source that showed use of an image and falls silent is not believed. */
export const silenceLasts: Duration = 14 * day;

/** Where EC2's references to an image, the second opinion, show the same use. */
const confirmed: readonly UsageSourceName[] = ['instances', 'launch-templates', 'ssm-parameters'];

const reports = 'usage reports';

/**
 * What one source alone shows is gone as soon as that source says nothing, without an error: a list that is empty where it
 * was not, an image that nobody names any more. Only time tells such an answer from the truth.
 */
export const silenceGuards = (unit: Unit, world: World): Reason[] =>
  concerned(unit).flatMap((image) => silentAbout(image, unit, world));

function silentAbout(image: Image, { taking }: Unit, world: World): Reason[] {
  const key = keyOf(image);
  const asked = [...unconfirmed(taking.off), ...referencesOn(taking.off), ...(taking.sharedAccounts ? [reports] : [])];
  return Object.entries(world.inventory.records.images[key]?.shownBy ?? {})
    .filter(([source, since]) => asked.includes(source) && world.now - since < silenceLasts)
    .filter(([source]) => isSilent(source, image, world))
    .map(([source, since]) => because('source-silent', { source, image: key, since: isoTime(since).slice(0, 10) }));
}

/** Sources of whole Regions that nothing else confirms. */
const unconfirmed = (off: readonly string[]): string[] => {
  const hasSecond = referencesOn(off).includes('image-references');
  return usageSources.filter((source) => !off.includes(source) && !(hasSecond && confirmed.includes(source)));
};

/** Has answered, and shows nothing: of this image, or at all where it is read for whole Regions. */
function isSilent(source: string, image: Image, world: World): boolean {
  const key = keyOf(image);
  if (source === reports) return standingOf(key, world).reasons.length === 0;
  const { references, usage } = world.inventory;
  const named = Object.entries(references?.[key]?.by ?? {}).filter(([name]) => name === source);
  // A parameter may list images of every Region.
  const listed = usage.filter(
    (one) => one.source === source && (one.region === image.region || source === 'ssm-parameters'),
  );
  return [...named.map(([, found]) => found), ...listed.map(({ uses }) => uses)].some(
    (found) => found.complete && found.value.length === 0,
  );
}

/** Of the sources that are asked about single images, those that show a use of this one. */
function naming(image: ImageKey, { account, references, reports: read }: Inventory, now: Instant): string[] {
  const by = Object.entries(references?.[image]?.by ?? {});
  return [
    ...by.filter(([, found]) => found.complete && found.value.length > 0).map(([source]) => source),
    ...(usesIn(read?.[image], account, now).length > 0 ? [reports] : []),
  ];
}

/** By image, sources that alone show its use and that its record does not have, or not of today. */
export function shownAnew(
  inventory: Inventory,
  { policies }: CompiledPolicy,
  now: Instant,
): Map<ImageKey, NonNullable<ImageRecord['shownBy']>> {
  const { images } = inventory.records;
  // Stryker disable next-line ArrayDeclaration: no source is named as the fault is.
  const sources = new Set(policies.flatMap(({ retain }) => (retain ? unconfirmed(retain.guards.off) : [])));
  const seen = new Map<ImageRecord, string[]>();
  const isUsed = new Set<ImageKey>();
  const note = (image: ImageKey, source: string) => {
    const record = images[image];
    if (record) push(seen, record, source);
  };
  // Stryker disable next-line ArrayDeclaration: no use is what the fault puts in.
  for (const { source, uses } of inventory.usage) {
    if (!uses.complete) continue;
    for (const { image } of uses.value) {
      isUsed.add(image);
      if (sources.has(source)) note(image, source);
    }
  }
  for (const image of [
    ...Object.keys(inventory.references ?? {}),
    ...Object.keys(inventory.reports ?? {}),
  ] as ImageKey[])
    for (const source of naming(image, inventory, now))
      if (source !== 'image-references' || !isUsed.has(image)) note(image, source);
  return news(seen, now);
}

function news(
  seen: ReadonlyMap<ImageRecord, readonly string[]>,
  now: Instant,
): Map<ImageKey, NonNullable<ImageRecord['shownBy']>> {
  return new Map(
    [...seen].flatMap(([{ image, shownBy: before = {} }, sources]) => {
      const fresh = sources.filter((source) => now - (before[source] ?? 0) >= day);
      return fresh.length > 0 ? [[image, Object.fromEntries(fresh.map((source) => [source, now]))] as const] : [];
    }),
  );
}
