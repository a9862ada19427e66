import { type Evidence, known, unknown } from '../../shared/model/evidence.ts';
import type { Region } from '../../shared/model/ids.ts';
import type { UsageReading, UsageSourceName, Use } from '../../shared/model/inventory.ts';
import type { Instant } from '../../shared/model/time.ts';

/** What a source shows: the uses found, and everything that keeps it from being the whole truth. */
export interface Found {
  readonly uses: readonly Use[];
  readonly doubts: readonly string[];
}

/** A source that is not whole gives two readings: the uses that it does show, and why there may be more. */
export function readings(
  source: UsageSourceName,
  region: Region,
  at: Instant,
  parts: readonly Found[],
): UsageReading[] {
  const uses = parts.flatMap((part) => part.uses);
  const [doubt, ...others] = parts.flatMap((part) => part.doubts);
  const found = { source, region, at, uses: known(uses) };
  if (doubt === undefined) return [found];
  const more = others.length === 0 ? '' : `, and ${others.length} more like it`;
  return [...(uses.length > 0 ? [found] : []), { source, region, at, uses: unknown(`${doubt}${more}`) }];
}

export const joined = (read: readonly Evidence<Use[]>[], doubts: readonly (string | undefined)[]): Found => ({
  uses: read.flatMap((part) => (part.complete ? part.value : [])),
  doubts: [...doubts.flatMap((doubt) => doubt ?? []), ...read.flatMap((part) => (part.complete ? [] : part.why))],
});
