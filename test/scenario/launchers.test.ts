import { beforeAll, describe, expect, it } from 'vitest';
import type { LocalStack } from '../../cli/worlds/local.ts';
import { AwsError } from '../../local/kernel/service.ts';
import { observe } from '../../shared/engine/observe.ts';
import { imageKey } from '../../shared/model/ids.ts';
import type { Inventory } from '../../shared/model/inventory.ts';
import type { Plan } from '../../shared/model/plan.ts';
import { day, hour, minute } from '../../shared/model/time.ts';
import { decide } from '../../shared/rules/decide.ts';
import { images, pass } from './demo.ts';
import { idOf, region, stateOf, world } from './retiring.ts';

type Call = (service: 'ec2' | 'autoscaling', operation: string, input: object) => Record<string, never>;

/** Nobody else uses the image, and nothing looks a second time: what a launcher names is all that protects it. */
const alone = (text: string): string =>
  `${text.replace('lastLaunchedWithin: 2d', 'lastLaunchedWithin: 2d, sharedAccounts: false, off: [image-references]')}
    overrides: [{ rule: retain/shared-unchecked, reason: "nobody else is there in this world" }]
`;

/** A version that lies deeper than any policy looks on its own account: who names it is all that protects its image. */
function deepVersion(call: Call): { LaunchTemplateName: string; Version: string } {
  const name = { LaunchTemplateName: 'old' };
  call('ec2', 'CreateLaunchTemplate', { ...name, LaunchTemplateData: { ImageId: idOf(10) } });
  for (let n = 2; n <= 22; n += 1)
    call('ec2', 'CreateLaunchTemplateVersion', { ...name, LaunchTemplateData: { ImageId: idOf(12) } });
  call('ec2', 'ModifyLaunchTemplate', { ...name, DefaultVersion: '22' });
  return { ...name, Version: '1' };
}

interface Launcher {
  readonly what: string;
  readonly source: string;
  /** Names the old image. @returns how to end that */
  readonly name: (call: Call) => () => void;
}

const sizes = { AutoScalingGroupName: 'web', MinSize: 0, MaxSize: 0 };
const endGroup = (call: Call) => () =>
  void call('autoscaling', 'DeleteAutoScalingGroup', { AutoScalingGroupName: 'web' });

const launchers: readonly Launcher[] = [
  {
    what: 'a launch configuration',
    source: 'launch-configurations',
    name: (call) => {
      const name = { LaunchConfigurationName: 'old' };
      call('autoscaling', 'CreateLaunchConfiguration', { ...name, ImageId: idOf(10), InstanceType: 't3.nano' });
      return () => void call('autoscaling', 'DeleteLaunchConfiguration', name);
    },
  },
  {
    what: 'a group of size 0 that pins an old version of a launch template',
    source: 'auto-scaling',
    name: (call) => {
      call('autoscaling', 'CreateAutoScalingGroup', { ...sizes, LaunchTemplate: deepVersion(call) });
      return endGroup(call);
    },
  },
  {
    what: 'an image in an override of a mixed group',
    source: 'auto-scaling',
    name: (call) => {
      const data = { LaunchTemplateName: 'base', LaunchTemplateData: { ImageId: idOf(12) } };
      call('ec2', 'CreateLaunchTemplate', data);
      const LaunchTemplate = {
        LaunchTemplateSpecification: { LaunchTemplateName: 'base' },
        Overrides: [{ InstanceType: 't3.nano', ImageId: idOf(10) }],
      };
      call('autoscaling', 'CreateAutoScalingGroup', { ...sizes, MixedInstancesPolicy: { LaunchTemplate } });
      return endGroup(call);
    },
  },
  {
    what: 'an old version in an override of a mixed group',
    source: 'auto-scaling',
    name: (call) => {
      const old = deepVersion(call);
      const LaunchTemplate = {
        LaunchTemplateSpecification: { LaunchTemplateName: 'old' },
        Overrides: [{ InstanceType: 't3.nano', LaunchTemplateSpecification: old }],
      };
      call('autoscaling', 'CreateAutoScalingGroup', { ...sizes, MixedInstancesPolicy: { LaunchTemplate } });
      return endGroup(call);
    },
  },
  {
    what: 'a Spot Instance request',
    source: 'spot',
    name: (call) => {
      const LaunchSpecification = { ImageId: idOf(10), InstanceType: 't3.nano' };
      const made = call('ec2', 'RequestSpotInstances', { Type: 'persistent', LaunchSpecification });
      const requests: readonly { SpotInstanceRequestId: string }[] = made.SpotInstanceRequests ?? [];
      const ids = requests.map(({ SpotInstanceRequestId }) => SpotInstanceRequestId);
      return () => void call('ec2', 'CancelSpotInstanceRequests', { SpotInstanceRequestIds: ids });
    },
  },
  {
    what: 'a Spot Fleet request',
    source: 'spot',
    name: (call) => {
      const SpotFleetRequestConfig = {
        IamFleetRole: 'arn:aws:iam::111122223333:role/fleet',
        TargetCapacity: 0,
        LaunchSpecifications: [{ ImageId: idOf(10), InstanceType: 't3.nano' }],
      };
      const { SpotFleetRequestId } = call('ec2', 'RequestSpotFleet', { SpotFleetRequestConfig });
      const end = { SpotFleetRequestIds: [SpotFleetRequestId], TerminateInstances: false };
      return () => void call('ec2', 'CancelSpotFleetRequests', end);
    },
  },
  {
    what: 'a fleet that pins an old version of a launch template',
    source: 'fleets',
    name: (call) => {
      const { FleetId } = call('ec2', 'CreateFleet', {
        LaunchTemplateConfigs: [{ LaunchTemplateSpecification: deepVersion(call) }],
        TargetCapacitySpecification: { TotalTargetCapacity: 0 },
      });
      return () => void call('ec2', 'DeleteFleets', { FleetIds: [FleetId], TerminateInstances: true });
    },
  },
];

const callsOf =
  ({ aws }: LocalStack): Call =>
  (service, operation, input) =>
    aws.call(service, operation, input, { region }) as Record<string, never>;

/** The old image is deprecated and due to be disabled; the newest one is in use, or nothing in use would look like broken eyes. */
async function due(): Promise<LocalStack> {
  const stack = await world({}, alone);
  callsOf(stack)('ec2', 'RunInstances', { ImageId: idOf(12), MinCount: 1, MaxCount: 1 });
  const isDeprecated = () =>
    images(stack, region).some(({ ImageId, ...more }) => ImageId === idOf(10) && 'DeprecationTime' in more);
  while (!isDeprecated()) await pass(stack, hour);
  // Nobody acts meanwhile: waiting moves the clock alone.
  await stack.aws.timeline.sleep(2 * day);
  return stack;
}

async function look({ engine }: LocalStack): Promise<Inventory> {
  return observe(engine, { scope: 'account', grants: 'due', usage: true });
}

const planOf = ({ engine, aws }: LocalStack, inventory: Inventory): Plan =>
  decide(inventory, engine.policy, aws.timeline.now());

const disabled = ({ actions }: Plan): string[] =>
  actions.filter(({ kind }) => kind === 'disable-image').map(({ image }) => image);

const guardsIn = ({ held }: Plan): { code: string; source?: unknown; by?: unknown }[] =>
  held
    .filter(({ image, step }) => image === imageKey(region, idOf(10)) && step === 'disable-image')
    .flatMap(({ guards }) => guards.map(({ code, data = {} }) => ({ code, source: data.source, by: data.by })));

describe('F35: a superseded image that nothing else uses', () => {
  it.each(launchers)('stays while $what names it, and leaves once that is over', async ({ name }) => {
    const stack = await world({}, alone);
    const call = callsOf(stack);
    call('ec2', 'RunInstances', { ImageId: idOf(12), MinCount: 1, MaxCount: 1 });
    const end = name(call);
    await pass(stack, 20 * day);
    expect(stateOf(stack, 10)).toBe('available');
    end();
    // No other source would confirm it, so that it is over is believed after two weeks.
    await pass(stack, 13 * day);
    expect(stateOf(stack, 10)).toBe('available');
    await pass(stack, 20 * day);
    expect(stateOf(stack, 10)).toBe('gone');
  });
});

describe('an image that is due to be disabled', () => {
  let stack: LocalStack;
  beforeAll(async () => {
    stack = await due();
  });

  it('is disabled when every source shows that nothing uses it', async () => {
    const inventory = await look(stack);
    expect(disabled(planOf(stack, inventory))).toEqual([imageKey(region, idOf(10))]);
  });

  it.each(launchers)('is held by $what, in the words of the source', async ({ name, source }) => {
    const own = await due();
    const end = name(callsOf(own));
    const inventory = await look(own);
    expect(inventory.usage.filter(({ uses }) => !uses.complete)).toEqual([]);
    const readings = inventory.usage.filter(({ uses }) =>
      uses.complete ? uses.value.some(({ image }) => image === imageKey(region, idOf(10))) : false,
    );
    expect(readings.map((reading) => reading.source)).toEqual([source]);
    expect(disabled(planOf(own, inventory))).toEqual([]);
    expect(guardsIn(planOf(own, inventory)).map(({ code }) => code)).toEqual(['in-use']);
    end();
    expect(disabled(planOf(own, await look(own)))).toEqual([imageKey(region, idOf(10))]);
  });

  const operations = [
    ['launch-configurations', 'DescribeLaunchConfigurations'],
    ['auto-scaling', 'DescribeAutoScalingGroups'],
    ['spot', 'DescribeSpotInstanceRequests'],
    ['spot', 'DescribeSpotFleetRequests'],
    ['fleets', 'DescribeFleets'],
  ] as const;

  it.each(operations)(
    'F38 is held by %s while %s is denied, throttled or gives up half way',
    async (source, operation) => {
      const { aws } = stack;
      const answersOnce = () => {
        let answers = 0;
        aws.interceptor = (call, perform) => {
          if (call.operation !== operation) return perform();
          answers += 1;
          if (answers > 1) throw new AwsError('InternalFailure', 'it broke', 500);
          return { ...(perform() as object), NextToken: 'more' };
        };
      };
      for (const breakIt of [() => aws.faults.deny(operation), () => aws.faults.throttle(operation), answersOnce]) {
        breakIt();
        const plan = planOf(stack, await look(stack));
        aws.faults.clear();
        aws.interceptor = (_call, perform) => perform();
        expect(disabled(plan)).toEqual([]);
        expect(guardsIn(plan)).toEqual([{ code: 'usage-unknown', source, by: undefined }]);
      }
      expect(disabled(planOf(stack, await look(stack)))).toHaveLength(1);
    },
  );

  it.each(['launch-configurations', 'auto-scaling', 'spot', 'fleets'])(
    'F40 is held by a reading of %s that is older than a quarter of an hour, or missing',
    async (source) => {
      const inventory = await look(stack);
      const aged = inventory.usage.map((one) => (one.source === source ? { ...one, at: one.at - 16 * minute } : one));
      const missing = inventory.usage.filter((one) => one.source !== source);
      for (const usage of [aged, missing]) {
        const plan = planOf(stack, { ...inventory, usage });
        expect(disabled(plan)).toEqual([]);
        expect(guardsIn(plan)).toEqual([{ code: 'usage-unknown', source, by: undefined }]);
      }
    },
  );
});

describe('F37: an image that only a later page names', () => {
  it.each(launchers)('stays because of $what, however short the pages are', async ({ name }) => {
    const stack = await due();
    const call = callsOf(stack);
    for (const filler of fillers) filler(call);
    name(call);
    for (const operation of shortened) stack.aws.faults.truncate(operation, operation.includes('SpotInstance') ? 5 : 1);
    expect(disabled(planOf(stack, await look(stack)))).toEqual([]);
  });

  const shortened = [
    'DescribeLaunchConfigurations',
    'DescribeAutoScalingGroups',
    'DescribeSpotInstanceRequests',
    'DescribeSpotFleetRequests',
    'DescribeFleets',
    'DescribeLaunchTemplateVersions',
  ];

  const named = Array.from({ length: 3 }, (_, n) => `a${n}`);
  const fillers: readonly ((call: Call) => void)[] = [
    (call) => {
      for (const LaunchConfigurationName of named)
        call('autoscaling', 'CreateLaunchConfiguration', {
          LaunchConfigurationName,
          ImageId: idOf(12),
          InstanceType: 't3.nano',
        });
      for (const AutoScalingGroupName of named)
        call('autoscaling', 'CreateAutoScalingGroup', {
          ...sizes,
          AutoScalingGroupName,
          LaunchConfigurationName: 'a0',
        });
    },
    (call) => {
      const LaunchSpecification = { ImageId: idOf(12), InstanceType: 't3.nano' };
      call('ec2', 'RequestSpotInstances', { InstanceCount: 12, LaunchSpecification });
      const SpotFleetRequestConfig = {
        IamFleetRole: 'arn:aws:iam::111122223333:role/fleet',
        TargetCapacity: 0,
        LaunchSpecifications: [LaunchSpecification],
      };
      for (const _ of named) call('ec2', 'RequestSpotFleet', { SpotFleetRequestConfig });
    },
    (call) => {
      const LaunchTemplateData = { ImageId: idOf(12) };
      call('ec2', 'CreateLaunchTemplate', { LaunchTemplateName: 'filler', LaunchTemplateData });
      for (const _ of named)
        call('ec2', 'CreateFleet', {
          LaunchTemplateConfigs: [
            { LaunchTemplateSpecification: { LaunchTemplateName: 'filler', Version: '$Latest' } },
          ],
          TargetCapacitySpecification: { TotalTargetCapacity: 0 },
        });
    },
  ];
});
