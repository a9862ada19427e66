import { SendMessageBatchCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { Region } from '../model/ids.ts';
import { type Duration, second } from '../model/time.ts';
import type { Queue, WorkItem } from '../ports/messaging.ts';
import { deliver, type Rejected } from './batches.ts';
import { entryError } from './errors.ts';
import type { Retry } from './retry.ts';

/** The most messages that SQS takes in one call. */
const batchSize = 10;

/** Work items on an SQS queue of the home Region, one JSON message each. */
export class SqsQueue implements Queue {
  readonly #client: SQSClient;
  readonly #url: string;
  readonly #home: Region;
  readonly #retry: Retry;

  constructor(client: SQSClient, queue: { url: string; home: Region }, retry: Retry) {
    this.#client = client;
    this.#url = queue.url;
    this.#home = queue.home;
    this.#retry = retry;
  }

  async send(items: readonly WorkItem[], after: Duration = 0): Promise<void> {
    await deliver(items, batchSize, (batch) => this.#sendBatch(batch, after), this.#retry);
  }

  async #sendBatch(batch: readonly WorkItem[], after: Duration): Promise<Rejected<WorkItem>[]> {
    const delay = after === 0 ? {} : { DelaySeconds: after / second };
    const entries = batch.map((item, index) => ({ Id: String(index), MessageBody: JSON.stringify(item), ...delay }));
    const answer = await this.#client.send(new SendMessageBatchCommand({ QueueUrl: this.#url, Entries: entries }));
    return (answer.Failed ?? []).flatMap((failed) => {
      const entry = batch[Number(failed.Id)];
      const error = entryError(codeOf(failed), failed.Message ?? 'the queue refused a message', {
        operation: 'SendMessageBatch',
        region: this.#home,
        home: this.#home,
      });
      return entry === undefined ? [] : [{ entry, error }];
    });
  }
}

/** A fault that is not ours is the queue's own trouble, whatever its code. */
const codeOf = (failed: { Code?: string | undefined; SenderFault?: boolean | undefined }): string =>
  failed.SenderFault === false ? 'ServiceUnavailable' : (failed.Code ?? 'InvalidRequest');
