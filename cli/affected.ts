import { watchedRegions } from '../shared/engine/observe.ts';
import { readGrants, withGrants } from '../shared/engine/observe-grants.ts';
import { readUsage } from '../shared/engine/observe-usage.ts';
import { evidence } from '../shared/engine/reading.ts';
import { known } from '../shared/model/evidence.ts';
import { type ImageKey, imageKey, imageRef, parseImageKey, type Region } from '../shared/model/ids.ts';
import type { Inventory, UsageReading } from '../shared/model/inventory.ts';
import type { Selector } from '../shared/model/policy.ts';
import { type ReferenceReading, referenceSources } from '../shared/model/references.ts';
import type { Instant } from '../shared/model/time.ts';
import { type Affected, affectedBy } from '../shared/rules/affected.ts';
import { descentFrom, everyKnown } from '../shared/rules/descent.ts';
import { worldOf } from '../shared/rules/world.ts';
import { findImage, withHistory } from './find-image.ts';
import { regionsOf } from './search/search.ts';
import { type Header, survey } from './survey.ts';
import type { World } from './worlds/world.ts';

export interface Answer extends Affected {
  readonly header: Header;
  readonly image: ImageKey;
}

/**
 * Looks at every Region for what descends from an image, also one of another owner, and for who uses that.
 * @throws InputError when the text names no image, or several
 */
export async function affectedIn(world: World, text: string, at?: Instant): Promise<Answer> {
  const enabled = await regionsOf(world);
  const watched = watchedRegions(world.policy, world.engine?.homeRegion ?? '');
  const question = everyAncestry([...watched, ...enabled.more]);
  const seen = await survey(world, at, { regions: enabled.more, question });
  const further = await readFurther(world, enabled.more, seen.now);
  const inventory = await withHistory(world, { ...seen.inventory, usage: [...seen.inventory.usage, ...further] });
  const known = worldOf(inventory, world.policy, seen.now);
  const image = parseImageKey(text) ?? findImage(text, inventory, everyKnown(known));
  const listed = descentFrom(image, known)
    .lineages.flatMap(({ images }) => images)
    .filter((key) => known.images.has(key));
  const asked = await withUseOf(listed, inventory, world, seen.now);
  const header = { ...seen.header, degraded: { ...seen.header.degraded, ...enabled.degraded } };
  return { header, image, ...affectedBy(image, worldOf(asked, world.policy, seen.now)) };
}

/** Whatever is asked for here, the answer needs the ancestry of every image whose sources do not tell it. */
const everyAncestry = (regions: Selector['regions']): Selector => ({
  rootDevice: ['ebs', 'instance-store'],
  regions,
  descendsFrom: [''],
});

/** Policies look for use only where they act; a bad image is looked for everywhere. */
async function readFurther({ engine }: World, regions: readonly Region[], at: Instant): Promise<UsageReading[]> {
  if (!engine) return [];
  return (await readUsage(engine, regions)).map((reading) => ({ ...reading, at }));
}

/** Whom these images are shared with, who refers to them, and the reports that EC2 has on them. A saved inventory has what was saved. */
async function withUseOf(
  images: readonly ImageKey[],
  inventory: Inventory,
  { engine }: World,
  at: Instant,
): Promise<Inventory> {
  if (!engine) return inventory;
  const read = await Promise.all(
    [...Map.groupBy(images, (image) => imageRef(image).region)].map(async ([region, keys]) => {
      const ids = keys.map((key) => imageRef(key).id);
      const referring = await evidence(() => engine.imageUsage.references(region, ids, referenceSources));
      const reports = await evidence(() => engine.imageUsage.reports(region, ids));
      return ids.map((id) => {
        const unread = Object.fromEntries(referenceSources.map((source) => [source, referring]));
        const by = (referring.complete ? (referring.value.get(id) ?? {}) : unread) as ReferenceReading['by'];
        return {
          reference: [imageKey(region, id), { at, by }] as const,
          report: [imageKey(region, id), reports.complete ? known(reports.value.get(id) ?? []) : reports] as const,
        };
      });
    }),
  );
  const single = read.flat();
  return {
    ...withGrants(inventory, await readGrants(engine, inventory, images, { snapshots: true })),
    references: { ...inventory.references, ...Object.fromEntries(single.map(({ reference }) => reference)) },
    reports: { ...inventory.reports, ...Object.fromEntries(single.map(({ report }) => report)) },
  };
}
