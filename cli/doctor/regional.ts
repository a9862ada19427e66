import type { Region } from '../../shared/model/ids.ts';
import type { Finding, Status } from './finding.ts';
import { type SeenIn, unseenIn, valuesOf } from './seen.ts';

/** What one Region amounts to; Regions of which the same is to be said share a line. */
export interface Regional {
  readonly status: Status;
  readonly says: string;
  /** What to do, with `$region` where the Region belongs. */
  readonly next?: readonly string[];
}

/**
 * @param lost what is unknown where a Region could not be read
 * @param judge of what was seen in one Region
 */
export function inRegions<T>(
  looks: readonly SeenIn<T>[],
  lost: string,
  judge: (value: T, region: Region) => Regional,
): Finding[] {
  const judged = valuesOf(looks).map(({ region, value }) => ({ region, ...judge(value, region) }));
  const alike = [...Map.groupBy(judged, ({ status, says, next }) => JSON.stringify([status, says, next])).values()];
  return [...alike.flatMap(joined), ...unseenIn(looks, lost)];
}

function joined(group: readonly (Regional & { readonly region: Region })[]): Finding[] {
  const [first] = group;
  if (!first) return [];
  const { status, says, next = [] } = first;
  const regions = group.map(({ region }) => region);
  const steps = next.map((step) => inEach(step, regions));
  return [{ status, says: `${says} in ${regions.join(', ')}`, ...(steps.length > 0 && { next: steps }) }];
}

/** A command for several Regions is one line for a shell. */
export const inEach = (step: string, regions: readonly Region[]): string =>
  regions.length === 1 || !step.includes('$region')
    ? step.replaceAll('$region', regions[0] ?? '')
    : `for region in ${regions.join(' ')}; do ${step}; done`;
