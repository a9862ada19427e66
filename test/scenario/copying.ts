import type { LocalStack } from '../../cli/worlds/local.ts';
import { emitImageState } from '../../local/ec2/events.ts';
import type { ImageFixture } from '../../local/ec2/fixtures.ts';
import { type ImageRow, rowsIn } from '../../local/ec2/rows.ts';
import { AwsError, type Switches } from '../../local/kernel/service.ts';
import { type Message, messagesOf } from '../../local/services/queues.ts';
import { EmbeddedAws, type IncomingCall } from '../../local/world.ts';
import type { Engine } from '../../shared/engine/engine.ts';
import { observe } from '../../shared/engine/observe.ts';
import { type ImageKey, imageKey, type Region } from '../../shared/model/ids.ts';
import type { CopyIntent } from '../../shared/model/records.ts';
import type { Duration, Instant } from '../../shared/model/time.ts';
import { decide } from '../../shared/rules/decide.ts';
import { mortal } from './processes.ts';
import { account, home, openWith, putWeb, start } from './support.ts';

export const abroad = 'eu-west-1';

export interface Setting {
  /** Regions, each perhaps with more, as in `eu-west-1, kmsKey: alias/golden`. */
  readonly to?: readonly string[];
  /** Of `copy`, as in `, maxInFlight: 2`. */
  readonly copy?: string;
  /** Other lines of the policy. */
  readonly lines?: string;
  readonly switches?: Partial<Switches>;
  /** While nothing happens, schedules run this seldom. */
  readonly idleEvery?: Duration;
}

export const policyLines = ({ to = [abroad], copy = '', lines = '' }: Setting): string =>
  `copy: { to: [${to.map((target) => `{ region: ${target} }`).join(', ')}], since: all${copy} }\n${lines}`;

/** The product in a world of its own, with mortal functions and one policy that copies. */
export async function copying(setting: Setting = {}): Promise<LocalStack> {
  const { switches = {}, idleEvery } = setting;
  const aws = EmbeddedAws.open({ start, homeRegion: home, switches });
  return mortal(await openWith(policyLines(setting), aws, idleEvery === undefined ? {} : { idleEvery }));
}

/** An image that was just built, announced as EC2 does. */
export function build(aws: EmbeddedAws, more: Partial<ImageFixture> = {}): ImageRow {
  const row = putWeb(aws, more);
  announce(aws, row);
  return row;
}

export const announce = (aws: EmbeddedAws, row: ImageRow): void => emitImageState(aws, row, 'available', row);

export const keyOfRow = ({ region, id }: ImageRow): ImageKey => imageKey(region, id);

/** What there really is, whatever EC2 shows: copies of this image, or of any. */
export const copiesIn = (aws: EmbeddedAws, region: Region, of?: ImageRow): ImageRow[] =>
  rowsIn(aws, 'images', region).filter(
    (row) =>
      row.account === account && row.sourceImageId !== undefined && (of === undefined || row.sourceImageId === of.id),
  );

export async function intentOf({ engine }: LocalStack, root: ImageRow, region = abroad): Promise<CopyIntent> {
  const [intent] = await engine.ledger.intents([{ root: keyOfRow(root), region }]);
  if (!intent) throw new Error(`no intent for ${region}`);
  return intent;
}

export interface SeenCall extends IncomingCall {
  readonly at: Instant;
}

/** Calls from now on, with what becomes of them, and perhaps another answer. */
export function watch(
  aws: EmbeddedAws,
  answer: (call: IncomingCall, perform: () => unknown) => unknown = (_call, perform) => perform(),
): SeenCall[] {
  const seen: SeenCall[] = [];
  const before = aws.interceptor;
  aws.interceptor = (call, perform) => {
    seen.push({ ...call, at: aws.timeline.now() });
    return before(call, () => answer(call, perform));
  };
  return seen;
}

export const named = (calls: readonly SeenCall[], ...operations: string[]): SeenCall[] =>
  calls.filter(({ operation }) => operations.includes(operation));

/** Calls that change something in EC2 or KMS. */
export const changing = (calls: readonly SeenCall[]): string[] =>
  calls
    .filter(
      ({ service, operation }) => ['ec2', 'kms', 'ssm'].includes(service) && !/^(Describe|Get|List)/.test(operation),
    )
    .map(({ operation }) => operation);

/** For so long after its birth an image is not shown, and asked for by id it is not found. */
export function lagging(aws: EmbeddedAws, lag: Duration): SeenCall[] {
  return watch(aws, ({ operation, region, input }, perform) => {
    const output = perform();
    if (operation !== 'DescribeImages') return output;
    const hidden = new Set(
      rowsIn(aws, 'images', region)
        .filter(({ createdAt }) => aws.timeline.now() - createdAt < lag)
        .map(({ id }) => id),
    );
    const { Images = [], ...rest } = output as { Images?: { ImageId: string }[] };
    const { ImageIds: asked = [] } = input as { ImageIds?: string[] };
    if (asked.some((id) => hidden.has(id)))
      throw new AwsError('InvalidAMIID.NotFound', `The image id '[${asked}]' does not exist`);
    return { ...rest, Images: Images.filter(({ ImageId }) => !hidden.has(ImageId)) };
  });
}

/** Messages that were given up, as somebody would find them in the dead-letter queue. */
export const deadLetters = (aws: EmbeddedAws, workQueue: string): Message[] =>
  messagesOf(aws, workQueue.replace(/work$/, 'dead-letters'));

/** What a plan says of an image now, with everything in view. */
export async function codesOf(engine: Engine, image: ImageRow): Promise<string[]> {
  const inventory = await observe(engine, { scope: 'account', grants: 'all', usage: false });
  const { verdicts } = decide(inventory, engine.policy, engine.clock.now());
  return verdicts
    .filter((one) => one.image === keyOfRow(image))
    .flatMap(({ reasons }) => reasons.map(({ code }) => code));
}
