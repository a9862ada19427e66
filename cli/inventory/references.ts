import { bySource } from '../../shared/aws/usage/references.ts';
import { joinReports } from '../../shared/aws/usage/reports.ts';
import { type Evidence, known, unknown } from '../../shared/model/evidence.ts';
import type { ImageKey, Region } from '../../shared/model/ids.ts';
import { type Image, keyOf } from '../../shared/model/image.ts';
import { type ReferenceReading, referenceSources, type UsageReport } from '../../shared/model/references.ts';
import { type Answers, absent } from './answers.ts';
import { attempt } from './attempt.ts';
import { doubtOn } from './listings.ts';

type Reference = Parameters<typeof bySource>[3][number];
type Report = Parameters<typeof joinReports>[1][number];
type Entry = Parameters<typeof joinReports>[2][number];

/** Who refers to the images. That every image of the Region was asked about cannot be seen, and is believed. */
export const referencesTo = (images: readonly Image[], answers: Answers): Record<ImageKey, ReferenceReading> =>
  Object.fromEntries(images.map((image) => [keyOf(image), { at: answers.newest, by: referencesIn(image, answers) }]));

function referencesIn({ region, id }: Image, { references, newest }: Answers): ReferenceReading['by'] {
  const listing = references.get(region);
  const doubt = listing ? doubtOn(listing.pages, newest) : absent('ImageReferences', region);
  const all = (listing?.items ?? []).map(({ value }) => value as Reference);
  const found = attempt(() => bySource(region, id, referenceSources, all));
  if (!found.complete) return everySource(found);
  if (doubt === undefined) return found.value;
  const users = Object.entries(found.value).filter(([, by]) => by.complete && by.value.length > 0);
  return { ...everySource(unknown(doubt)), ...Object.fromEntries(users) };
}

const everySource = (found: Evidence<readonly string[]>): ReferenceReading['by'] =>
  Object.fromEntries(referenceSources.map((source) => [source, found]));

/** Reports on use by other accounts, with what they counted. */
export function reportsOn(
  images: readonly Image[],
  answers: Answers,
): Record<ImageKey, Evidence<readonly UsageReport[]>> {
  const regions = [...new Set(images.map(({ region }) => region))];
  const byRegion = new Map(regions.map((region) => [region, reportsIn(region, answers)]));
  return Object.fromEntries(
    images.map((image) => {
      const found = byRegion.get(image.region);
      return [keyOf(image), found?.complete ? known(found.value.get(image.id) ?? []) : (found ?? unknown('unread'))];
    }),
  );
}

function reportsIn(region: Region, { reports, entries, newest }: Answers): Evidence<Map<string, UsageReport[]>> {
  const listing = reports.get(region);
  if (!listing) return unknown(absent('ImageUsageReports', region));
  const counts = entries.get(region);
  const doubts = [
    doubtOn(listing.pages, newest),
    counts ? doubtOn(counts.pages, newest) : absent('ImageUsageReportEntries', region),
  ];
  const doubt = doubts.find((one) => one !== undefined);
  if (doubt !== undefined) return unknown(doubt);
  const saved = listing.items.map(({ value }) => value as unknown as Report);
  return attempt(() =>
    joinReports(
      region,
      saved,
      (counts?.items ?? []).map(({ value }) => value as Entry),
    ),
  );
}
