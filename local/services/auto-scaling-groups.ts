import type {
  AutoScalingGroup,
  AutoScalingGroupNamesType,
  AutoScalingGroupsType,
  CreateAutoScalingGroupType,
  DeleteAutoScalingGroupType,
  LaunchTemplateSpecification,
  MixedInstancesPolicy,
  UpdateAutoScalingGroupType,
} from '@aws-sdk/client-auto-scaling';
import type { LauncherRow } from '../ec2/launch-rows.ts';
import { ownTemplate } from '../ec2/launch-templates.ts';
import { remove, save } from '../ec2/rows.ts';
import { plainData } from '../ec2/template-rows.ts';
import { versionForLaunch } from '../ec2/template-versions.ts';
import { AwsError, type Call } from '../kernel/service.ts';
import { findOwn, freeName, invalid, ownRows, pageOf } from './auto-scaling-rows.ts';

const sources = ['LaunchConfigurationName', 'LaunchTemplate', 'MixedInstancesPolicy'] as const;
type Asked = CreateAutoScalingGroupType | UpdateAutoScalingGroupType;
type Launches = Pick<Asked, (typeof sources)[number]>;

/** Templates are shown with id and name; the version as it was given, also when it was not. */
function checkedTemplate(given: LaunchTemplateSpecification, call: Call): LaunchTemplateSpecification {
  const { LaunchTemplateId, LaunchTemplateName, Version } = given;
  try {
    const template = ownTemplate(call, { LaunchTemplateId, LaunchTemplateName });
    versionForLaunch(call, { LaunchTemplateId: template.id, Version });
    return { ...given, LaunchTemplateId: template.id, LaunchTemplateName: template.name };
  } catch (error) {
    if (error instanceof AwsError) throw invalid(`You must use a valid fully-formed launch template. ${error.message}`);
    throw error;
  }
}

const mostTemplates = 20;

function checkedPolicy(policy: MixedInstancesPolicy, call: Call): MixedInstancesPolicy {
  const { LaunchTemplateSpecification: base, Overrides = [] } = policy.LaunchTemplate ?? {};
  if (!base) throw invalid('A mixed instances policy needs a launch template');
  const checked = (given: LaunchTemplateSpecification | undefined) =>
    given === undefined ? {} : { LaunchTemplateSpecification: checkedTemplate(given, call) };
  if (Overrides.filter((override) => override.LaunchTemplateSpecification).length > mostTemplates)
    throw invalid(`At most ${mostTemplates} launch templates in overrides`);
  const overrides = Overrides.map((override) => ({ ...override, ...checked(override.LaunchTemplateSpecification) }));
  return { ...policy, LaunchTemplate: { ...checked(base), Overrides: overrides } };
}

/** One of the three ways, and whether what it names is there. */
function launchesOf(input: Asked, call: Call): Launches {
  if (sources.filter((source) => input[source] !== undefined).length > 1)
    throw invalid(`Only one of ${sources.join(', ')} can be given`);
  const { LaunchConfigurationName: configuration, LaunchTemplate, MixedInstancesPolicy } = input;
  if (LaunchTemplate) return { LaunchTemplate: checkedTemplate(LaunchTemplate, call) };
  if (MixedInstancesPolicy) return { MixedInstancesPolicy: checkedPolicy(MixedInstancesPolicy, call) };
  if (configuration === undefined) return {};
  if (!findOwn(call, 'launch-configurations', configuration))
    throw invalid(`Launch configuration name not found - ${configuration}`);
  return { LaunchConfigurationName: configuration };
}

const sizes = ({ MinSize = 0, MaxSize = 0, DesiredCapacity = MinSize }: Asked) => {
  if (MinSize < 0 || MinSize > DesiredCapacity || DesiredCapacity > MaxSize)
    throw invalid('Desired capacity must lie between min size and max size');
  return { MinSize, MaxSize, DesiredCapacity };
};

const kept = ['AvailabilityZones', 'Context', 'DefaultCooldown', 'HealthCheckType', 'VPCZoneIdentifier'] as const;

const settings = (asked: Asked) =>
  Object.fromEntries(kept.flatMap((name) => (asked[name] === undefined ? [] : [[name, asked[name]]])));

function saveGroup(call: Call, name: string, createdAt: number, data: object): void {
  const { account, region, world } = call;
  save(world, 'auto-scaling-groups', { account, region, id: name, createdAt, data: plainData(data) });
}

export function createAutoScalingGroup(input: CreateAutoScalingGroupType, call: Call): void {
  const name = freeName(call, 'auto-scaling-groups', input.AutoScalingGroupName);
  if (input.InstanceId !== undefined) throw invalid('A group from an instance is not built');
  const launches = launchesOf(input, call);
  if (Object.keys(launches).length === 0) throw invalid(`One of ${sources.join(', ')} must be given`);
  const Tags = (input.Tags ?? []).map((tag) => ({ ...tag, ResourceId: name, ResourceType: 'auto-scaling-group' }));
  saveGroup(call, name, call.world.timeline.now(), { ...settings(input), ...sizes(input), ...launches, Tags });
}

const own = (call: Call, name = ''): LauncherRow => {
  const row = findOwn(call, 'auto-scaling-groups', name);
  if (!row) throw invalid(`AutoScalingGroup name not found - ${name}`);
  return row;
};

/** A new way to launch takes the place of the old one. */
export function updateAutoScalingGroup(input: UpdateAutoScalingGroupType, call: Call): void {
  const { id, createdAt, data } = own(call, input.AutoScalingGroupName);
  const launches = launchesOf(input, call);
  const changesWay = Object.keys(launches).length > 0;
  const before = Object.fromEntries(
    Object.entries(data).filter(([key]) => !changesWay || !sources.some((source) => source === key)),
  );
  const capacity = sizes({ ...(before as Partial<Asked>), ...input } as Asked);
  saveGroup(call, id, createdAt, { ...before, ...settings(input), ...capacity, ...launches });
}

export const deleteAutoScalingGroup = (input: DeleteAutoScalingGroupType, call: Call): void =>
  remove(call.world, 'auto-scaling-groups', own(call, input.AutoScalingGroupName));

const toGroup = ({ account, region, id, createdAt, data }: LauncherRow): AutoScalingGroup => ({
  DefaultCooldown: 300,
  HealthCheckType: 'EC2',
  AvailabilityZones: [],
  ...(data as Partial<AutoScalingGroup> & ReturnType<typeof sizes>),
  AutoScalingGroupName: id,
  AutoScalingGroupARN: `arn:aws:autoscaling:${region}:${account}:autoScalingGroup:0:autoScalingGroupName/${id}`,
  CreatedTime: new Date(createdAt),
  Instances: [],
});

export function describeAutoScalingGroups(input: AutoScalingGroupNamesType, call: Call): AutoScalingGroupsType {
  const { AutoScalingGroupNames: names = [], Filters } = input;
  if (Filters?.length) throw invalid('Filters are not built');
  const found = ownRows(call, 'auto-scaling-groups').filter(({ id }) => names.length === 0 || names.includes(id));
  const { rows, ...token } = pageOf(found, input);
  return { AutoScalingGroups: rows.map(toGroup), ...token };
}
