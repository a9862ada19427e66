import type { ImageKey, Region } from '../model/ids.ts';
import { isLive } from '../model/image.ts';
import type { Instant } from '../model/time.ts';
import { byText, push, sorted } from './order.ts';
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
  /** Where it has images that are there or coming. */
  readonly regions: readonly Region[];
  readonly built: Instant;
  readonly ranks: Rank[];
}

/** Ranks of every lineage with a family and a readable build date, in each Region that it lives in. */
export function ranksOf(subjects: readonly Subject[], world: World): Ranks {
  const all = new Map<ImageKey, Rank[]>();
  const groups = new Map<string, Entry[]>();
  for (const subject of subjects) {
    const { built } = subject.lineage;
    if (subject.family === undefined || built === undefined || built > world.now + worldSkew) continue;
    const ranks: Rank[] = [];
    const regions = liveRegions(subject);
    push(groups, `${subject.family}\n${subject.face.architecture}`, { subject, regions, built, ranks });
    all.set(subject.lineage.root, ranks);
  }
  for (const group of groups.values()) {
    group.sort((a, b) => b.built - a.built || byText(b.subject.lineage.root, a.subject.lineage.root));
    for (const region of sorted(group.flatMap(({ regions }) => regions))) rankIn(region, group);
  }
  return all;
}

const liveRegions = ({ lineage: { members } }: Subject): readonly Region[] =>
  (members.every(isLive) ? members : members.filter(isLive)).map(({ region }) => region);

/** From the newest to the oldest, counting what has been passed. */
function rankIn(region: Region, group: readonly Entry[]): void {
  const here = group.filter(({ regions }) => regions.includes(region));
  // Stryker disable next-line ArrowFunction: without a limit the list is only longer
  const most = here.reduce((limit, { subject }) => Math.max(limit, subject.effective.retain?.keepLast ?? 0), 0);
  const earliest: Instant[] = [];
  let newer = 0;
  let perhapsNewer = 0;
  for (const { subject, ranks } of here) {
    const supersededAt = earliest[(subject.effective.retain?.keepLast ?? 0) - 1];
    ranks.push(
      supersededAt === undefined ? { region, newer, perhapsNewer } : { region, newer, perhapsNewer, supersededAt },
    );
    if (subject.finished === 'no' || subject.revoked) continue;
    keepEarliest(earliest, subject.finishedAt, most);
    if (subject.started || !isAvailableIn(subject, region)) continue;
    perhapsNewer += 1;
    if (subject.finished === 'yes') newer += 1;
  }
}

/** Keeps the `most` earliest instants in order. */
function keepEarliest(instants: Instant[], instant: Instant, most: number): void {
  const later = instants.findIndex((one) => one > instant);
  instants.splice(later < 0 ? instants.length : later, 0, instant);
  // Stryker disable next-line ConditionalExpression,CallExpression: what nobody asks for may stay, it only costs time
  if (instants.length > most) instants.pop();
}

const isAvailableIn = (subject: Subject, region: Region): boolean =>
  subject.ours.some((image) => image.region === region && image.state === 'available');
