import type {
  CancelSpotInstanceRequestsRequest,
  CancelSpotInstanceRequestsResult,
  DescribeSpotInstanceRequestsRequest,
  DescribeSpotInstanceRequestsResult,
  RequestSpotInstancesRequest,
  RequestSpotInstancesResult,
  SpotInstanceRequest,
} from '@aws-sdk/client-ec2';
import { isoTime } from '../../shared/model/time.ts';
import { AwsError, type Call } from '../kernel/service.ts';
import { invalidValue, required } from './errors.ts';
import { type FilterFields, filterBy, tagList } from './filters.ts';
import { addRequest, enterRequestState, isEnded, ownRequest, ownRequests, pick, validity } from './launch-requests.ts';
import type { LaunchRequestRow } from './launch-rows.ts';
import { page } from './paging.ts';
import { specifiedTags } from './tag-rules.ts';
import { once } from './tokens.ts';
import { seenImage } from './visibility.ts';

const askedOf = ({ data }: LaunchRequestRow): RequestSpotInstancesRequest => data;
const typeOf = (row: LaunchRequestRow): string => askedOf(row).Type ?? 'one-time';

const fields: FilterFields<LaunchRequestRow> = {
  'create-time': (row) => [isoTime(row.createdAt)],
  'launch.image-id': (row) => [askedOf(row).LaunchSpecification?.ImageId],
  'launch.instance-type': (row) => [askedOf(row).LaunchSpecification?.InstanceType],
  'spot-instance-request-id': (row) => [row.id],
  state: (row) => [row.state],
  type: (row) => [typeOf(row)],
};

/** Ids of all requests of one call, joined, since a client token stands for the whole call. */
function startRequests(call: Call, input: RequestSpotInstancesRequest): string {
  const { InstanceCount: count = 1 } = input;
  if (count < 1) throw invalidValue('instanceCount', count);
  seenImage(call, required(input.LaunchSpecification, 'LaunchSpecification').ImageId);
  const tags = specifiedTags(input.TagSpecifications, ['spot-instances-request'])('spot-instances-request');
  const ids = Array.from({ length: count }, () =>
    addRequest(call, 'spot-requests', {
      id: `sir-${call.world.random.uuid().slice(0, 8)}`,
      state: 'open',
      asked: input,
      tags,
    }),
  );
  return ids.join();
}

function toRequest(row: LaunchRequestRow): SpotInstanceRequest {
  const asked = askedOf(row);
  return {
    ...pick(asked, ['AvailabilityZoneGroup', 'BlockDurationMinutes', 'LaunchGroup', 'SpotPrice']),
    ...validity(row.data),
    SpotInstanceRequestId: row.id,
    State: row.state as 'open',
    Type: typeOf(row) as 'one-time',
    InstanceInterruptionBehavior: asked.InstanceInterruptionBehavior ?? 'terminate',
    CreateTime: new Date(row.createdAt),
    LaunchSpecification: pick(asked.LaunchSpecification ?? {}, [
      'BlockDeviceMappings',
      'EbsOptimized',
      'IamInstanceProfile',
      'ImageId',
      'InstanceType',
      'KernelId',
      'KeyName',
      'Placement',
      'RamdiskId',
      'SubnetId',
      'UserData',
    ]),
    Tags: tagList(row.tags),
  };
}

function known(call: Call, id: string): LaunchRequestRow {
  const row = ownRequest(call, 'spot-requests', id);
  if (row) return row;
  throw new AwsError('InvalidSpotInstanceRequestID.NotFound', `The spot instance request ID '${id}' does not exist`);
}

/** They stay open: nothing fulfils them here. */
export function requestSpotInstances(input: RequestSpotInstancesRequest, call: Call): RequestSpotInstancesResult {
  const ids = once(call, 'RequestSpotInstances', input, 'day', () => startRequests(call, input)).split(',');
  return { SpotInstanceRequests: ids.map((id) => toRequest(known(call, id))) };
}

export function describeSpotInstanceRequests(
  input: DescribeSpotInstanceRequestsRequest,
  call: Call,
): DescribeSpotInstanceRequestsResult {
  const { SpotInstanceRequestIds: ids = [] } = input;
  for (const id of ids) known(call, id);
  const matches = filterBy(input.Filters, fields, (row) => row.tags);
  const found = ownRequests(call, 'spot-requests').filter(
    (row) => (ids.length === 0 || ids.includes(row.id)) && matches(row),
  );
  const { rows, ...token } = page(found, input, { min: 5, max: 1_000 }, (row) => row.id);
  return { SpotInstanceRequests: rows.map(toRequest), ...token };
}

export function cancelSpotInstanceRequests(
  input: CancelSpotInstanceRequestsRequest,
  call: Call,
): CancelSpotInstanceRequestsResult {
  const rows = required(input.SpotInstanceRequestIds, 'SpotInstanceRequestIds').map((id) => known(call, id));
  for (const row of rows) if (!isEnded(row)) enterRequestState(call.world, 'spot-requests', row, 'cancelled');
  return { CancelledSpotInstanceRequests: rows.map(({ id }) => ({ SpotInstanceRequestId: id, State: 'cancelled' })) };
}
