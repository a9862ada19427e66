import type { Template } from '../packaged.ts';
import { Names } from './intrinsics.ts';

/** One value of a template that is wrong, and what is missed because of it. */
export interface Damage {
  readonly what: string;
  /** Where it stands in the template. */
  readonly at: string;
  readonly to: unknown;
  readonly missing: string;
}

const arn = (id: string) => ({ 'Fn::GetAtt': [id, 'Arn'] });
const beforeSweep = 'a copy in eu-west-1 before the first sweep';
const elsewhere = 'an answer to what eu-west-1 announced';
const variable = (fn: string, name: string): string => `${fn}LambdaFunction/Properties/Environment/Variables/${name}`;
const mapping = 'OnImageEventEventSourceMappingSQSWorkQueue/Properties';

export const damages: readonly Damage[] = [
  {
    what: 'the rule sends to the other queue',
    at: 'AmiStateChangeRule/Properties/Targets/0/Arn',
    to: arn('DeadLetterQueue'),
    missing: beforeSweep,
  },
  {
    what: 'the queue lets another rule send',
    at: 'QueuePolicy/Properties/PolicyDocument/Statement/0/Condition/ArnEquals/aws:SourceArn',
    to: arn('Table'),
    missing: beforeSweep,
  },
  {
    what: 'the function reads the other queue',
    at: `${mapping}/EventSourceArn`,
    to: arn('DeadLetterQueue'),
    missing: beforeSweep,
  },
  {
    what: 'the queue feeds another function',
    at: `${mapping}/FunctionName`,
    to: arn('ReapLambdaFunction'),
    missing: beforeSweep,
  },
  {
    what: 'a batch fails or succeeds as a whole',
    at: `${mapping}/FunctionResponseTypes`,
    to: [],
    missing: 'the failing message set aside after five tries',
  },
  {
    what: 'what fails comes back for ever',
    at: 'WorkQueue/Properties/RedrivePolicy/maxReceiveCount',
    to: 50,
    missing: 'the failing message set aside after five tries',
  },
  {
    what: 'what fails goes to another place',
    at: 'WorkQueue/Properties/RedrivePolicy/deadLetterTargetArn',
    to: arn('Table'),
    missing: 'the failing message set aside after five tries',
  },
  {
    what: 'a schedule runs another function',
    at: 'RetireSchedule/Properties/Target/Arn',
    to: arn('ReapLambdaFunction'),
    missing: 'a run of retire',
  },
  {
    what: 'a schedule has a role that may not run it',
    at: 'SweepSchedule/Properties/Target/RoleArn',
    to: arn('SweepRole'),
    missing: 'permission of SweepSchedule as SweepRole: lambda:InvokeFunction',
  },
  {
    what: 'a function looks for another table',
    at: variable('OnImageEvent', 'STEWARD_TABLE'),
    to: { Ref: 'WorkQueue' },
    missing: beforeSweep,
  },
  {
    what: 'the sweep fills another queue',
    at: variable('Sweep', 'STEWARD_QUEUE_URL'),
    to: { Ref: 'DeadLetterQueue' },
    missing: 'the mark on an image that nobody announced',
  },
  {
    what: 'other Regions forward to another bus',
    at: 'Forwarders/Properties/Parameters/1/ParameterValue',
    to: 'arn:aws:events:us-east-1:111122223333:event-bus/another',
    missing: elsewhere,
  },
  {
    what: 'the role of forwarding rules may put events elsewhere only',
    at: 'ForwarderRole/Properties/Policies/0/PolicyDocument/Statement/0/Resource',
    to: arn('Table'),
    missing: elsewhere,
  },
  {
    what: 'the role of forwarding rules is for rules of other names',
    at: 'Forwarders/Properties/Parameters/0/ParameterValue',
    to: 'other-rule',
    missing: elsewhere,
  },
  {
    what: 'the stack set leaves out a Region',
    at: 'Forwarders/Properties/StackInstancesGroup/0/Regions',
    to: ['us-west-2'],
    missing: elsewhere,
  },
  {
    what: 'a function tells another bus',
    at: variable('OnImageEvent', 'STEWARD_BUS'),
    to: 'another',
    missing: 'the event AMI Copy Started about ami-0c4300000000a1b2c',
  },
];

/** A run of retire fails, and reap cannot be run. */
export const failures: readonly Pick<Damage, 'at' | 'to'>[] = [
  { at: variable('Retire', 'STEWARD_TABLE'), to: '' },
  { at: 'ReapSchedule/Properties/Target/Arn', to: arn('Table') },
];

const scheduleAside = 'the schedule that could not run put aside';
const runAside = 'the event of the run that failed put aside';

/** Wrong beside those, so that what fails is lost. */
export const losses: readonly Damage[] = [
  {
    what: 'a schedule puts aside elsewhere',
    at: 'ReapSchedule/Properties/Target/DeadLetterConfig/Arn',
    to: arn('Table'),
    missing: scheduleAside,
  },
  {
    what: 'a schedule puts aside into the work queue',
    at: 'ReapSchedule/Properties/Target/DeadLetterConfig/Arn',
    to: arn('WorkQueue'),
    missing: scheduleAside,
  },
  {
    what: 'the role of schedules may not put aside',
    at: 'SchedulerRole/Properties/Policies/0/PolicyDocument/Statement/1/Action',
    to: 'sqs:GetQueueUrl',
    missing: scheduleAside,
  },
  {
    what: 'a function puts aside elsewhere',
    at: 'RetireLambdaEvConf/Properties/DestinationConfig/OnFailure/Destination',
    to: arn('WorkQueue'),
    missing: runAside,
  },
  {
    what: 'the destination is of another function',
    at: 'RetireLambdaEvConf/Properties/FunctionName',
    to: { Ref: 'SweepLambdaFunction' },
    missing: runAside,
  },
];

/** A copy of the template with one value replaced. */
export function damaged(stack: Template, { at, to }: Pick<Damage, 'at' | 'to'>): Template {
  const copy = structuredClone(stack);
  const steps = at.split('/');
  const last = steps.pop() ?? '';
  const place = steps.reduce<Record<string, unknown>>((inside, step) => inside[step] as typeof inside, copy as never);
  if (place[last] === undefined) throw new Error(`the template has nothing at ${at}`);
  place[last] = to;
  return copy;
}

export const withRole = (stack: Template, fn: string, role: string): Template =>
  damaged(stack, { at: `${fn}/Properties/Role`, to: arn(role) });

/** Without one action in the role of a function or a schedule. */
export function withoutAction(stack: Template, user: string, action: string): Template {
  const names = new Names(stack, { account: '', region: '', url: '' });
  const role = names.find(names.roleOf(user)) ?? '';
  const text = JSON.stringify(stack[role]).replaceAll(JSON.stringify(action), '"none:None"');
  return { ...stack, [role]: JSON.parse(text) };
}
