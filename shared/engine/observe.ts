import { type Evidence, known } from '../model/evidence.ts';
import type { Region } from '../model/ids.ts';
import type { Image } from '../model/image.ts';
import type { Inventory } from '../model/inventory.ts';
import type { CompiledPolicy } from '../model/policy.ts';
import type { RunHistory } from '../model/records.ts';
import { lineagesOf } from '../rules/lineages.ts';
import { joinRuns } from '../rules/runs.ts';
import type { Engine } from './engine.ts';
import { withSnapshotKeepers } from './observe-bin.ts';
import { grantsToRead, readGrants, withGrants } from './observe-grants.ts';
import { readOrigins } from './observe-origins.ts';
import { readPointers, withPointers } from './observe-pointers.ts';
import { readImageRecords, readIntents, readPointerRecords } from './observe-records.ts';
import { readForSelectors } from './observe-selection.ts';
import { readUsage, withUsageOfImages } from './observe-usage.ts';
import { evidence, type Look } from './reading.ts';

/** Ports to inventory. A Region or source that cannot be read becomes incomplete evidence, never an empty list. */
export async function observe(engine: Engine, look: Look): Promise<Inventory> {
  const { account, homeRegion, ledger } = engine;
  const watched = watchedRegions(engine.policy, homeRegion);
  const usage = look.usage === true ? await readUsage(engine, watched) : [];
  const images = await listImages(engine, [...new Set([...watched, ...(look.regions ?? [])])]);
  const sweptAt = await ledger.firstSweepAt();
  const firstSweepAt = known(sweptAt);
  const seen: Inventory = {
    account,
    homeRegion,
    scope: look.scope,
    images,
    origins: {},
    grants: {},
    usage,
    pointers: {},
    records: {
      images: await readImageRecords(ledger, images),
      intents: {},
      granted: {},
      pointers: await readPointerRecords(ledger),
      firstSweepAt,
      // The first sweep sets the switch: before it there is none to miss.
      ...(look.scope === 'account' && sweptAt !== undefined && { freeze: await ledger.freeze() }),
      ...(look.scope === 'account' && { approvals: await ledger.approvals(engine.clock.now()) }),
      ...(look.scope === 'account' && { runs: await earlierRuns(engine, look) }),
    },
  };
  const traced: Inventory = { ...seen, origins: await readOrigins(engine, seen) };
  const roots = lineagesOf(traced).map(({ root }) => root);
  const intents = await readIntents(ledger, roots, engine.policy);
  const recorded: Inventory = { ...traced, records: { ...traced.records, intents } };
  const answered = await readForSelectors(engine, recorded, look);
  const due = grantsToRead(engine, answered, look.grants).filter((image) => answered.grants[image] === undefined);
  const granted = due.length === 0 ? answered : withGrants(answered, await readGrants(engine, answered, due));
  const pointed = withPointers(granted, await readPointers(engine, granted, look));
  const isAsked = typeof look.usage === 'boolean' ? look.usage : look.usage(pointed);
  if (!isAsked) return pointed;
  const used = look.usage === true ? pointed : { ...pointed, usage: await readUsage(engine, watched) };
  return withSnapshotKeepers(engine, await withUsageOfImages(engine, used), granted);
}

/** Where nobody looks for use, how much of it there was before says nothing. */
async function earlierRuns({ ledger }: Engine, { usage }: Look): Promise<RunHistory> {
  const runs = joinRuns(await ledger.runs());
  return usage === false ? { ...runs, inUse: {}, everInUse: false } : runs;
}

/** Home, where images are born, and where copies go. */
export function watchedRegions(policy: CompiledPolicy, homeRegion: Region): Region[] {
  const named = policy.policies.flatMap(({ select, copy }) => [
    ...select.regions,
    ...(copy?.to ?? []).map(({ region }) => region),
  ]);
  return [...new Set([homeRegion, ...named])].sort();
}

async function listImages(engine: Engine, regions: readonly Region[]): Promise<Record<Region, Evidence<Image[]>>> {
  const lists = await Promise.all(
    regions.map(async (region) => [region, await evidence(() => engine.images.list(region))] as const),
  );
  return Object.fromEntries(lists);
}
