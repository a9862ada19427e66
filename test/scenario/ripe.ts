import type { ImageRow } from '../../local/ec2/rows.ts';
import { AwsError } from '../../local/kernel/service.ts';
import { EmbeddedAws, type IncomingCall, type Interceptor } from '../../local/world.ts';
import type { Engine } from '../../shared/engine/engine.ts';
import { approved, mark } from '../../shared/model/marks.ts';
import { day } from '../../shared/model/time.ts';
import { deployWithRoles } from '../roles/deploy.ts';
import { type Plot, type PlotSetting, plots, policyOf, stateOf } from './guarded.ts';
import { home, pass, start } from './support.ts';

/** A step each: at the end of the preparation, nothing but the step itself is missing. */
const settings: Readonly<Record<string, PlotSetting>> = {
  'to-disable': { shared: true, lines: 'publish: { when: all-regions, ssm: [{ parameter: "/golden" }] }' },
  'to-approve': { shared: true },
  'to-deregister': { shared: true },
};

/** A world in which one image is due to be disabled, one to be approved, one to be deregistered, as often as wanted. */
export interface Ripe {
  readonly plots: readonly Plot[];
  readonly rows: ReturnType<EmbeddedAws['state']['dump']>;
}

const about = ({ operation, input }: IncomingCall): string => `${operation} ${JSON.stringify(input)}`;

/** What the preparation keeps from happening. */
const last = (all: readonly Plot[]): readonly ((call: string) => boolean)[] => {
  const [disable, approve, deregister] = all.map(({ old }) => old.id);
  return [
    (call) => call.startsWith('DisableImage ') && call.includes(disable ?? ''),
    (call) => call.startsWith('CreateTags ') && call.includes(mark.reap) && call.includes(approve ?? ''),
    (call) => call.startsWith('DeregisterImage ') && call.includes(deregister ?? ''),
  ];
};

export async function ripe(): Promise<Ripe> {
  const { stack, plots: all } = await plots(settings);
  const { aws } = stack;
  // The lists that usage is read from have something in them, none of it about the old images.
  const [plot] = all;
  if (!plot) throw new Error('no plots');
  furnish(plot);
  const tried = last(all).map((is) => ({ is, times: 0 }));
  aws.interceptor = (call, perform) => {
    const hit = tried.find(({ is }) => is(about(call)));
    if (!hit) return perform();
    hit.times += 1;
    throw new AwsError('UnauthorizedOperation', 'not yet', 403);
  };
  while (tried.some(({ times }) => times === 0)) await pass(aws, day);
  return { plots: all, rows: structuredClone(aws.state.dump()) };
}

function furnish({ call, newest }: Plot): void {
  const image = { ImageId: newest.id, InstanceType: 't3.nano' };
  call('ec2', 'CreateLaunchTemplate', { LaunchTemplateName: 'other', LaunchTemplateData: image });
  call('autoscaling', 'CreateLaunchConfiguration', { LaunchConfigurationName: 'other', ...image });
  const LaunchTemplate = { LaunchTemplateName: 'other', Version: '1' };
  call('autoscaling', 'CreateAutoScalingGroup', {
    AutoScalingGroupName: 'other',
    MinSize: 0,
    MaxSize: 0,
    LaunchTemplate,
  });
  call('ec2', 'RequestSpotInstances', { Type: 'persistent', LaunchSpecification: image });
  call('ssm', 'PutParameter', { Name: '/other', Type: 'String', Value: newest.id });
}

export interface Scene {
  readonly aws: EmbeddedAws;
  readonly engine: Engine;
  readonly plots: readonly Plot[];
  /** What has become of the three images, `approved` for one that carries the mark of it. */
  readonly states: () => string[];
  /** Calls that take something for good or for a while, as they were made. */
  readonly taken: string[];
  /** Stands before every call until it is set back. */
  disturb: Interceptor;
}

/** Such a world anew, at the same moment, with the product deployed in it. */
export async function sceneOf({ plots: all, rows }: Ripe): Promise<Scene> {
  const aws = EmbeddedAws.open({ start, homeRegion: home });
  for (const [table, kept] of Object.entries(rows))
    for (const [key, row] of Object.entries(kept)) aws.state.restore(table, key, row);
  const { aws: own, engine } = await deployWithRoles(aws, policyOf(settings), { idleEvery: day });
  const here = all.map((plot): Plot => ({ ...plot, aws: own, call: callsIn(own) }));
  const scene: Scene = {
    aws: own,
    engine,
    plots: here,
    states: () => here.map(({ old }) => (isApproved(own, old) ? 'approved' : stateOf(own, old))),
    taken: [],
    disturb: untouched,
  };
  own.interceptor = (call, perform) => {
    if (takes(about(call))) scene.taken.push(about(call));
    return scene.disturb(call, perform);
  };
  return scene;
}

export const untouched: Interceptor = (_call, perform) => perform();

const callsIn =
  (aws: EmbeddedAws): Plot['call'] =>
  (service, operation, input, by) =>
    aws.call(service, operation, input, { region: home, ...(by !== undefined && { account: by }) }) as never;

const takes = (call: string): boolean =>
  /^(DisableImage|DeregisterImage|DeleteSnapshot) /.test(call) ||
  (call.startsWith('CreateTags ') && call.includes(mark.reap));

function isApproved(aws: EmbeddedAws, { account, id }: ImageRow): boolean {
  const row = aws.state.table<ImageRow>('images').get(`${account}/${home}/${id}`);
  return row?.tags[mark.reap] === approved;
}
