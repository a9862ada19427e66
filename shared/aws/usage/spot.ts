import {
  type EC2Client,
  paginateDescribeSpotFleetRequests,
  paginateDescribeSpotInstanceRequests,
  type SpotFleetRequestConfig,
  type SpotInstanceRequest,
} from '@aws-sdk/client-ec2';
import type { Region } from '../../model/ids.ts';
import type { Use } from '../../model/inventory.ts';
import type { UsageLook, UsageSource } from '../../ports/usage.ts';
import type { ClientOf } from '../clients.ts';
import { type Launcher, launcherUses } from './launchers.ts';
import { bookOf } from './template-book.ts';

/** DescribeSpotInstanceRequests allows 5 to 1,000; with it set the call draws on the larger request quota. */
const pageSize = 1_000;

/** Spot Instance requests and Spot Fleet requests that may launch something. */
export class SpotUsage implements UsageSource {
  readonly name = 'spot';
  readonly #in: ClientOf<EC2Client>;

  constructor(clients: ClientOf<EC2Client>) {
    this.#in = clients;
  }

  async read(region: Region, { look }: Pick<UsageLook, 'look'> = {}): Promise<Use[]> {
    const client = this.#in(region);
    const launchers: Launcher[] = [];
    for await (const page of paginateDescribeSpotInstanceRequests({ client }, { MaxResults: pageSize }))
      launchers.push(...(page.SpotInstanceRequests ?? []).flatMap(spotRequestLauncher));
    for await (const page of paginateDescribeSpotFleetRequests({ client }, {}))
      launchers.push(...(page.SpotFleetRequestConfigs ?? []).flatMap(spotFleetLauncher));
    return launcherUses(client, region, launchers, bookOf(look, region));
  }
}

/** Neither is tried again. A persistent request that was closed opens again after an interruption. */
const isOver = ({ State, Type }: SpotInstanceRequest): boolean =>
  State === 'cancelled' || State === 'failed' || (State === 'closed' && Type === 'one-time');

export function spotRequestLauncher(request: SpotInstanceRequest): Launcher[] {
  if (isOver(request)) return [];
  const { SpotInstanceRequestId, State = 'unknown state', LaunchSpecification } = request;
  return [
    {
      by: `${SpotInstanceRequestId} (${State})`,
      operation: 'DescribeSpotInstanceRequests',
      images: [LaunchSpecification?.ImageId],
      templates: [],
    },
  ];
}

/** Nothing is launched for a cancelled fleet, while its instances run on. One that failed may try again, as far as we know. */
const over = ['cancelled', 'cancelled_running', 'cancelled_terminating'];

export function spotFleetLauncher(request: SpotFleetRequestConfig): Launcher[] {
  const { SpotFleetRequestId, SpotFleetRequestState: state = 'unknown state', SpotFleetRequestConfig } = request;
  if (over.includes(state)) return [];
  const { LaunchSpecifications = [], LaunchTemplateConfigs = [] } = SpotFleetRequestConfig ?? {};
  return [
    {
      by: `${SpotFleetRequestId} (${state})`,
      operation: 'DescribeSpotFleetRequests',
      images: LaunchSpecifications.map(({ ImageId }) => ImageId),
      templates: LaunchTemplateConfigs.map(({ LaunchTemplateSpecification }) => LaunchTemplateSpecification),
    },
  ];
}
