import { type Evidence, known } from '../model/evidence.ts';
import { type ImageKey, imageKey, imageRef, type Region } from '../model/ids.ts';
import type { Image } from '../model/image.ts';
import type { Inventory, UsageReading } from '../model/inventory.ts';
import type { ReferenceReading, UsageReport } from '../model/references.ts';
import { placeOfKey } from '../model/storage.ts';
import { imagesByKey } from '../rules/lineages.ts';
import { type UsageQuestion, usageQuestions } from '../rules/usage-questions.ts';
import { inBatches } from './batches.ts';
import type { Engine } from './engine.ts';
import { readGrants, withGrants } from './observe-grants.ts';
import { evidence } from './reading.ts';

/** What every source shows of whole Regions. */
export async function readUsage(engine: Engine, regions: readonly Region[]): Promise<UsageReading[]> {
  const templateDepth = Math.max(20, ...engine.policy.policies.map(({ retain }) => retain?.guards.templateDepth ?? 0));
  const wanted = regions.flatMap((region) => engine.usage.map((source) => ({ region, source })));
  const options = { templateDepth, look: {} };
  return Promise.all(
    wanted.map(async ({ region, source }) => {
      const at = engine.clock.now();
      const uses = await evidence(() => source.read(region, options));
      return { source: source.name, region, at, uses };
    }),
  );
}

/**
 * Read image by image, so only about those that a step is due for: who refers to them, who else uses them, and whether
 * their keys work.
 */
export async function withUsageOfImages(engine: Engine, inventory: Inventory): Promise<Inventory> {
  let asked: readonly UsageQuestion[] = [];
  const answered = await withAnswers(engine, inventory, (seen) => {
    asked = usageQuestions(seen, engine.policy, engine.clock.now());
    return asked;
  });
  const images = imagesByKey(inventory);
  const keys = await readKeys(
    engine,
    asked.flatMap(({ image }) => images.get(image) ?? []),
  );
  return Object.keys(keys).length === 0 ? answered : { ...answered, keys };
}

/** Each key once, however many images lie under it. */
async function readKeys({ keys }: Engine, images: readonly Image[]): Promise<NonNullable<Inventory['keys']>> {
  const wanted = new Map(
    images.flatMap(({ region, kmsKeyIds }) =>
      kmsKeyIds.map((key) => [placeOfKey(region, key), { region, key }] as const),
    ),
  );
  const read = await inBatches([...wanted], async ([place, { region, key }]) => {
    const seen = await evidence(async () => (await keys.access(region, key)).enabled);
    return [place, seen] as const;
  });
  return Object.fromEntries(read);
}

/** @param ask asked twice, since only who may use an image tells whether its reports matter */
export async function withAnswers(
  engine: Engine,
  inventory: Inventory,
  ask: (seen: Inventory) => readonly UsageQuestion[],
): Promise<Inventory> {
  const asked = ask(inventory);
  if (asked.length === 0) return inventory;
  const references = await readReferences(engine, asked);
  const sharing = asked.filter((question) => question.sharing).map(({ image }) => image);
  const granted = withGrants(
    { ...inventory, references },
    await readGrants(engine, inventory, sharing, { snapshots: true }),
  );
  const perhapsElsewhere = ask(granted).filter(({ reports }) => reports);
  return { ...granted, reports: await readReports(engine, perhapsElsewhere) };
}

async function readReferences(
  engine: Engine,
  asked: readonly UsageQuestion[],
): Promise<Record<ImageKey, ReferenceReading>> {
  const wanted = asked.filter(({ references }) => references.length > 0);
  const groups = Map.groupBy(wanted, ({ image, references }) => `${imageRef(image).region} ${references.join(' ')}`);
  const read = await Promise.all(
    [...groups.values()].map(async (group): Promise<[ImageKey, ReferenceReading][]> => {
      const sources = group[0]?.references ?? [];
      const { region, ids } = placeOf(group);
      const at = engine.clock.now();
      const found = await evidence(() => engine.imageUsage.references(region, ids, sources));
      const unread = Object.fromEntries(sources.map((source) => [source, found])) as ReferenceReading['by'];
      return ids.map((id) => [imageKey(region, id), { at, by: found.complete ? (found.value.get(id) ?? {}) : unread }]);
    }),
  );
  return Object.fromEntries(read.flat());
}

async function readReports(
  engine: Engine,
  asked: readonly UsageQuestion[],
): Promise<Record<ImageKey, Evidence<readonly UsageReport[]>>> {
  const groups = Map.groupBy(asked, ({ image }) => imageRef(image).region);
  const read = await Promise.all(
    [...groups.values()].map(async (group) => {
      const { region, ids } = placeOf(group);
      const found = await evidence(() => engine.imageUsage.reports(region, ids));
      return ids.map(
        (id) => [imageKey(region, id), found.complete ? known(found.value.get(id) ?? []) : found] as const,
      );
    }),
  );
  return Object.fromEntries(read.flat());
}

/** The images of a group lie in one Region. */
const placeOf = (group: readonly UsageQuestion[]): { region: Region; ids: string[] } => ({
  region: group[0] ? imageRef(group[0].image).region : '',
  ids: group.map(({ image }) => imageRef(image).id),
});
