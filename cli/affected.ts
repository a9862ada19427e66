import { watchedRegions } from '../shared/engine/observe.ts';
import { readUsage, withAnswers } from '../shared/engine/observe-usage.ts';
import { isPortError } from '../shared/model/errors.ts';
import { type Evidence, known, unknown } from '../shared/model/evidence.ts';
import { type ImageKey, imageRef, parseImageKey, type Region } from '../shared/model/ids.ts';
import type { UsageReading } from '../shared/model/inventory.ts';
import type { Selector } from '../shared/model/policy.ts';
import { referenceSources } from '../shared/model/references.ts';
import type { Instant } from '../shared/model/time.ts';
import type { Finding } from '../shared/ports/findings.ts';
import { type Affected, affectedBy } from '../shared/rules/affected.ts';
import { descentFrom, everyKnown } from '../shared/rules/descent.ts';
import type { UsageQuestion } from '../shared/rules/usage-questions.ts';
import { worldOf } from '../shared/rules/world.ts';
import { findImage, withHistory } from './find-image.ts';
import { regionsOf } from './search/search.ts';
import { type Header, survey } from './survey.ts';
import type { World } from './worlds/world.ts';

export interface Answer extends Affected {
  readonly header: Header;
  readonly image: ImageKey;
  /** What Inspector found in the image that was asked about; absent where it was not seen, or nobody can be asked. */
  readonly findings?: Evidence<readonly Finding[]>;
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
  const { engine } = world;
  // A saved inventory has what was saved.
  const asked = engine ? await withAnswers(engine, inventory, () => everyUse(listed)) : inventory;
  const header = { ...seen.header, degraded: { ...seen.header.degraded, ...enabled.degraded } };
  const findings = listed.includes(image) ? await findingsIn(image, world) : undefined;
  return {
    header,
    image,
    ...(findings && { findings }),
    ...affectedBy(image, worldOf(asked, world.policy, seen.now)),
  };
}

/** They say more about the image and nothing about its use: where they cannot be read, the answer is none the worse. */
async function findingsIn(image: ImageKey, { findings }: World): Promise<Evidence<readonly Finding[]> | undefined> {
  if (!findings) return undefined;
  try {
    return known(await findings(imageRef(image)));
  } catch (error) {
    if (isPortError(error)) return unknown(error.message);
    throw error;
  }
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

/** Whom these images are shared with, who refers to them, and the reports that EC2 has on them. */
const everyUse = (images: readonly ImageKey[]): UsageQuestion[] =>
  images.map((image) => ({ image, references: referenceSources, sharing: true, reports: true }));
