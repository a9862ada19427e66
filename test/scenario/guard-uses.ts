import { putImage, putInstance } from '../../local/ec2/fixtures.ts';
import { putRecipe, type RecipeRow, removeRecipe } from '../../local/ec2/recipes.ts';
import { type InstanceRow, save } from '../../local/ec2/rows.ts';
import { AwsError } from '../../local/kernel/service.ts';
import { day } from '../../shared/model/time.ts';
import type { End, Plot, PlotSetting } from './guarded.ts';
import { account, home, sharee, start } from './support.ts';

/** One way in which an image is used, which one source shows and no other. */
export interface Use extends PlotSetting {
  readonly what: string;
  /** The only evidence of the use. */
  readonly source: string;
  /** What the guard says of it. */
  readonly code?: string;
  readonly begin: (plot: Plot) => End;
}

/** A second opinion would show it as well. */
const firstOnly = 'off: [image-references]';

const put = (plot: Plot, state: InstanceRow['state']): End => {
  const row = putInstance(plot.aws, plot.old, { state, launchedAt: start - 40 * day });
  return () => save(plot.aws, 'instances', { ...row, state: 'terminated' });
};

/** A template whose first version alone names the old image, with so many later ones. */
function template(plot: Plot, later: number, more: { by?: string; imageId?: string; isDefault?: boolean } = {}) {
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
const deep = 22;

/** The image stays until whoever names the version is gone. */
const pinned = (plot: Plot) => template(plot, deep).pinned;

function group(plot: Plot, launch: object): End {
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

const mixedGroup = (plot: Plot, override: (plot: Plot) => object): End =>
  group(plot, { MixedInstancesPolicy: { LaunchTemplate: overridden(plot, override) } });

/** One that goes on may not name an image itself. Its template ends with it. */
function fleet(plot: Plot): End {
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

function spotFleet(plot: Plot, config: object): End {
  const SpotFleetRequestConfig = { IamFleetRole: `arn:aws:iam::${account}:role/fleet`, TargetCapacity: 0, ...config };
  const made = plot.call<{ SpotFleetRequestId: string }>('ec2', 'RequestSpotFleet', { SpotFleetRequestConfig });
  const end = { SpotFleetRequestIds: [made.SpotFleetRequestId], TerminateInstances: false };
  return () => void plot.call('ec2', 'CancelSpotFleetRequests', end);
}

function spotRequest(plot: Plot): End {
  const LaunchSpecification = { ImageId: plot.old.id, InstanceType: 't3.nano' };
  const { SpotInstanceRequests: made } = plot.call<{ SpotInstanceRequests: { SpotInstanceRequestId: string }[] }>(
    'ec2',
    'RequestSpotInstances',
    { Type: 'persistent', LaunchSpecification },
  );
  const SpotInstanceRequestIds = made.map(({ SpotInstanceRequestId }) => SpotInstanceRequestId);
  return () => void plot.call('ec2', 'CancelSpotInstanceRequests', { SpotInstanceRequestIds });
}

function configuration(plot: Plot): End {
  const name = { LaunchConfigurationName: plot.name };
  plot.call('autoscaling', 'CreateLaunchConfiguration', { ...name, ImageId: plot.old.id, InstanceType: 't3.nano' });
  return () => void plot.call('autoscaling', 'DeleteLaunchConfiguration', name);
}

function parameter(plot: Plot, Value: string): End {
  const Name = `/${plot.name}`;
  plot.call('ssm', 'PutParameter', { Name, Type: 'String', Value });
  return () => void plot.call('ssm', 'DeleteParameter', { Name });
}

/** The version that the template names holds the id; the parameter itself has moved on. */
function alias(plot: Plot): End {
  const endParameter = parameter(plot, plot.old.id);
  const { end } = template(plot, 0, { imageId: `resolve:ssm:/${plot.name}:1`, isDefault: true });
  plot.call('ssm', 'PutParameter', { Name: `/${plot.name}`, Value: plot.newest.id, Overwrite: true });
  return () => {
    end();
    endParameter();
  };
}

function recipe({ aws, name, old }: Plot, kind: RecipeRow['kind'], by = account): End {
  const row = { account: by, region: home, kind, name, version: '1.0.0', imageId: old.id };
  putRecipe(aws, row);
  return () => removeRecipe(aws, row);
}

function launchedElsewhere(plot: Plot): End {
  const row = putInstance(plot.aws, plot.old, { account: sharee, launchedAt: start - 40 * day });
  return () => save(plot.aws, 'instances', { ...row, state: 'terminated' });
}

/** A parameter that the product may not move on for the time being. */
function pointer(plot: Plot): End {
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

function child(plot: Plot): End {
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

const states = ['pending', 'running', 'stopping', 'stopped', 'shutting-down'] as const;

export const uses: readonly Use[] = [
  ...states.map(
    (state): Use => ({
      what: `an instance that is ${state} runs it`,
      source: 'instances',
      guards: firstOnly,
      begin: (plot) => put(plot, state),
    }),
  ),
  {
    what: 'the default version of a launch template names it, deep down',
    source: 'launch-templates',
    guards: firstOnly,
    begin: (plot) => template(plot, deep, { isDefault: true }).end,
  },
  {
    what: 'the latest version of a launch template names it',
    source: 'launch-templates',
    guards: firstOnly,
    begin: (plot) => template(plot, 0, { isDefault: true }).end,
  },
  {
    what: 'an old version of a launch template within the depth names it',
    source: 'launch-templates',
    guards: firstOnly,
    begin: (plot) => template(plot, 19).end,
  },
  {
    what: 'a launch template names it by a parameter',
    source: 'launch-templates',
    guards: firstOnly,
    begin: alias,
  },
  {
    what: 'a version beyond the depth names it',
    source: 'image-references',
    begin: (plot) => template(plot, deep).end,
  },
  { what: 'a launch configuration names it', source: 'launch-configurations', begin: configuration },
  {
    what: 'a group of size 0 pins an old version',
    source: 'auto-scaling',
    guards: firstOnly,
    begin: (plot) => group(plot, { LaunchTemplate: pinned(plot) }),
  },
  {
    what: 'an override of a mixed group names it',
    source: 'auto-scaling',
    begin: (plot) => mixedGroup(plot, ({ old }) => ({ ImageId: old.id })),
  },
  {
    what: 'an override of a mixed group pins an old version',
    source: 'auto-scaling',
    guards: firstOnly,
    begin: (plot) => mixedGroup(plot, (own) => ({ LaunchTemplateSpecification: pinned(own) })),
  },
  { what: 'a Spot Instance request names it', source: 'spot', begin: spotRequest },
  {
    what: 'a Spot Fleet request names it',
    source: 'spot',
    begin: (plot) => spotFleet(plot, { LaunchSpecifications: [{ ImageId: plot.old.id, InstanceType: 't3.nano' }] }),
  },
  {
    what: 'a Spot Fleet request pins an old version',
    source: 'spot',
    guards: firstOnly,
    begin: (plot) => spotFleet(plot, { LaunchTemplateConfigs: [{ LaunchTemplateSpecification: pinned(plot) }] }),
  },
  {
    what: 'an EC2 Fleet pins an old version',
    source: 'fleets',
    guards: firstOnly,
    begin: fleet,
  },
  {
    what: 'a parameter of any name holds its id',
    source: 'ssm-parameters',
    guards: firstOnly,
    begin: (plot) => parameter(plot, `{"base":"${plot.old.id}"}`),
  },
  { what: 'an image recipe builds on it', source: 'image-builder', begin: (plot) => recipe(plot, 'image-recipe') },
  {
    what: 'a container recipe builds on it',
    source: 'image-builder',
    begin: (plot) => recipe(plot, 'container-recipe'),
  },
  {
    what: 'another account runs it',
    source: 'usage-reports',
    code: 'used-elsewhere',
    shared: true,
    begin: launchedElsewhere,
  },
  {
    what: 'a launch template of another account names it',
    source: 'usage-reports',
    code: 'used-elsewhere',
    shared: true,
    begin: (plot) => template(plot, deep, { by: sharee }).end,
  },
  {
    what: 'a recipe of another account builds on it',
    source: 'usage-reports',
    code: 'used-elsewhere',
    shared: true,
    begin: (plot) => recipe(plot, 'image-recipe', sharee),
  },
  {
    what: 'a pointer of ours names it',
    source: 'pointers',
    code: 'published',
    guards: firstOnly,
    lines: 'publish: { when: all-regions, ssm: [{ parameter: "/{NAME}" }] }',
    begin: pointer,
  },
  { what: 'a child was built from it', source: 'children', code: 'has-children', begin: child },
  {
    what: 'it was launched lately',
    source: 'last-launch',
    code: 'launched-recently',
    lastLaunchedWithin: '40d',
    launches: [start],
    begin: () => () => undefined,
  },
];
