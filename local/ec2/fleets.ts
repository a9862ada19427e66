import type {
  CreateFleetRequest,
  CreateFleetResult,
  DeleteFleetErrorItem,
  DeleteFleetSuccessItem,
  DeleteFleetsRequest,
  DeleteFleetsResult,
  DescribeFleetsRequest,
  DescribeFleetsResult,
  FleetData,
  FleetLaunchTemplateConfig,
  FleetLaunchTemplateConfigRequest,
} from '@aws-sdk/client-ec2';
import { AwsError, type Call } from '../kernel/service.ts';
import { invalidCombination, required } from './errors.ts';
import { type FilterFields, filterBy, tagList } from './filters.ts';
import { isImageAlias } from './image-alias.ts';
import { addRequest, enterRequestState, isEnded, ownRequest, ownRequests, pick, validity } from './launch-requests.ts';
import type { LaunchRequestRow } from './launch-rows.ts';
import { page } from './paging.ts';
import { specifiedTags } from './tag-rules.ts';
import { versionForLaunch } from './template-versions.ts';
import { once } from './tokens.ts';

/** Without MaxResults an answer holds as much as the largest page. */
export const requestPages = { min: 1, max: 1_000, usual: 1_000 };

const askedOf = ({ data }: LaunchRequestRow): Partial<CreateFleetRequest> => data;
const typeOf = (row: LaunchRequestRow): string => askedOf(row).Type ?? 'maintain';

const fields: FilterFields<LaunchRequestRow> = {
  'activity-status': () => ['pending-fulfillment'],
  'excess-capacity-termination-policy': (row) => [askedOf(row).ExcessCapacityTerminationPolicy],
  'fleet-state': (row) => [row.state.replace('_', '-')],
  'replace-unhealthy-instances': (row) => [askedOf(row).ReplaceUnhealthyInstances ?? false],
  type: (row) => [typeOf(row)],
};

/** Only a fleet that launches at once may name images itself, or take them from a parameter. */
function checkConfig(call: Call, config: FleetLaunchTemplateConfigRequest, type: string): void {
  const template = required(config.LaunchTemplateSpecification, 'LaunchTemplateSpecification');
  required(template.Version, 'LaunchTemplateSpecification.Version');
  const { data } = versionForLaunch(call, template);
  if (type === 'instant') return;
  if (config.Overrides?.some(({ ImageId }) => ImageId !== undefined))
    throw invalidCombination(`ImageId in Overrides cannot be used with fleets of type ${type}`);
  if (isImageAlias(data.ImageId))
    throw invalidCombination(`A launch template with a parameter for its image cannot be used with type ${type}`);
}

function startFleet(call: Call, input: CreateFleetRequest): string {
  required(input.TargetCapacitySpecification?.TotalTargetCapacity, 'TargetCapacitySpecification.TotalTargetCapacity');
  if (!input.LaunchTemplateConfigs?.length) throw new AwsError('MissingParameter', 'LaunchTemplateConfigs is missing');
  const { Type: type = 'maintain' } = input;
  for (const config of input.LaunchTemplateConfigs) checkConfig(call, config, type);
  const tags = specifiedTags(input.TagSpecifications, ['fleet', 'instance', 'volume'])('fleet');
  return addRequest(call, 'fleets', { id: `fleet-${call.world.random.uuid()}`, state: 'active', asked: input, tags });
}

export function createFleet(input: CreateFleetRequest, call: Call): CreateFleetResult {
  const FleetId = once(call, 'CreateFleet', input, 'day', () => startFleet(call, input));
  return input.Type === 'instant' ? { FleetId, Errors: [], Instances: [] } : { FleetId };
}

const toConfig = (config: FleetLaunchTemplateConfigRequest): FleetLaunchTemplateConfig => ({
  LaunchTemplateSpecification: pick(config.LaunchTemplateSpecification ?? {}, [
    'LaunchTemplateId',
    'LaunchTemplateName',
    'Version',
  ]),
  Overrides: (config.Overrides ?? []).map((override) =>
    pick(override, [
      'InstanceType',
      'MaxPrice',
      'SubnetId',
      'AvailabilityZone',
      'WeightedCapacity',
      'Priority',
      'ImageId',
    ]),
  ),
});

function toFleet(row: LaunchRequestRow): FleetData {
  const asked = askedOf(row);
  return {
    ...pick(asked, [
      'ClientToken',
      'ExcessCapacityTerminationPolicy',
      'ReplaceUnhealthyInstances',
      'TargetCapacitySpecification',
      'TerminateInstancesWithExpiration',
    ]),
    ...validity(row.data),
    FleetId: row.id,
    FleetState: row.state as 'active',
    ActivityStatus: 'pending_fulfillment',
    CreateTime: new Date(row.createdAt),
    Type: typeOf(row) as 'maintain',
    FulfilledCapacity: 0,
    FulfilledOnDemandCapacity: 0,
    LaunchTemplateConfigs: (asked.LaunchTemplateConfigs ?? []).map(toConfig),
    Tags: tagList(row.tags),
  };
}

/** Fleets that launch at once are shown only to who names them. */
export function describeFleets(input: DescribeFleetsRequest, call: Call): DescribeFleetsResult {
  const { FleetIds: ids = [] } = input;
  for (const id of ids)
    if (!ownRequest(call, 'fleets', id))
      throw new AwsError('InvalidFleetId.NotFound', `The fleet ID '${id}' does not exist`);
  const matches = filterBy(input.Filters, fields, (row) => row.tags);
  const found = ownRequests(call, 'fleets').filter(
    (row) => (ids.length === 0 ? typeOf(row) !== 'instant' : ids.includes(row.id)) && matches(row),
  );
  const { rows, ...token } = page(found, input, requestPages, (row) => row.id);
  return { Fleets: rows.map(toFleet), ...token };
}

function deleteFleet(call: Call, id: string, terminate: boolean): DeleteFleetSuccessItem | DeleteFleetErrorItem {
  const row = ownRequest(call, 'fleets', id);
  if (!row)
    return { FleetId: id, Error: { Code: 'fleetIdDoesNotExist', Message: `The fleet ID '${id}' does not exist` } };
  if (isEnded(row))
    return { FleetId: id, Error: { Code: 'fleetNotInDeletableState', Message: `The fleet is ${row.state}` } };
  const state = terminate ? 'deleted_terminating' : 'deleted_running';
  enterRequestState(call.world, 'fleets', row, state);
  return { FleetId: id, PreviousFleetState: row.state as 'active', CurrentFleetState: state };
}

export function deleteFleets(input: DeleteFleetsRequest, call: Call): DeleteFleetsResult {
  const ids = required(input.FleetIds, 'FleetIds');
  const terminate = required(input.TerminateInstances, 'TerminateInstances');
  const rows = ids.flatMap((id) => ownRequest(call, 'fleets', id) ?? []);
  if (!terminate && rows.some((row) => typeOf(row) === 'instant'))
    throw invalidCombination('The instances of an instant fleet end with it');
  const results = ids.map((id) => deleteFleet(call, id, terminate));
  return {
    SuccessfulFleetDeletions: results.filter((result) => !('Error' in result)),
    UnsuccessfulFleetDeletions: results.filter((result) => 'Error' in result),
  };
}
