import {
  type AutoScalingClient,
  type LaunchConfiguration,
  paginateDescribeLaunchConfigurations,
} from '@aws-sdk/client-auto-scaling';
import type { Region } from '../../model/ids.ts';
import type { Use } from '../../model/inventory.ts';
import type { UsageSource } from '../../ports/usage.ts';
import type { ClientOf } from '../clients.ts';
import { autoScalingPageSize } from './auto-scaling.ts';
import { type Launcher, usesOf } from './launchers.ts';

/** Launch configurations, whether or not a group uses them: one that is there can be put into a group at any time. */
export class LaunchConfigurationUsage implements UsageSource {
  readonly name = 'launch-configurations';
  readonly #in: ClientOf<AutoScalingClient>;

  constructor(clients: ClientOf<AutoScalingClient>) {
    this.#in = clients;
  }

  async read(region: Region): Promise<Use[]> {
    const launchers: Launcher[] = [];
    const request = { MaxRecords: autoScalingPageSize };
    for await (const page of paginateDescribeLaunchConfigurations({ client: this.#in(region) }, request))
      launchers.push(...(page.LaunchConfigurations ?? []).map(configurationLauncher));
    return launchers.flatMap((launcher) => usesOf(region, launcher, () => undefined));
  }
}

type Named = Partial<Pick<LaunchConfiguration, 'LaunchConfigurationName' | 'ImageId'>>;

export const configurationLauncher = ({ LaunchConfigurationName, ImageId }: Named): Launcher => ({
  by: `launch configuration ${LaunchConfigurationName}`,
  operation: 'DescribeLaunchConfigurations',
  images: [ImageId],
  templates: [],
});
