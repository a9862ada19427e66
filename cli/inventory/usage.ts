import { useOf } from '../../shared/aws/usage/instances.ts';
import { versionUse } from '../../shared/aws/usage/launch-templates.ts';
import { parameterUses } from '../../shared/aws/usage/parameters.ts';
import type { Region } from '../../shared/model/ids.ts';
import type { UsageReading } from '../../shared/model/inventory.ts';
import type { Instant } from '../../shared/model/time.ts';
import { type Answers, absent, toSave } from './answers.ts';
import { attempt } from './attempt.ts';
import type { Document } from './document.ts';
import { type Found, joined, readings } from './found.ts';
import { launcherUsageIn } from './launcher-usage.ts';
import { doubtOn, type Item, type Listing, leftOver } from './listings.ts';
import type { SavedTemplate, SavedVersion } from './shapes.ts';

type Instance = Parameters<typeof useOf>[1];
type LaunchTemplateVersion = Parameters<typeof versionUse>[1];

/** Who uses what in a Region. */
export function usageIn(region: Region, answers: Answers, at: Instant): UsageReading[] {
  return [
    ...readings('instances', region, at, [instanceUses(region, answers)]),
    ...readings('launch-templates', region, at, [templateUses(region, answers)]),
    ...launcherUsageIn(region, answers, at),
    ...readings('ssm-parameters', region, at, [parametersIn(region, answers)]),
  ];
}

function instanceUses(region: Region, { instances, newest }: Answers): Found {
  const listing = instances.get(region);
  if (!listing) return { uses: [], doubts: [absent('Reservations', region)] };
  const read = listing.items.map(({ value }) => attempt(() => useOf(region, value as Instance)));
  return joined(read, [doubtOn(listing.pages, newest)]);
}

/** The templates say which versions there must be; without that list nobody knows what is missing. */
function templateUses(region: Region, { templates, versions, newest }: Answers): Found {
  const listing = templates.get(region);
  const saved: Listing<SavedVersion> = versions.get(region) ?? { items: [], pages: [] };
  const all = listing?.items.map(({ value }) => value) ?? [];
  const latest = new Map(all.map((template) => [template.LaunchTemplateId, template.LatestVersionNumber]));
  const read = saved.items.map(({ value }) =>
    attempt(() => versionUse(region, value as LaunchTemplateVersion, latest.get(value.LaunchTemplateId))),
  );
  const byTemplate = Map.groupBy(saved.items, ({ value }) => value.LaunchTemplateId);
  return joined(read, [
    listing ? doubtOn(listing.pages, newest) : absent('LaunchTemplates', region),
    doubtOn(saved.pages, newest),
    ...all.map((template) => missingVersions(region, template, byTemplate.get(template.LaunchTemplateId) ?? [])),
    ...openLists(saved),
  ]);
}

/** A name without a value was listed and never asked for, unless another file has it. */
function parametersIn(region: Region, { parameters, newest }: Answers): Found {
  const listing = parameters.get(region);
  if (!listing) return { uses: [], doubts: [absent('Parameters', region)] };
  const values = new Map(
    listing.items.flatMap(({ value: { Name, Value } }) => (Value === undefined ? [] : [[Name, Value]])),
  );
  const lacking = listing.items.map(({ value }) => value.Name).filter((name) => !values.has(name));
  return {
    uses: [...values].flatMap(([name = '', value = '']) => parameterUses(region, name, value)),
    doubts: [
      ...[doubtOn(listing.pages, newest)].flatMap((doubt) => doubt ?? []),
      ...lacking.map((name) => `the value of parameter ${name} was not saved: ${toSave('Parameters', region)}`),
    ],
  };
}

/** The list of one template's versions may go on although those of other templates are whole. */
function openLists({ pages, items }: Listing<SavedVersion>): (string | undefined)[] {
  const held = Map.groupBy(items, ({ document }) => document);
  const templatesIn = (page: Document) => [...new Set(held.get(page)?.map(({ value }) => value.LaunchTemplateId))];
  const own = pages.filter((page) => templatesIn(page).length === 1);
  return [...Map.groupBy(own, (page) => templatesIn(page)[0]).values()].map(leftOver);
}

/**
 * `$Latest` and `$Default` alone do not show what a group pins. Numbers that are lacking beside others were deleted;
 * that all others are lacking means that nobody asked for them.
 */
function missingVersions(
  region: Region,
  template: SavedTemplate,
  saved: readonly Item<SavedVersion>[],
): string | undefined {
  const { LaunchTemplateId: id, LaunchTemplateName: name = id, LatestVersionNumber: latest } = template;
  const named = [...new Set([latest, template.DefaultVersionNumber])];
  const numbers = saved.map(({ value }) => value.VersionNumber);
  const lacking = named.filter((number) => !numbers.includes(number));
  const more = `${toSave('LaunchTemplateVersions', region)} --launch-template-id ${id}`;
  if (lacking.length > 0) return `template ${name} has no saved version ${lacking.join(', ')}: ${more}`;
  if (latest <= named.length || numbers.some((number) => !named.includes(number))) return undefined;
  return `of template ${name} only $Latest and $Default are saved: ${more}`;
}
