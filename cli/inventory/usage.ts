import { useOf } from '../../shared/aws/usage/instances.ts';
import { versionUse } from '../../shared/aws/usage/launch-templates.ts';
import { isPortError } from '../../shared/model/errors.ts';
import { known, unknown } from '../../shared/model/evidence.ts';
import type { Region } from '../../shared/model/ids.ts';
import type { UsageReading, UsageSourceName, Use } from '../../shared/model/inventory.ts';
import type { Instant } from '../../shared/model/time.ts';
import { type Answers, commands } from './answers.ts';
import { type Listing, leftOver } from './listings.ts';
import type { SavedTemplate, SavedVersion } from './shapes.ts';

/** What a source shows: the uses found, and everything that keeps it from being the whole truth. */
interface Found {
  readonly uses: readonly Use[];
  readonly doubts: readonly string[];
}

/**
 * Who uses what in a Region. A source that is not whole gives two readings: the uses that it does show, and why there
 * may be more.
 */
export function usageIn(region: Region, answers: Answers, at: Instant): UsageReading[] {
  return [
    ...readings('instances', region, at, instanceUses(region, answers)),
    ...readings('launch-templates', region, at, templateUses(region, answers)),
  ];
}

function readings(source: UsageSourceName, region: Region, at: Instant, { uses, doubts }: Found): UsageReading[] {
  const [doubt] = [...doubts].sort();
  const found = { source, region, at, uses: known(uses) };
  if (doubt === undefined) return [found];
  const more = doubts.length === 1 ? '' : `, and ${doubts.length - 1} more like it`;
  return [...(uses.length > 0 ? [found] : []), { source, region, at, uses: unknown(`${doubt}${more}`) }];
}

const absent = (kind: 'Reservations' | 'LaunchTemplates' | 'LaunchTemplateVersions'): string =>
  `no file there holds ${kind}: ${commands[kind]}`;

function instanceUses(region: Region, { instances }: Answers): Found {
  const listing = instances.get(region);
  if (!listing) return { uses: [], doubts: [absent('Reservations')] };
  const read = listing.items.map(({ value }) =>
    attempt(() =>
      useOf(region, {
        InstanceId: value.InstanceId,
        ImageId: value.ImageId,
        State: { Name: stateName(value.State?.Name) },
      }),
    ),
  );
  return joined([...read, { uses: [], doubts: [leftOver(listing.pages) ?? []].flat() }]);
}
