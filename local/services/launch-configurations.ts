import type {
  CreateLaunchConfigurationType,
  LaunchConfiguration,
  LaunchConfigurationNamesType,
  LaunchConfigurationNameType,
  LaunchConfigurationsType,
} from '@aws-sdk/client-auto-scaling';
import { ownInstance } from '../ec2/instance-view.ts';
import type { LauncherRow } from '../ec2/launch-rows.ts';
import { remove, save } from '../ec2/rows.ts';
import { plainData } from '../ec2/template-rows.ts';
import { AwsError, type Call } from '../kernel/service.ts';
import { findOwn, freeName, invalid, ownRows, pageOf } from './auto-scaling-rows.ts';

/** What an instance gives where the request says nothing. */
function givenBy(
  { InstanceId }: CreateLaunchConfigurationType,
  call: Call,
): { ImageId?: string; InstanceType?: string } {
  if (InstanceId === undefined) return {};
  const { imageId, instanceType } = ownInstance(call, InstanceId);
  return { ImageId: imageId, InstanceType: instanceType };
}

/** The image is not looked at, neither here nor later. */
export function createLaunchConfiguration(input: CreateLaunchConfigurationType, call: Call): void {
  const name = freeName(call, 'launch-configurations', input.LaunchConfigurationName);
  const { InstanceId: _instance, ...asked } = { ...givenBy(input, call), ...input };
  if (!asked.ImageId || !asked.InstanceType) throw invalid('ImageId and InstanceType, or InstanceId, must be given');
  const { account, region, world } = call;
  const createdAt = world.timeline.now();
  save(world, 'launch-configurations', { account, region, id: name, createdAt, data: plainData(asked) });
}

const toConfiguration = ({ account, region, id, createdAt, data }: LauncherRow): LaunchConfiguration => ({
  ...(data as unknown as Omit<LaunchConfiguration, 'CreatedTime'>),
  LaunchConfigurationARN: `arn:aws:autoscaling:${region}:${account}:launchConfiguration:0:launchConfigurationName/${id}`,
  CreatedTime: new Date(createdAt),
});

export function describeLaunchConfigurations(
  input: LaunchConfigurationNamesType,
  call: Call,
): LaunchConfigurationsType {
  const { LaunchConfigurationNames: names = [] } = input;
  const found = ownRows(call, 'launch-configurations').filter(({ id }) => names.length === 0 || names.includes(id));
  const { rows, ...token } = pageOf(found, input);
  return { LaunchConfigurations: rows.map(toConfiguration), ...token };
}

export function deleteLaunchConfiguration(
  { LaunchConfigurationName: name = '' }: LaunchConfigurationNameType,
  call: Call,
) {
  const row = findOwn(call, 'launch-configurations', name);
  if (!row) throw invalid(`Launch configuration name not found - ${name}`);
  const group = ownRows(call, 'auto-scaling-groups').find(({ data }) => data.LaunchConfigurationName === name);
  if (group) throw new AwsError('ResourceInUse', `Cannot delete launch configuration ${name}: ${group.id} uses it`);
  remove(call.world, 'launch-configurations', row);
}
