import { GetServiceQuotaCommand, type ServiceQuotasClient } from '@aws-sdk/client-service-quotas';
import { isPortError } from '../model/errors.ts';
import type { Region } from '../model/ids.ts';
import type { Quotas } from '../ports/quotas.ts';
import type { ClientOf } from './clients.ts';

export class AwsQuotas implements Quotas {
  readonly #in: ClientOf<ServiceQuotasClient>;

  constructor(clients: ClientOf<ServiceQuotasClient>) {
    this.#in = clients;
  }

  async ofEc2(QuotaCode: string, region: Region): Promise<number | undefined> {
    try {
      const answer = await this.#in(region).send(new GetServiceQuotaCommand({ ServiceCode: 'ec2', QuotaCode }));
      return answer.Quota?.Value;
    } catch (error) {
      if (isPortError(error, 'not-found')) return undefined;
      throw error;
    }
  }
}
