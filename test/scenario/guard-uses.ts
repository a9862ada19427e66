import {
  alias,
  child,
  configuration,
  deep,
  fleet,
  group,
  launchedElsewhere,
  mixedGroup,
  parameter,
  pinned,
  pointer,
  put,
  recipe,
  spotFleet,
  spotRequest,
  template,
} from './guard-ways.ts';
import type { End, Plot, PlotSetting } from './guarded.ts';
import { sharee, start } from './support.ts';

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
