import { emitImageState } from '../../../local/ec2/events.ts';
import { putImage } from '../../../local/ec2/fixtures.ts';
import { keyArn, saveKeyRow } from '../../../local/ec2/keys.ts';
import type { ImageRow } from '../../../local/ec2/rows.ts';
import { eventLog } from '../../../local/services/events.ts';
import { enqueue, type Message, messagesOf } from '../../../local/services/queues.ts';
import type { WireRequest, WireResponse } from '../../../local/wire/types.ts';
import type { EmbeddedAws } from '../../../local/world.ts';
import { imageKey } from '../../../shared/model/ids.ts';
import { marksFor } from '../../../shared/model/marks.ts';
import { type Duration, day, minute } from '../../../shared/model/time.ts';
import type { Template } from '../packaged.ts';
import { beyondRoles, type Scene } from './stage.ts';

const home = 'us-east-1';
const targets = ['eu-west-1', 'us-west-2'];
const sharee = '222233334444';
const golden = 'ami-0c4300000000a1b2c';
const unannounced = 'ami-0f00000000000a1b2';
const poison = 'no message that anybody can read';
const webs = ['ami-0e10000000000a1b2', 'ami-0e11000000000a1b2', 'ami-0e12000000000a1b2'];

/** What was expected of the stack and did not happen, in words; nothing when it works as the template wires it. */
export class Missed {
  readonly list: string[] = [];

  expect(holds: boolean, what: string): void {
    if (!holds) this.list.push(what);
  }
}

const pass = ({ timeline }: EmbeddedAws, duration: Duration): Promise<void> =>
  timeline.advanceTo(timeline.now() + duration);

/** An image is built; its announcement alone must lead to copies, the schedule of the sweep to all that follows. */
export async function giving(scene: Scene, missed: Missed): Promise<void> {
  const { aws, front, deployment } = scene;
  furnish(aws);
  front.disturb = refusingSetAside;
  enqueue(aws, { queue: deployment.queue('WorkQueue'), body: poison });
  const built = putImage(aws, { account: aws.account, region: home, id: golden, name: 'golden-web-1' });
  emitImageState(aws, built, 'available', { requestId: 'built' });
  const silent = putImage(aws, { account: aws.account, region: home, id: unannounced, name: 'web-silent' });
  await pass(aws, 10 * minute);
  for (const region of targets)
    missed.expect(copiesIn(aws, region).length === 1, `a copy in ${region} before the first sweep`);
  await pass(aws, 90 * minute);
  for (const region of targets) {
    const [copy] = copiesIn(aws, region);
    missed.expect(copy?.state === 'available', `a finished copy in ${region}`);
    missed.expect(copy?.permissions.includes(`account:${sharee}`) ?? false, `the copy in ${region} shared`);
  }
  const marked = images(aws).find(({ id }) => id === silent.id)?.tags ?? {};
  missed.expect(marked['ami-steward:managed'] === 'true', 'the mark on an image that nobody announced');
  await answeredElsewhere(scene, missed);
  missed.expect(built.id === parameterOf(aws, '/golden/golden-web/latest'), 'the pointer at the new image');
  await expectRows(scene, missed);
  expectEvents(aws, missed, golden, ['AMI Observed', 'AMI Copy Started', 'AMI Copied', 'AMI Shared', 'AMI Published']);
  expectSetAside(scene, missed);
  for (const [name, id] of Object.entries({ sweep: 'Sweep', retire: 'Retire', reap: 'Reap' }))
    missed.expect(
      front.calls.some(({ key }) => key === `${id}LambdaFunction`),
      `a run of ${name}`,
    );
}

/** What EC2 announces in another Region is answered long before any sweep: the rule of the stack set forwards it. */
async function answeredElsewhere({ aws }: Scene, missed: Missed): Promise<void> {
  for (const region of targets) {
    const [copy] = copiesIn(aws, region);
    if (!copy) continue;
    const LaunchPermission = { Remove: [{ UserId: sharee }] };
    aws.call('ec2', 'ModifyImageAttribute', { ImageId: copy.id, LaunchPermission }, { region });
    emitImageState(aws, copy, 'available', { requestId: 'again' });
    await pass(aws, minute);
    const [now] = copiesIn(aws, region);
    missed.expect(now?.permissions.includes(`account:${sharee}`) ?? false, `an answer to what ${region} announced`);
  }
}

/** What cannot be run, or fails, lies in the other queue. */
export async function failing({ aws, deployment }: Scene, missed: Missed): Promise<void> {
  await pass(aws, 3 * 60 * minute);
  const aside = messagesOf(aws, deployment.queue('DeadLetterQueue')).map(({ body }) => body);
  const holds = (part: string): boolean => aside.some((body) => body.includes(part));
  missed.expect(holds('"schedule":"ReapSchedule"'), 'the schedule that could not run put aside');
  missed.expect(holds(deployment.names.arn('RetireLambdaFunction')), 'the event of the run that failed put aside');
}

/** Old images of a family leave by the schedules of retire and reap alone. */
export async function taking({ aws }: Scene, missed: Missed): Promise<void> {
  for (const [age, id] of webs.entries()) {
    const createdAt = aws.timeline.now() - (60 - age) * day;
    const tags = marksFor(imageKey(home, id), createdAt, 'web');
    putImage(aws, { account: aws.account, region: home, id, name: `web-${age}`, createdAt, tags, snapshotTags: tags });
  }
  await pass(aws, 13 * day);
  const [oldest = ''] = webs;
  const left = images(aws).filter(({ id }) => webs.includes(id));
  missed.expect(!left.some(({ id }) => id === oldest), 'the oldest image gone');
  missed.expect(left.length === 2, 'the two newer images kept');
  const disks = [...aws.state.table<{ description: string }>('snapshots').values()];
  missed.expect(!disks.some(({ description }) => description.includes(oldest)), 'its snapshot gone');
  expectEvents(aws, missed, oldest, ['AMI Deprecated', 'AMI Disabled', 'AMI Deregistered']);
}

/** Everything that was called was allowed. */
export function withinRoles(stack: Template, scene: Scene, missed: Missed): void {
  for (const one of beyondRoles(stack, scene)) missed.list.push(`permission of ${one}`);
}

/** Keys that let in those whom the policy shares with. */
function furnish(aws: EmbeddedAws): void {
  const principals = [aws.account, sharee].map((id) => `arn:aws:iam::${id}:root`);
  const use = { Effect: 'Allow', Action: 'kms:*', Resource: '*', Principal: { AWS: principals } };
  const policy = JSON.stringify({ Version: '2012-10-17', Statement: [use] });
  for (const region of targets)
    saveKeyRow(aws, keyArn({ account: aws.account, region }, 'alias/golden-ami'), { policy });
}

/** The table refuses what is set aside, so a message that nobody can read fails again and again. */
function refusingSetAside({ headers, body }: WireRequest): WireResponse | undefined {
  if (!headers['x-amz-target']?.endsWith('.PutItem') || !body.includes('"set-aside"')) return undefined;
  const refused = { __type: 'com.amazonaws.dynamodb.v20120810#AccessDeniedException', message: 'not now' };
  return { status: 400, headers: { 'content-type': 'application/x-amz-json-1.0' }, body: JSON.stringify(refused) };
}

const images = (aws: EmbeddedAws): ImageRow[] => [...aws.state.table<ImageRow>('images').values()];

const copiesIn = (aws: EmbeddedAws, region: string): ImageRow[] =>
  images(aws).filter((image) => image.region === region && image.sourceImageId === golden);

function parameterOf(aws: EmbeddedAws, name: string): string | undefined {
  const { Parameters } = aws.call('ssm', 'GetParameters', { Names: [name] }) as { Parameters: { Value: string }[] };
  return Parameters[0]?.Value;
}

async function expectRows({ ledger }: Scene, missed: Missed): Promise<void> {
  const members = await ledger.lineage(imageKey(home, golden)).catch(() => []);
  const regions = members.map(({ image }) => image.split('/')[0]).sort();
  missed.expect(regions.join() === ['eu-west-1', 'us-east-1', 'us-west-2'].join(), 'the lineage in the table');
}

function expectEvents(aws: EmbeddedAws, missed: Missed, image: string, types: readonly string[]): void {
  const told = eventLog(aws).filter(({ event }) => event.source === 'ami-steward');
  const about = told.filter(({ event }) => JSON.stringify(event.detail).includes(image));
  for (const type of types)
    missed.expect(
      about.some(({ event }) => event['detail-type'] === type),
      `the event ${type} about ${image}`,
    );
}

/** The message that fails does not hold up the rest of its batch, comes back, and ends in the other queue. */
function expectSetAside({ aws, deployment }: Scene, missed: Missed): void {
  const poisonIn = (queue: string): Message[] =>
    messagesOf(aws, deployment.queue(queue)).filter(({ body }) => body === poison);
  missed.expect(poisonIn('WorkQueue').length === 0, 'no failing message left in the work queue');
  missed.expect(poisonIn('DeadLetterQueue')[0]?.receives === 5, 'the failing message set aside after five tries');
}
