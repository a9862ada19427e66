import { watchedRegions } from '../../shared/engine/observe.ts';
import { evidence } from '../../shared/engine/reading.ts';
import { InputError } from '../../shared/model/errors.ts';
import type { Region } from '../../shared/model/ids.ts';
import type { Instant } from '../../shared/model/time.ts';
import { joined, type SearchResult, searchForeign, searchOwn } from '../../shared/rules/search.ts';
import { type Survey, survey } from '../survey.ts';
import type { World } from '../worlds/world.ts';
import type { Query } from './query.ts';

/** What was seen and what of it matches. */
export interface Search extends Survey {
  readonly result: SearchResult;
}

/**
 * Looks at everything and asks every image.
 * @throws InputError for other owners' images in a saved inventory
 */
export async function searchIn(world: World, query: Query, at?: Instant): Promise<Search> {
  const { select, foreign, self } = query;
  if (foreign.length > 0 && !world.engine)
    throw new InputError('a saved inventory holds own images only', '--where, owner');
  const enabled = await regionsOf(world, select.regions);
  const seen = await survey(world, at, { regions: enabled.more, ...(self && { question: select }) });
  const others = await foreignImages(world, query, Object.keys(seen.inventory.images), seen.now);
  const own = self ? searchOwn(seen.inventory, world.policy, select, seen.now) : joined([]);
  const degraded = { ...seen.header.degraded, ...enabled.degraded, ...others.degraded };
  return { ...seen, header: { ...seen.header, degraded }, result: joined([own, others.result]) };
}

interface Enabled {
  /** Regions that no policy names. */
  readonly more: readonly Region[];
  readonly degraded: Readonly<Record<string, string>>;
}

/** Those asked for, or all that the account may use. A saved inventory has the Regions that were saved. */
export async function regionsOf({ engine, policy }: World, asked: readonly Region[] = []): Promise<Enabled> {
  if (!engine) return { more: [], degraded: {} };
  const watched = watchedRegions(policy, engine.homeRegion);
  const unwatched = (regions: readonly Region[]) => regions.filter((region) => !watched.includes(region));
  if (asked.length > 0) return { more: unwatched(asked), degraded: {} };
  const enabled = await engine.regions();
  if (enabled.complete) return { more: unwatched(enabled.value), degraded: {} };
  return { more: [], degraded: { 'other Regions': enabled.why } };
}

/** Images of other owners in the Regions asked for. One that cannot be read leaves the others standing. */
async function foreignImages(
  { engine }: World,
  { select, foreign }: Query,
  regions: readonly Region[],
  now: Instant,
): Promise<{ result: SearchResult; degraded: Record<string, string> }> {
  if (!engine || foreign.length === 0) return { result: joined([]), degraded: {} };
  const wanted = regions.filter((region) => select.regions.length === 0 || select.regions.includes(region));
  const lists = await Promise.all(
    wanted.map(async (region) => {
      return [region, await evidence(() => engine.images.listOf(region, foreign, select.name ?? []))] as const;
    }),
  );
  const images = lists.flatMap(([, list]) => (list.complete ? list.value : []));
  return {
    result: searchForeign(images, select, { homeRegion: engine.homeRegion, now }),
    degraded: Object.fromEntries(lists.flatMap(([region, list]) => (list.complete ? [] : [[region, list.why]]))),
  };
}
