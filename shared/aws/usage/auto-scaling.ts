import {
  type AutoScalingClient,
  type AutoScalingGroup,
  paginateDescribeAutoScalingGroups,
} from '@aws-sdk/client-auto-scaling';
import type { EC2Client } from '@aws-sdk/client-ec2';
import type { Region } from '../../model/ids.ts';
import type { Use } from '../../model/inventory.ts';
import type { UsageLook, UsageSource } from '../../ports/usage.ts';
import type { ClientOf } from '../clients.ts';
import { type Launcher, launcherUses } from './launchers.ts';
import { bookOf } from './template-book.ts';

/** The most that Auto Scaling gives. A page may hold fewer although more exist: only a missing token ends a list. */
export const autoScalingPageSize = 100;

interface Clients {
  readonly autoScaling: ClientOf<AutoScalingClient>;
  readonly ec2: ClientOf<EC2Client>;
}

/** What groups launch next, also those of size 0. Their instances are left to EC2, and not asked for. */
export class AutoScalingUsage implements UsageSource {
  readonly name = 'auto-scaling';
  readonly #in: Clients;

  constructor(clients: Clients) {
    this.#in = clients;
  }

  async read(region: Region, { look }: Pick<UsageLook, 'look'> = {}): Promise<Use[]> {
    const launchers: Launcher[] = [];
    const request = { IncludeInstances: false, IncludeManagedResources: true, MaxRecords: autoScalingPageSize };
    for await (const page of paginateDescribeAutoScalingGroups({ client: this.#in.autoScaling(region) }, request))
      launchers.push(...(page.AutoScalingGroups ?? []).flatMap(groupLauncher));
    return launcherUses(this.#in.ec2(region), region, launchers, bookOf(look, region));
  }
}

type Launching = Pick<
  AutoScalingGroup,
  'AutoScalingGroupName' | 'LaunchConfigurationName' | 'LaunchTemplate' | 'MixedInstancesPolicy'
>;

/** Templates and overrides. A group with a launch configuration needs name no more: those are a source of their own. */
export function groupLauncher(group: Launching): Launcher[] {
  const mixed = group.MixedInstancesPolicy?.LaunchTemplate;
  const overrides = mixed?.Overrides ?? [];
  const images = overrides.flatMap(({ ImageId }) => ImageId ?? []);
  const templates = [
    group.LaunchTemplate,
    mixed?.LaunchTemplateSpecification,
    ...overrides.map(({ LaunchTemplateSpecification }) => LaunchTemplateSpecification),
  ].flatMap((template) => template ?? []);
  if (group.LaunchConfigurationName !== undefined && images.length + templates.length === 0) return [];
  return [
    {
      by: `Auto Scaling group ${group.AutoScalingGroupName}`,
      operation: 'DescribeAutoScalingGroups',
      images,
      templates,
    },
  ];
}
