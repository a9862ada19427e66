import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { type Message, readMessage } from '../../events/read-message.ts';
import type { Engine, Report } from '../../shared/engine/engine.ts';
import { type Request, reconcile } from '../../shared/engine/reconcile.ts';
import type { ImageKey } from '../../shared/model/ids.ts';
import { listingGrace } from '../../shared/model/records.ts';
import type { Instant } from '../../shared/model/time.ts';
import { deployed, lambda, type Surroundings, tell } from '../middleware.ts';

/** A message that nobody can read is kept for a person, not tried for ever. */
export const keptBytes = 8_192;

/** Queue messages, EC2's announcements and the sweep's findings alike, to one reconcile of the lineage each. */
export function createHandler(surroundings: Surroundings) {
  const looks: Looks = new Map();
  return lambda('on-image-event', surroundings, async (event: SQSEvent): Promise<SQSBatchResponse> => {
    const engine = await surroundings.engine();
    const batchItemFailures = [];
    for (const record of event.Records)
      if (!(await handle(engine, record, surroundings, looks)))
        batchItemFailures.push({ itemIdentifier: record.messageId });
    return { batchItemFailures };
  });
}

/** When this process last looked at an image and left nothing to be done: old news of it needs no second look. */
type Looks = Map<ImageKey, Instant>;

/** EC2 may show for so long what was before; a later look has seen what the event tells of, and more. */
const isOldNews = (message: Message, looks: Looks): boolean =>
  message.kind === 'image' && message.change.time + listingGrace <= (looks.get(message.change.image) ?? 0);

const isSettled = ({ outcomes, degraded }: Report): boolean =>
  Object.keys(degraded).length === 0 && outcomes.every(({ status }) => status === 'done' || status === 'not-needed');

/** @returns whether the message is done with; otherwise it comes again, alone */
async function handle(engine: Engine, record: SQSRecord, surroundings: Surroundings, looks: Looks): Promise<boolean> {
  const { log } = surroundings;
  const message = readMessage(record.body);
  const problem = message.ok ? strangerTo(engine, message.event) : message.problem;
  const by = { messageId: record.messageId, ...(message.ok && causesOf(message.event)) };
  try {
    if (!message.ok || problem !== undefined) {
      // What is wrong with it is told in the words of the message, which may hold anything: kept, and not logged.
      log.warn('message set aside', { ...by, reason: message.ok ? problem : 'unreadable; the record of it says why' });
      const body = record.body.slice(0, keptBytes);
      await engine.ledger.setAside({ at: engine.clock.now(), problem: problem ?? '', body });
      return true;
    }
    if (isOldNews(message.event, looks)) return true;
    const request = requestOf(message.event);
    const report = await reconcile(engine, request);
    tell(surroundings, 'reconciled', report);
    if (isSettled(report)) looks.set(request.image, report.run.at);
    return !report.outcomes.some(({ status }) => status === 'failed');
  } catch (error) {
    log.error('message failed', { ...by, reason: error instanceof Error ? error.message : String(error) });
    return false;
  }
}

/** Anybody may put an event on a bus that forwards to ours; an image of another account is none of our business. */
const strangerTo = (engine: Engine, message: Message): string | undefined =>
  message.kind === 'image' && message.change.account !== engine.account
    ? `the event is about account ${message.change.account}, not ${engine.account}`
    : undefined;

/** The event of EC2 itself, or what made the sweep ask and which sweep that was. */
const causesOf = (message: Message) =>
  message.kind === 'image'
    ? { correlationId: message.change.id }
    : {
        correlationId: message.item.correlationId,
        ...(message.item.causationId !== undefined && { causationId: message.item.causationId }),
      };

const requestOf = (message: Message): Request =>
  message.kind === 'image'
    ? { image: message.change.image, seenBy: 'event', ...causesOf(message) }
    : {
        image: message.item.root,
        seenBy: 'sweep',
        unshare: message.item.unshare === true,
        ...causesOf(message),
      };

export const handler = createHandler(deployed());
