import { type EC2Client, type Instance, paginateDescribeInstances } from '@aws-sdk/client-ec2';
import { imageKey, type Region } from '../../model/ids.ts';
import type { Use } from '../../model/inventory.ts';
import type { UsageSource } from '../../ports/usage.ts';
import type { ClientOf } from '../clients.ts';
import { unclear } from './unclear.ts';

/** DescribeInstances allows 5 to 1,000; with it set the call pages and draws on the larger request quota. */
const pageSize = 1_000;

/**
 * Instances in every state but `terminated`: a stopped one comes back with the image it was launched from. Those that AWS
 * services manage count as well, also where the account hides them.
 */
export class InstanceUsage implements UsageSource {
  readonly name = 'instances';
  readonly #in: ClientOf<EC2Client>;

  constructor(clients: ClientOf<EC2Client>) {
    this.#in = clients;
  }

  async read(region: Region): Promise<Use[]> {
    const uses: Use[] = [];
    const request = { IncludeManagedResources: true, MaxResults: pageSize };
    for await (const page of paginateDescribeInstances({ client: this.#in(region) }, request)) {
      const instances = (page.Reservations ?? []).flatMap((reservation) => reservation.Instances ?? []);
      uses.push(...instances.flatMap((instance) => useOf(region, instance)));
    }
    return uses;
  }
}

/** Filtered here and not by EC2, so that a state that we have never heard of counts as use. */
export function useOf(region: Region, instance: Instance): Use[] {
  const state = instance.State?.Name ?? 'unknown state';
  if (state === 'terminated') return [];
  if (instance.ImageId === undefined) {
    const at = { operation: 'DescribeInstances', region, code: 'NoImageId' };
    throw unclear(at, `instance ${instance.InstanceId} (${state}) does not name its image`);
  }
  return [{ image: imageKey(region, instance.ImageId), by: `${instance.InstanceId} (${state})` }];
}
