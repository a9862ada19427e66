import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { type Message, readMessage } from '../../events/read-message.ts';
import type { Engine } from '../../shared/engine/engine.ts';
import { reconcile } from '../../shared/engine/reconcile.ts';
import { deployed, lambda, type Surroundings, tell } from '../middleware.ts';

/** A message that nobody can read is kept for a person, not tried for ever. */
export const keptBytes = 8_192;

/** Queue messages, EC2's announcements and the sweep's findings alike, to one reconcile of the lineage each. */
export const createHandler = (surroundings: Surroundings) =>
  lambda('on-image-event', surroundings, async (event: SQSEvent): Promise<SQSBatchResponse> => {
    const engine = await surroundings.engine();
    const batchItemFailures = [];
    for (const record of event.Records)
      if (!(await handle(engine, record, surroundings))) batchItemFailures.push({ itemIdentifier: record.messageId });
    return { batchItemFailures };
  });

/** @returns whether the message is done with; otherwise it comes again, alone */
async function handle(engine: Engine, record: SQSRecord, surroundings: Surroundings): Promise<boolean> {
  const { log } = surroundings;
  const message = readMessage(record.body);
  const problem = message.ok ? strangerTo(engine, message.event) : message.problem;
  try {
    if (!message.ok || problem !== undefined) {
      log.warn('message set aside', { messageId: record.messageId, problem });
      const body = record.body.slice(0, keptBytes);
      await engine.ledger.setAside({ at: engine.clock.now(), problem: problem ?? '', body });
      return true;
    }
    const report = await reconcile(engine, requestOf(message.event));
    tell(surroundings, 'reconciled', report);
    return !report.outcomes.some(({ status }) => status === 'failed');
  } catch (error) {
    log.error('message failed', {
      messageId: record.messageId,
      reason: error instanceof Error ? error.message : String(error),
    });
    return false;
  }
}

/** Anybody may put an event on a bus that forwards to ours; an image of another account is none of our business. */
const strangerTo = (engine: Engine, message: Message): string | undefined =>
  message.kind === 'image' && message.change.account !== engine.account
    ? `the event is about account ${message.change.account}, not ${engine.account}`
    : undefined;

const requestOf = (message: Message) =>
  message.kind === 'image'
    ? { image: message.change.image, correlationId: message.change.id, seenBy: 'event' as const }
    : {
        image: message.item.root,
        correlationId: message.item.correlationId,
        seenBy: 'sweep' as const,
        unshare: message.item.unshare === true,
      };

export const handler = createHandler(deployed());
