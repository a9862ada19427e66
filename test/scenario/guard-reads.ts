import { AwsError } from '../../local/kernel/service.ts';
import type { EmbeddedAws, Interceptor } from '../../local/world.ts';
import { minute } from '../../shared/model/time.ts';

type Answer = Readonly<Record<string, unknown>>;

/** A call that the guard reads something with. */
export interface Read {
  readonly source: string;
  readonly operation: string;
  /** Where its answer has a list. */
  readonly list: string;
  /** Answers in one piece. */
  readonly whole?: true;
  /** The answer without something that it should have. */
  readonly hole: (answer: Answer, input: Answer) => Answer;
}

/** One entry more, which leaves open what it should say. */
const and =
  (list: string, entry: object): Read['hole'] =>
  (answer) => ({ ...answer, [list]: [...((answer[list] as object[] | undefined) ?? []), entry] });

const read = (source: string, operation: string, list: string, entry: object): Read => ({
  source,
  operation,
  list,
  hole: and(list, entry),
});

const without =
  (list: string): Read['hole'] =>
  ({ [list]: _list, ...answer }) =>
    answer;

const nobody = { Instances: [{ InstanceId: 'i-0a1', State: { Name: 'running' } }] };
const active = { SpotFleetRequestId: 'sfr-1', SpotFleetRequestState: 'active' };

export const reads: readonly Read[] = [
  read('instances', 'DescribeInstances', 'Reservations', nobody),
  read('launch-templates', 'DescribeLaunchTemplates', 'LaunchTemplates', { LaunchTemplateName: 'without an id' }),
  read('launch-templates', 'DescribeLaunchTemplateVersions', 'LaunchTemplateVersions', { LaunchTemplateId: 'lt-1' }),
  read('launch-configurations', 'DescribeLaunchConfigurations', 'LaunchConfigurations', {
    LaunchConfigurationName: 'without an image',
  }),
  read('auto-scaling', 'DescribeAutoScalingGroups', 'AutoScalingGroups', {
    AutoScalingGroupName: 'without a template',
  }),
  read('spot', 'DescribeSpotInstanceRequests', 'SpotInstanceRequests', {
    SpotInstanceRequestId: 'sir-1',
    State: 'open',
  }),
  read('spot', 'DescribeSpotFleetRequests', 'SpotFleetRequestConfigs', active),
  read('fleets', 'DescribeFleets', 'Fleets', { FleetId: 'fleet-1', FleetState: 'active' }),
  read('ssm-parameters', 'DescribeParameters', 'Parameters', { Type: 'String' }),
  { ...read('ssm-parameters', 'GetParameters', 'Parameters', {}), whole: true, hole: without('Parameters') },
  read('image-references', 'DescribeImageReferences', 'ImageReferences', { ResourceType: 'ec2:Instance' }),
  read('usage reports', 'DescribeImageUsageReports', 'ImageUsageReports', { ReportId: 'report', State: 'available' }),
  read('usage reports', 'DescribeImageUsageReportEntries', 'ImageUsageReportEntries', { AccountId: '222233334444' }),
  {
    ...read('last launch and children', 'DescribeImages', 'Images', {}),
    hole: (answer) => ({
      ...answer,
      Images: (answer.Images as Answer[]).map((image) => ({ ...image, LastLaunchedTime: 'lately' })),
    }),
  },
];

/** Tells whether anybody else may use the image at all, and whom to give it back to. */
export const sharing: Read = {
  ...read('sharing', 'DescribeImageAttribute', 'LaunchPermissions', {}),
  whole: true,
  hole: without('LaunchPermissions'),
};

/** Something that goes wrong with a read, until the function that it returns is called. */
export interface Trouble {
  readonly name: string;
  readonly wholeToo: boolean;
  readonly begin: (scene: { aws: EmbeddedAws; disturb: Interceptor }, one: Read) => void;
}

const onAnswersOf =
  ({ operation }: Read, change: (answer: Answer, input: Answer) => unknown): Interceptor =>
  (call, perform) =>
    call.operation === operation ? change(perform() as Answer, call.input as Answer) : perform();

export const troubles: readonly Trouble[] = [
  { name: 'is denied', wholeToo: true, begin: ({ aws }, { operation }) => aws.faults.deny(operation) },
  { name: 'is throttled', wholeToo: true, begin: ({ aws }, { operation }) => aws.faults.throttle(operation) },
  {
    name: 'loses its second page',
    wholeToo: false,
    begin: (scene, { operation }) => {
      scene.disturb = (call, perform) => {
        if (call.operation !== operation) return perform();
        if ((call.input as Answer).NextToken) throw new AwsError('InternalError', 'not today', 500);
        return { ...(perform() as object), NextToken: 'more' };
      };
    },
  },
  {
    name: 'leaves out what it should say',
    wholeToo: true,
    begin: (scene, one) => {
      scene.disturb = onAnswersOf(one, one.hole);
    },
  },
  {
    name: 'is a quarter of an hour old when it is acted on',
    wholeToo: true,
    begin: (scene, one) => {
      scene.disturb = onAnswersOf(one, (answer) => {
        scene.aws.timeline.sleep(16 * minute);
        return answer;
      });
    },
  },
];
