import { AwsError, type Service } from '../kernel/service.ts';

interface Input {
  readonly ServiceCode?: string;
  readonly QuotaCode?: string;
}

/** What AWS documents for an account that asked for nothing else (facts 3.1). */
const ec2: Readonly<Record<string, readonly [name: string, value: number]>> = {
  'L-B665C33B': ['AMIs', 50_000],
  'L-0E3CBAB9': ['Public AMIs', 5],
  'L-70015FFA': ['AMI sharing', 1_000],
};

function getServiceQuota({ ServiceCode, QuotaCode = '' }: Input): unknown {
  const [QuotaName, Value] = (ServiceCode === 'ec2' && Object.hasOwn(ec2, QuotaCode) && ec2[QuotaCode]) || [];
  if (QuotaName === undefined)
    throw new AwsError(
      'NoSuchResourceException',
      'The request failed because the specified service quota does not exist.',
    );
  return { Quota: { ServiceCode, QuotaCode, QuotaName, Value, Unit: 'None', Adjustable: true, GlobalQuota: false } };
}

export const serviceQuotasService: Service = {
  name: 'servicequotas',
  operations: { GetServiceQuota: getServiceQuota },
  sections: { GetServiceQuota: '3.1' },
};
