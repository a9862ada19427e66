import { type EC2Client, type FleetData, paginateDescribeFleets } from '@aws-sdk/client-ec2';
import type { Region } from '../../model/ids.ts';
import type { Use } from '../../model/inventory.ts';
import type { UsageLook, UsageSource } from '../../ports/usage.ts';
import type { ClientOf } from '../clients.ts';
import { type Launcher, launcherUses } from './launchers.ts';
import { bookOf } from './template-book.ts';

/** EC2 Fleets. Those of type `instant` launch once, when they are made, and EC2 does not list them. */
export class FleetUsage implements UsageSource {
  readonly name = 'fleets';
  readonly #in: ClientOf<EC2Client>;

  constructor(clients: ClientOf<EC2Client>) {
    this.#in = clients;
  }

  async read(region: Region, { look }: Pick<UsageLook, 'look'> = {}): Promise<Use[]> {
    const client = this.#in(region);
    const launchers: Launcher[] = [];
    for await (const page of paginateDescribeFleets({ client }, {}))
      launchers.push(...(page.Fleets ?? []).flatMap(fleetLauncher));
    return launcherUses(client, region, launchers, bookOf(look, region));
  }
}

/** Nothing is launched for a deleted fleet, while its instances run on. One that failed may try again, as far as we know. */
const over = ['deleted', 'deleted_running', 'deleted_terminating'];

export function fleetLauncher({ FleetId, FleetState, LaunchTemplateConfigs = [] }: FleetData): Launcher[] {
  const state: string = FleetState ?? 'unknown state';
  if (over.includes(state)) return [];
  const overrides = LaunchTemplateConfigs.flatMap(({ Overrides }) => Overrides ?? []);
  return [
    {
      by: `${FleetId} (${state})`,
      operation: 'DescribeFleets',
      images: overrides.flatMap(({ ImageId }) => ImageId ?? []),
      templates: LaunchTemplateConfigs.map(({ LaunchTemplateSpecification }) => LaunchTemplateSpecification),
    },
  ];
}
