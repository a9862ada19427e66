import type {
  CancelSpotFleetRequestsErrorItem,
  CancelSpotFleetRequestsRequest,
  CancelSpotFleetRequestsResponse,
  CancelSpotFleetRequestsSuccessItem,
  DescribeSpotFleetRequestsRequest,
  DescribeSpotFleetRequestsResponse,
  RequestSpotFleetRequest,
  RequestSpotFleetResponse,
  SpotFleetRequestConfig,
  SpotFleetRequestConfigData,
} from '@aws-sdk/client-ec2';
import { AwsError, type Call } from '../kernel/service.ts';
import { invalidCombination, required } from './errors.ts';
import { tagList } from './filters.ts';
import { requestPages } from './fleets.ts';
import { isImageAlias } from './image-alias.ts';
import { addRequest, enterRequestState, isEnded, ownRequest, ownRequests, validity } from './launch-requests.ts';
import type { LaunchRequestRow } from './launch-rows.ts';
import { page } from './paging.ts';
import { specifiedTags } from './tag-rules.ts';
import { versionForLaunch } from './template-versions.ts';
import { once } from './tokens.ts';
import { seenImage } from './visibility.ts';

/** Images by id, or launch templates that name theirs by id; not both, and one of them. */
function checkImages(call: Call, config: SpotFleetRequestConfigData): void {
  const { LaunchSpecifications: direct = [], LaunchTemplateConfigs: templates = [] } = config;
  if (direct.length > 0 === templates.length > 0)
    throw invalidCombination('Give LaunchSpecifications or LaunchTemplateConfigs');
  for (const { ImageId } of direct) seenImage(call, ImageId);
  for (const { LaunchTemplateSpecification } of templates) {
    const template = required(LaunchTemplateSpecification, 'LaunchTemplateSpecification');
    required(template.Version, 'LaunchTemplateSpecification.Version');
    if (isImageAlias(versionForLaunch(call, template).data.ImageId))
      throw invalidCombination('A launch template with a parameter for its image cannot be used with Spot Fleet');
  }
}

function startSpotFleet(call: Call, config: SpotFleetRequestConfigData): string {
  required(config.IamFleetRole, 'SpotFleetRequestConfig.IamFleetRole');
  required(config.TargetCapacity, 'SpotFleetRequestConfig.TargetCapacity');
  checkImages(call, config);
  const tags = specifiedTags(config.TagSpecifications, ['spot-fleet-request', 'instance'])('spot-fleet-request');
  return addRequest(call, 'spot-fleets', {
    id: `sfr-${call.world.random.uuid()}`,
    state: 'active',
    asked: config,
    tags,
  });
}

export function requestSpotFleet(input: RequestSpotFleetRequest, call: Call): RequestSpotFleetResponse {
  const config = required(input.SpotFleetRequestConfig, 'SpotFleetRequestConfig');
  const id = once(call, 'RequestSpotFleet', config, 'day', () => startSpotFleet(call, config));
  return { SpotFleetRequestId: id };
}

const toSpotFleet = (row: LaunchRequestRow): SpotFleetRequestConfig => ({
  SpotFleetRequestId: row.id,
  SpotFleetRequestState: row.state as 'active',
  ActivityStatus: 'pending_fulfillment',
  CreateTime: new Date(row.createdAt),
  SpotFleetRequestConfig: {
    ...(row.data as unknown as SpotFleetRequestConfigData),
    ...validity(row.data),
    FulfilledCapacity: 0,
  },
  Tags: tagList(row.tags),
});

const unknownSpotFleet = (id: string): string => `The spot fleet request ID '${id}' does not exist`;

export function describeSpotFleetRequests(
  input: DescribeSpotFleetRequestsRequest,
  call: Call,
): DescribeSpotFleetRequestsResponse {
  const { SpotFleetRequestIds: ids = [] } = input;
  for (const id of ids)
    if (!ownRequest(call, 'spot-fleets', id))
      throw new AwsError('InvalidSpotFleetRequestId.NotFound', unknownSpotFleet(id));
  const found = ownRequests(call, 'spot-fleets').filter(({ id }) => ids.length === 0 || ids.includes(id));
  const { rows, ...token } = page(found, input, requestPages, (row) => row.id);
  return { SpotFleetRequestConfigs: rows.map(toSpotFleet), ...token };
}

function cancel(
  call: Call,
  id: string,
  terminate: boolean,
): CancelSpotFleetRequestsSuccessItem | CancelSpotFleetRequestsErrorItem {
  const failed = (Code: 'fleetRequestIdDoesNotExist' | 'fleetRequestNotInCancellableState', Message: string) => ({
    SpotFleetRequestId: id,
    Error: { Code, Message },
  });
  const row = ownRequest(call, 'spot-fleets', id);
  if (!row) return failed('fleetRequestIdDoesNotExist', unknownSpotFleet(id));
  if (isEnded(row)) return failed('fleetRequestNotInCancellableState', `The request is ${row.state}`);
  const state = terminate ? 'cancelled_terminating' : 'cancelled_running';
  enterRequestState(call.world, 'spot-fleets', row, state);
  return {
    SpotFleetRequestId: id,
    PreviousSpotFleetRequestState: row.state as 'active',
    CurrentSpotFleetRequestState: state,
  };
}

export function cancelSpotFleetRequests(
  input: CancelSpotFleetRequestsRequest,
  call: Call,
): CancelSpotFleetRequestsResponse {
  const ids = required(input.SpotFleetRequestIds, 'SpotFleetRequestIds');
  const terminate = required(input.TerminateInstances, 'TerminateInstances');
  const results = ids.map((id) => cancel(call, id, terminate));
  return {
    SuccessfulFleetRequests: results.filter((result) => !('Error' in result)),
    UnsuccessfulFleetRequests: results.filter((result) => 'Error' in result),
  };
}
