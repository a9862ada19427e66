import { groupLauncher } from '../../shared/aws/usage/auto-scaling.ts';
import { fleetLauncher } from '../../shared/aws/usage/fleets.ts';
import { configurationLauncher } from '../../shared/aws/usage/launch-configurations.ts';
import { type Launcher, usesOf } from '../../shared/aws/usage/launchers.ts';
import { type FindVersion, pickVersion, templateIn, versionIn } from '../../shared/aws/usage/named-versions.ts';
import { spotFleetLauncher, spotRequestLauncher } from '../../shared/aws/usage/spot.ts';
import { unclear } from '../../shared/aws/usage/unclear.ts';
import type { Region } from '../../shared/model/ids.ts';
import type { UsageReading } from '../../shared/model/inventory.ts';
import type { Instant } from '../../shared/model/time.ts';
import { type Answers, absent, type KindName, toSave } from './answers.ts';
import { attempt } from './attempt.ts';
import { type Found, joined, readings } from './found.ts';
import { doubtOn, type Listings } from './listings.ts';

type SpotRequest = Parameters<typeof spotRequestLauncher>[0];
type SpotFleet = Parameters<typeof spotFleetLauncher>[0];
type Fleet = Parameters<typeof fleetLauncher>[0];
type Named = Parameters<FindVersion>[0];
type Version = Parameters<typeof pickVersion>[1][number];

/** What groups, fleets and requests in a Region would launch. */
export function launcherUsageIn(region: Region, answers: Answers, at: Instant): UsageReading[] {
  const { configurations, groups, spotRequests, spotFleets, fleets } = answers.launchers;
  const found = <T>(kind: KindName, listings: Listings<T>, launchersOf: (one: T) => Launcher[]): Found =>
    launcherUses(region, answers, kind, listings, launchersOf);
  const spot = [
    found('SpotInstanceRequests', spotRequests, (one) => spotRequestLauncher(one as SpotRequest)),
    found('SpotFleetRequestConfigs', spotFleets, (one) => spotFleetLauncher(one as SpotFleet)),
  ];
  return [
    ...readings('launch-configurations', region, at, [
      found('LaunchConfigurations', configurations, (one) => [configurationLauncher(one)]),
    ]),
    ...readings('auto-scaling', region, at, [found('AutoScalingGroups', groups, groupLauncher)]),
    ...readings('spot', region, at, spot),
    ...readings('fleets', region, at, [found('Fleets', fleets, (one) => fleetLauncher(one as Fleet))]),
  ];
}

function launcherUses<T>(
  region: Region,
  answers: Answers,
  kind: KindName,
  listings: Listings<T>,
  launchersOf: (one: T) => Launcher[],
): Found {
  const listing = listings.get(region);
  if (!listing) return { uses: [], doubts: [absent(kind, region)] };
  const launchers = listing.items.flatMap(({ value }) => launchersOf(value));
  const find = savedVersions(region, answers);
  const read = launchers.map((launcher) => attempt(() => usesOf(region, launcher, find)));
  const templated = launchers.some(({ templates }) => templates.length > 0);
  const behind = templated ? [answers.templates.get(region), answers.versions.get(region)] : [];
  const pages = [listing, ...behind.flatMap((one) => one ?? [])].map((one) => one.pages);
  return joined(
    read,
    pages.map((few) => doubtOn(few, answers.newest)),
  );
}

/** A template or version that was not saved may name any image: nobody asked EC2 whether it is gone. */
function savedVersions(region: Region, { templates, versions }: Answers): FindVersion {
  const saved = (versions.get(region)?.items ?? []).map(({ value }) => value as Version);
  const known = (templates.get(region)?.items ?? []).map(({ value }) => value);
  return (named) => {
    const template = known.find((one) => isOf(one, named));
    const words = { $Default: template?.DefaultVersionNumber, $Latest: template?.LatestVersionNumber };
    const wanted = versionIn(named);
    const number = wanted === '$Default' || wanted === '$Latest' ? words[wanted] : wanted;
    const version = number === undefined ? undefined : pickVersion({ ...named, Version: String(number) }, saved);
    if (version !== undefined) return version;
    throw unsaved(region, named);
  };
}

const isOf = (
  template: { readonly LaunchTemplateId: string; readonly LaunchTemplateName?: string | undefined },
  { LaunchTemplateId: id, LaunchTemplateName: name }: Named,
): boolean => (id === undefined ? template.LaunchTemplateName === name : template.LaunchTemplateId === id);

function unsaved(region: Region, named: Named): Error {
  const at = { operation: 'DescribeLaunchTemplateVersions', region, code: 'NotSaved' };
  const option = named.LaunchTemplateId === undefined ? '--launch-template-name' : '--launch-template-id';
  const command = `${toSave('LaunchTemplateVersions', region)} ${option} ${templateIn(named)}`;
  return unclear(at, `template ${templateIn(named)} version ${versionIn(named)} is named and not saved: ${command}`);
}
