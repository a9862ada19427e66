import { readFileSync } from 'node:fs';
import { readPolicy } from '../../cli/policy/read.ts';
import { type LocalStack, openDemoWorld } from '../../cli/worlds/local.ts';
import { demoStart, seedDemo } from '../../local/demo/seed.ts';
import type { AwsEvent } from '../../local/kernel/service.ts';
import { eventLog } from '../../local/services/events.ts';
import { enqueue } from '../../local/services/queues.ts';
import type { CompiledPolicy } from '../../shared/model/policy.ts';
import { type Duration, day } from '../../shared/model/time.ts';
import { deployWithRoles } from '../roles/deploy.ts';

export const demoPolicyText = readFileSync('local/demo/policy.yml', 'utf8');
export const available = JSON.parse(readFileSync('events/ami-state-change/available.json', 'utf8')) as AwsEvent;

export function compiled(text: string): CompiledPolicy {
  const reading = readPolicy(text, 'policy.yml', { now: demoStart });
  if (reading.ok) return reading.policy;
  throw new Error(reading.problems.map(({ line, message }) => `${line}: ${message}`).join('\n'));
}

/**
 * The demo world with the product deployed in it; `change` rewrites the text of its policy. While AWS announces nothing,
 * schedules run once a day, so that months pass quickly.
 */
export async function demo(change?: (policy: string) => string): Promise<LocalStack> {
  const stack = await nothing(change);
  seedDemo(stack.aws, { template: true });
  return stack;
}

/** The same before anything was built. */
export const nothing = (change: (policy: string) => string = (text) => text): Promise<LocalStack> =>
  deployWithRoles(openDemoWorld(), compiled(change(demoPolicyText)), { idleEvery: day });

export const announce = ({ aws }: LocalStack, event: AwsEvent = available): void => aws.emit(event);

export const deliver = ({ aws, workQueue }: LocalStack, body: string): unknown =>
  enqueue(aws, { queue: workQueue, body });

export const settle = ({ aws }: LocalStack): Promise<void> => aws.runtime.runUntilQuiet({ within: day });

export const pass = ({ aws }: LocalStack, duration: Duration): Promise<void> =>
  aws.timeline.advanceTo(aws.timeline.now() + duration);

/** Images of the account in a Region, disabled ones included. */
export interface Listed {
  readonly ImageId: string;
  readonly Name: string;
  readonly State: string;
  readonly SourceImageId?: string;
  readonly SourceInstanceId?: string;
  readonly Tags?: readonly { Key: string; Value: string }[];
}

export function images({ aws }: LocalStack, region: string, name?: string): Listed[] {
  const input = { Owners: ['self'], IncludeDisabled: true, IncludeDeprecated: true };
  const { Images } = aws.call('ec2', 'DescribeImages', input, { region }) as { Images: Listed[] };
  return Images.filter((image) => name === undefined || image.Name === name);
}

export function sharees({ aws }: LocalStack, region: string, ImageId: string): string[] {
  const input = { ImageId, Attribute: 'launchPermission' };
  const { LaunchPermissions = [] } = aws.call('ec2', 'DescribeImageAttribute', input, { region }) as {
    LaunchPermissions?: Record<string, string>[];
  };
  return LaunchPermissions.flatMap((permission) => Object.values(permission)).sort();
}

/** Types of the events that the product emitted, in order. */
export const emitted = ({ aws }: LocalStack): { type: string; data: Record<string, unknown> }[] =>
  eventLog(aws).flatMap(({ event }) =>
    event.source === 'ami-steward'
      ? [{ type: event['detail-type'], data: event.detail.data as Record<string, unknown> }]
      : [],
  );

/** What the account holds, apart from ids and times: names, states, shares and where everything came from. */
export function endState(stack: LocalStack): object {
  const regions = ['us-east-1', 'eu-west-1', 'us-west-2', 'ap-south-1'];
  return Object.fromEntries(
    regions.map((region) => [
      region,
      images(stack, region)
        .map(({ ImageId, Name, State, SourceImageId }) => [Name, State, SourceImageId, sharees(stack, region, ImageId)])
        .sort(),
    ]),
  );
}
