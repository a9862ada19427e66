import type { z } from 'zod';
import type { Document } from './document.ts';
import {
  configurationShape,
  fleetShape,
  groupShape,
  type SavedConfiguration,
  type SavedFleet,
  type SavedGroup,
  type SavedSpotFleet,
  type SavedSpotRequest,
  spotFleetShape,
  spotRequestShape,
} from './launcher-shapes.ts';
import { type Listings, listingsOf } from './listings.ts';
import type { Read } from './problem.ts';

/** What was saved of everything that launches instances later. */
export interface Launchers {
  readonly configurations: Listings<SavedConfiguration>;
  readonly groups: Listings<SavedGroup>;
  readonly spotRequests: Listings<SavedSpotRequest>;
  readonly spotFleets: Listings<SavedSpotFleet>;
  readonly fleets: Listings<SavedFleet>;
}

/** How to save each kind of answer, by the key that tells it. */
export const launcherCommands = {
  LaunchConfigurations: 'autoscaling describe-launch-configurations',
  AutoScalingGroups: 'autoscaling describe-auto-scaling-groups',
  SpotInstanceRequests: 'ec2 describe-spot-instance-requests',
  SpotFleetRequestConfigs: 'ec2 describe-spot-fleet-requests',
  Fleets: 'ec2 describe-fleets',
} as const;

const list = <T>(
  documents: readonly Document[],
  key: keyof typeof launcherCommands,
  shape: z.ZodType<T>,
  idOf: (entry: T) => string,
): Read<Listings<T>> => listingsOf(documents, { key, shape, parts: (entry) => [[[], entry]], idOf });

export function readLaunchers(documents: readonly Document[]): Read<Launchers> {
  const read = {
    configurations: list(documents, 'LaunchConfigurations', configurationShape, (one) => one.LaunchConfigurationName),
    groups: list(documents, 'AutoScalingGroups', groupShape, (one) => one.AutoScalingGroupName),
    spotRequests: list(documents, 'SpotInstanceRequests', spotRequestShape, (one) => one.SpotInstanceRequestId),
    spotFleets: list(documents, 'SpotFleetRequestConfigs', spotFleetShape, (one) => one.SpotFleetRequestId),
    fleets: list(documents, 'Fleets', fleetShape, (one) => one.FleetId),
  };
  return {
    value: {
      configurations: read.configurations.value,
      groups: read.groups.value,
      spotRequests: read.spotRequests.value,
      spotFleets: read.spotFleets.value,
      fleets: read.fleets.value,
    },
    problems: Object.values(read).flatMap(({ problems }) => problems),
  };
}

/** The listings by the key that tells them. */
export const launcherListings = (launchers: Launchers): Record<keyof typeof launcherCommands, Listings<unknown>> => ({
  LaunchConfigurations: launchers.configurations,
  AutoScalingGroups: launchers.groups,
  SpotInstanceRequests: launchers.spotRequests,
  SpotFleetRequestConfigs: launchers.spotFleets,
  Fleets: launchers.fleets,
});
