import { putImage, putInstance } from '../../local/ec2/fixtures.ts';
import { putRecipe, type RecipeRow, removeRecipe } from '../../local/ec2/recipes.ts';
import { type InstanceRow, save } from '../../local/ec2/rows.ts';
import { AwsError } from '../../local/kernel/service.ts';
import { day } from '../../shared/model/time.ts';
import type { End, Plot } from './guarded.ts';
import { account, home, sharee, start } from './support.ts';

export const put = (plot: Plot, state: InstanceRow['state']): End => {
  const row = putInstance(plot.aws, plot.old, { state, launchedAt: start - 40 * day });
  return () => save(plot.aws, 'instances', { ...row, state: 'terminated' });
};

/** A template whose first version alone names the old image, with so many later ones. */
export function template(plot: Plot, later: number, more: { by?: string; imageId?: string; isDefault?: boolean } = {}) {
  const { by = account, imageId = plot.old.id, isDefault = false } = more;
  const name = { LaunchTemplateName: plot.name };
  const call = (operation: string, input: object) => plot.call('ec2', operation, { ...name, ...input }, by);
  call('CreateLaunchTemplate', { LaunchTemplateData: { ImageId: imageId } });
  for (let n = 0; n < later; n++)
    call('CreateLaunchTemplateVersion', { LaunchTemplateData: { InstanceType: 't3.nano' } });
  if (!isDefault) call('ModifyLaunchTemplate', { DefaultVersion: String(later + 1) });
  return { pinned: { ...name, Version: '1' }, end: () => void call('DeleteLaunchTemplate', {}) };
}

/** Deeper than the policy looks on its own account. */
export const deep = 22;

/** The image stays until whoever names the version is gone. */
export const pinned = (plot: Plot) => template(plot, deep).pinned;

export function group(plot: Plot, launch: object): End {
  const name = { AutoScalingGroupName: plot.name };
  plot.call('autoscaling', 'CreateAutoScalingGroup', { ...name, MinSize: 0, MaxSize: 0, ...launch });
  return () => void plot.call('autoscaling', 'DeleteAutoScalingGroup', name);
}

/** A template of the newest image, from which the override departs. */
function overridden(plot: Plot, override: (plot: Plot) => object) {
  const base = { LaunchTemplateName: `${plot.name}-base`, LaunchTemplateData: { ImageId: plot.newest.id } };
  plot.call('ec2', 'CreateLaunchTemplate', base);
  return {
    LaunchTemplateSpecification: { LaunchTemplateName: base.LaunchTemplateName, Version: '$Latest' },
    Overrides: [{ InstanceType: 't3.nano', ...override(plot) }],
  };
}

export const mixedGroup = (plot: Plot, override: (plot: Plot) => object): End =>
  group(plot, { MixedInstancesPolicy: { LaunchTemplate: overridden(plot, override) } });

/** One that goes on may not name an image itself. Its template ends with it. */
export function fleet(plot: Plot): End {
  const own = template(plot, deep);
  const { FleetId } = plot.call<{ FleetId: string }>('ec2', 'CreateFleet', {
    LaunchTemplateConfigs: [{ LaunchTemplateSpecification: own.pinned }],
    TargetCapacitySpecification: { TotalTargetCapacity: 0 },
  });
  return () => {
    plot.call('ec2', 'DeleteFleets', { FleetIds: [FleetId], TerminateInstances: true });
    own.end();
  };
}

export function spotFleet(plot: Plot, config: object): End {
  const SpotFleetRequestConfig = { IamFleetRole: `arn:aws:iam::${account}:role/fleet`, TargetCapacity: 0, ...config };
  const made = plot.call<{ SpotFleetRequestId: string }>('ec2', 'RequestSpotFleet', { SpotFleetRequestConfig });
  const end = { SpotFleetRequestIds: [made.SpotFleetRequestId], TerminateInstances: false };
  return () => void plot.call('ec2', 'CancelSpotFleetRequests', end);
}

export function spotRequest(plot: Plot): End {
  const LaunchSpecification = { ImageId: plot.old.id, InstanceType: 't3.nano' };
  const { SpotInstanceRequests: made } = plot.call<{ SpotInstanceRequests: { SpotInstanceRequestId: string }[] }>(
    'ec2',
    'RequestSpotInstances',
    { Type: 'persistent', LaunchSpecification },
  );
  const SpotInstanceRequestIds = made.map(({ SpotInstanceRequestId }) => SpotInstanceRequestId);
  return () => void plot.call('ec2', 'CancelSpotInstanceRequests', { SpotInstanceRequestIds });
}

export function configuration(plot: Plot): End {
  const name = { LaunchConfigurationName: plot.name };
  plot.call('autoscaling', 'CreateLaunchConfiguration', { ...name, ImageId: plot.old.id, InstanceType: 't3.nano' });
  return () => void plot.call('autoscaling', 'DeleteLaunchConfiguration', name);
}

export function parameter(plot: Plot, Value: string): End {
  const Name = `/${plot.name}`;
  plot.call('ssm', 'PutParameter', { Name, Type: 'String', Value });
  return () => void plot.call('ssm', 'DeleteParameter', { Name });
}

/** The version that the template names holds the id; the parameter itself has moved on. */
export function alias(plot: Plot): End {
  const endParameter = parameter(plot, plot.old.id);
  const { end } = template(plot, 0, { imageId: `resolve:ssm:/${plot.name}:1`, isDefault: true });
  plot.call('ssm', 'PutParameter', { Name: `/${plot.name}`, Value: plot.newest.id, Overwrite: true });
  return () => {
    end();
    endParameter();
  };
}

export function recipe({ aws, name, old }: Plot, kind: RecipeRow['kind'], by = account): End {
  const row = { account: by, region: home, kind, name, version: '1.0.0', imageId: old.id };
  putRecipe(aws, row);
  return () => removeRecipe(aws, row);
}

export function launchedElsewhere(plot: Plot): End {
  const row = putInstance(plot.aws, plot.old, { account: sharee, launchedAt: start - 40 * day });
  return () => save(plot.aws, 'instances', { ...row, state: 'terminated' });
}

/** A parameter that the product may not move on for the time being. */
export function pointer(plot: Plot): End {
  const { aws } = plot;
  const Name = `/${plot.name}`;
  plot.call('ssm', 'PutParameter', { Name, Type: 'String', DataType: 'aws:ec2:image', Value: plot.old.id });
  const before = aws.interceptor;
  aws.interceptor = (call, perform) => {
    if (call.operation === 'PutParameter' && (call.input as { Name?: string }).Name === Name)
      throw new AwsError('AccessDeniedException', 'not yet', 400);
    return before(call, perform);
  };
  return () => {
    aws.interceptor = before;
  };
}

export function child(plot: Plot): End {
  const { id } = putImage(plot.aws, {
    account,
    region: home,
    name: `child of ${plot.name}`,
    sourceImageId: plot.old.id,
    sourceImageRegion: home,
    sourceInstanceId: 'i-0a1b2c3d4e5f60718',
  });
  return () => void plot.call('ec2', 'DeregisterImage', { ImageId: id });
}
