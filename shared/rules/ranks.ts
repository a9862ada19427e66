import type { ImageKey, Region } from '../model/ids.ts';
import { isLive } from '../model/image.ts';
import type { Instant } from '../model/time.ts';
import { byText, push, sortFew } from './order.ts';
import type { Subject } from './subject.ts';
import { type World, worldSkew } from './world.ts';

/** Where a lineage stands among the newer ones of its family and architecture in one Region. */
export interface Rank {
  readonly region: Region;
  /** Newer lineages that are finished, available here and not on their way out. */
  readonly newer: number;
  /** Those and the ones of which only the launch permissions are unread. */
  readonly perhapsNewer: number;
  /** When the last of the `keepLast` lineages that put it outside the newest was finished. */
  readonly supersededAt?: Instant;
}

export type Ranks = ReadonlyMap<ImageKey, readonly Rank[]>;

interface Entry {
  readonly subject: Subject;
  readonly built: Instant;
  readonly region: Region;
}

/** Ranks of every lineage with a family and a readable build date, in each Region that it lives in. */
export function ranksOf(subjects: readonly Subject[], world: World): Ranks {
  const groups = new Map<string, Entry[]>();
  for (const subject of subjects) {
    const { built } = subject.lineage;
    if (subject.family === undefined || built === undefined || built > world.now + worldSkew) continue;
    for (const region of liveRegions(subject))
      push(groups, `${subject.family}\n${subject.face.architecture}\n${region}`, { subject, built, region });
  }
  const ranks = new Map<ImageKey, Rank[]>();
  for (const group of groups.values()) rankGroup(group, ranks);
  return ranks;
}

/** Each once, in order. */
function liveRegions({ lineage }: Subject): Region[] {
  const regions: Region[] = [];
  for (const image of lineage.members) if (isLive(image) && !regions.includes(image.region)) regions.push(image.region);
  return sortFew(regions, byText);
}

/** From the newest to the oldest, counting what has been passed. */
function rankGroup(group: readonly Entry[], ranks: Map<ImageKey, Rank[]>): void {
  const ordered = [...group].sort(
    (a, b) => b.built - a.built || byText(b.subject.lineage.root, a.subject.lineage.root),
  );
  // Stryker disable next-line ArrowFunction: without a limit the list is only longer
  const most = Math.max(...group.map(({ subject }) => subject.effective.retain?.keepLast ?? 0));
  const earliest: Instant[] = [];
  let newer = 0;
  let perhapsNewer = 0;
  for (const { subject, region } of ordered) {
    const supersededAt = earliest[(subject.effective.retain?.keepLast ?? 0) - 1];
    const rank = { region, newer, perhapsNewer, ...(supersededAt !== undefined && { supersededAt }) };
    push(ranks, subject.lineage.root, rank);
    if (subject.finished === 'no' || subject.revoked) continue;
    keepEarliest(earliest, subject.finishedAt, most);
    if (subject.started || !isAvailableIn(subject, region)) continue;
    perhapsNewer += 1;
    if (subject.finished === 'yes') newer += 1;
  }
}

/** Keeps the `most` earliest instants in order. */
function keepEarliest(instants: Instant[], instant: Instant, most: number): void {
  instants.push(instant);
  sortFew(instants, (a, b) => a - b);
  // Stryker disable next-line ConditionalExpression,CallExpression: what nobody asks for may stay, it only costs time
  if (instants.length > most) instants.pop();
}

const isAvailableIn = (subject: Subject, region: Region): boolean =>
  subject.ours.some((image) => image.region === region && image.state === 'available');
