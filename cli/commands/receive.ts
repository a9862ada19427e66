import { resolve } from 'node:path';
import { readMessage } from '../../events/read-message.ts';
import { silentLog } from '../../functions/log.ts';
import { noMeter } from '../../functions/metrics.ts';
import { createHandler, keptBytes } from '../../functions/on-image-event/handler.ts';
import { eventLog } from '../../local/services/events.ts';
import { enqueue } from '../../local/services/queues.ts';
import type { Engine } from '../../shared/engine/engine.ts';
import type { SetAside } from '../../shared/model/control.ts';
import { InputError } from '../../shared/model/errors.ts';
import type { ImageKey } from '../../shared/model/ids.ts';
import { day, type Instant } from '../../shared/model/time.ts';
import { worldOptions } from '../args.ts';
import { type Call, type Command, exit } from '../command.ts';
import { readInput } from '../policy-file.ts';
import { type Receipt, receiptLines, rowsOf } from '../render/receipt.ts';
import { materialOf } from '../story/material.ts';
import { linesOf } from '../story/tell.ts';
import type { LocalStack } from '../worlds/local.ts';
import { worldRequest } from '../worlds/open.ts';
import type { World } from '../worlds/world.ts';

/** SQS takes no larger message. */
const largestMessage = 1024 * 1024;

export const receive: Command = {
  usage: ['receive FILE --local | --direct'],
  about: [
    'Hands a saved event to the real handler, as the queue does, and shows what came of it. With --local virtual time',
    'then runs until nothing is due within a day.',
  ],
  options: {
    local: worldOptions.local,
    direct: { type: 'boolean', help: 'on AWS, with your own credentials; records lie in a local file' },
    region: worldOptions.region,
    account: worldOptions.account,
  },
  takes: { from: 1, to: 1 },
  run: async (call) => {
    const { args, io, open } = call;
    const file = args.positionals[0] ?? '';
    if (args.flag('local') === args.flag('direct'))
      throw new InputError('say where: --local or --direct', 'receive', 'ami-steward receive --help');
    const body = await readInput(resolve(io.cwd, file), file);
    if (Buffer.byteLength(body) > largestMessage)
      throw new InputError('is larger than 1 MiB, which no queue takes', file);
    const world = await open(worldRequest(args, io, true));
    try {
      return show(call, await delivered(world, body), world, file);
    } finally {
      await world.close();
    }
  },
};

async function delivered(world: World, body: string): Promise<Receipt> {
  const { engine, stack } = world;
  if (!engine) throw new InputError('this world cannot be changed', 'receive');
  const from = world.now();
  const told = stack ? await throughQueue(stack, body) : { story: [], failed: await byHand(engine, body) };
  const message = readMessage(body);
  const image = message.ok
    ? message.event.kind === 'image'
      ? message.event.change.image
      : message.event.item.root
    : undefined;
  return {
    ...told,
    setAside: ofThisMessage(await engine.ledger.setAsideMessages(), body, from),
    rows: image === undefined ? [] : await rowsOf(engine, image as ImageKey),
    ...(image !== undefined && { image: image as ImageKey }),
  };
}

/** Other messages may lie aside too, from before or because of others; the same one twice at one time is one row. */
const ofThisMessage = (all: readonly SetAside[], body: string, from: Instant): SetAside[] =>
  all.filter((one) => one.at >= from && one.body === body.slice(0, keptBytes)).slice(-1);

async function throughQueue({ aws, engine, workQueue }: LocalStack, body: string) {
  const [events, failures, dead] = [eventLog(aws).length, aws.state.table('function-failures').size, deadLetters(aws)];
  enqueue(aws, { queue: workQueue, body });
  await aws.runtime.runUntilQuiet({ within: day });
  const { events: all, records } = await materialOf({ aws, engine });
  const failed = aws.state.table('function-failures').size > failures || deadLetters(aws) > dead;
  return { story: linesOf({ events: all.slice(events), records }), failed };
}

const deadLetters = (aws: LocalStack['aws']): number =>
  [...aws.state.table<{ queue: string }>('messages').values()].filter(({ queue }) => queue.endsWith('dead-letters'))
    .length;

/** Without a stack there is no queue: the handler gets the batch that Lambda would have made of it. */
async function byHand(engine: Engine, body: string): Promise<boolean> {
  const handler = createHandler({ engine: async () => engine, log: silentLog, meter: noMeter });
  const batch = { Records: [{ messageId: 'receive', body }] };
  const { batchItemFailures } = await handler(batch as Parameters<typeof handler>[0], {} as never);
  return batchItemFailures.length > 0;
}

function show({ args, print, json }: Call, receipt: Receipt, world: World, file: string): number {
  if (args.flag('json')) json({ schemaVersion: 1, world: world.kind, account: world.account, ...receipt });
  else print(receiptLines(receipt, world, file));
  if (receipt.setAside.length > 0) return exit.wrongInput;
  return receipt.failed ? exit.partly : exit.done;
}
