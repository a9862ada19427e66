import { watchedRegions } from '../shared/engine/observe.ts';
import { readUsage } from '../shared/engine/observe-usage.ts';
import { type ImageKey, parseImageKey, type Region } from '../shared/model/ids.ts';
import type { Inventory, UsageReading } from '../shared/model/inventory.ts';
import type { Selector } from '../shared/model/policy.ts';
import type { Instant } from '../shared/model/time.ts';
import { type Descent, descentFrom, everyKnown } from '../shared/rules/descent.ts';
import { type World as Seen, worldOf } from '../shared/rules/world.ts';
import { findImage, withHistory } from './find-image.ts';
import { regionsOf } from './search/search.ts';
import { type Survey, survey, without } from './survey.ts';
import type { World } from './worlds/world.ts';

/** Everything that may descend from an image, in every Region that the account may use; decided for those of policies. */
export interface Looked extends Survey {
  readonly image: ImageKey;
  readonly descent: Descent;
  /** With Regions that no policy names, and records of images that are gone. */
  readonly everything: Inventory;
  readonly seen: Seen;
  /** Regions that were looked at although no policy names them. */
  readonly more: readonly Region[];
}

interface How {
  readonly at?: Instant | undefined;
  /** Also who uses images where no policy looks. */
  readonly usage?: true;
}

/**
 * Looks at every Region for what descends from an image, also one of another owner, and asks EC2 for the ancestry of
 * every image whose sources and records do not tell it. What could not be followed to its end is named as unsure.
 * @throws InputError when the text names no image, or several
 */
export async function descentIn(world: World, text: string, { at, usage }: How = {}): Promise<Looked> {
  const { more, degraded } = await regionsOf(world);
  const watched = watchedRegions(world.policy, world.engine?.homeRegion ?? '');
  const found = await survey(world, at, { regions: more, question: everyAncestry([...watched, ...more]) });
  const further = usage ? await readFurther(world, more, found.now) : [];
  const all = { ...found.inventory, usage: [...found.inventory.usage, ...further] };
  const everything = await withHistory(world, all);
  const seen = worldOf(everything, world.policy, found.now);
  const image = parseImageKey(text) ?? findImage(text, everything, everyKnown(seen));
  const header = { ...found.header, degraded: { ...found.header.degraded, ...degraded } };
  const inventory = without(found.inventory, more);
  return { ...found, inventory, header, image, descent: descentFrom(image, seen), everything, seen, more };
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
