import type { DescribeRegionsRequest, DescribeRegionsResult } from '@aws-sdk/client-ec2';
import type { Call } from '../kernel/service.ts';
import { invalidValue } from './errors.ts';
import { filterBy } from './filters.ts';

const optIn = 'opt-in-not-required' as const;
const endpointOf = (region: string): string => `ec2.${region}.amazonaws.com`;

/** Every Region of the world is open to every account. */
export function describeRegions(input: DescribeRegionsRequest, call: Call): DescribeRegionsResult {
  const names = input.RegionNames ?? [];
  const { regions } = call.world;
  for (const name of names)
    if (!regions.includes(name)) throw invalidValue('RegionName', name, 'is not a valid Region');
  const matches = filterBy<string>(
    input.Filters,
    {
      'region-name': (region) => [region],
      endpoint: (region) => [endpointOf(region)],
      'opt-in-status': () => [optIn],
    },
    () => ({}),
  );
  return {
    Regions: regions
      .filter((region) => (names.length === 0 || names.includes(region)) && matches(region))
      .map((region) => ({ RegionName: region, Endpoint: endpointOf(region), OptInStatus: optIn })),
  };
}
