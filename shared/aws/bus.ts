import {
  type EventBridgeClient,
  PutEventsCommand,
  type PutEventsRequestEntry,
  type PutEventsResultEntry,
} from '@aws-sdk/client-eventbridge';
import type { Region } from '../model/ids.ts';
import { eventSource, type LifecycleEvent } from '../model/lifecycle-event.ts';
import type { Bus } from '../ports/messaging.ts';
import { deliver, type Rejected } from './batches.ts';
import { entryError } from './errors.ts';
import type { Retry } from './retry.ts';

/** The most entries that PutEvents takes in one call. */
const batchSize = 10;

/** Lifecycle events on an EventBridge bus of the home Region. */
export class EventBridgeBus implements Bus {
  readonly #client: EventBridgeClient;
  readonly #name: string;
  readonly #home: Region;
  readonly #retry: Retry;

  constructor(client: EventBridgeClient, bus: { name: string; home: Region }, retry: Retry) {
    this.#client = client;
    this.#name = bus.name;
    this.#home = bus.home;
    this.#retry = retry;
  }

  async emit(events: readonly LifecycleEvent[]): Promise<void> {
    await deliver(events, batchSize, (batch) => this.#putBatch(batch), this.#retry);
  }

  async #putBatch(batch: readonly LifecycleEvent[]): Promise<Rejected<LifecycleEvent>[]> {
    const answer = await this.#client.send(
      new PutEventsCommand({ Entries: batch.map((event) => toEntry(event, this.#name)) }),
    );
    if ((answer.FailedEntryCount ?? 0) === 0) return [];
    return batch.flatMap((entry, index) => this.#refusal(entry, answer.Entries?.[index]));
  }

  /** Entries of the answer stand in the order of the request; a refused one carries a code instead of an id. */
  #refusal(entry: LifecycleEvent, result: PutEventsResultEntry | undefined): Rejected<LifecycleEvent>[] {
    if (result?.EventId !== undefined) return [];
    const at = { operation: 'PutEvents', region: this.#home, home: this.#home };
    const code = result?.ErrorCode ?? 'InternalFailure';
    return [{ entry, error: entryError(code, result?.ErrorMessage ?? 'the bus refused an event', at) }];
  }
}

const toEntry = (event: LifecycleEvent, bus: string): PutEventsRequestEntry => ({
  EventBusName: bus,
  Source: eventSource,
  DetailType: event.type,
  Time: new Date(event.metadata.timestamp),
  Resources: [...event.resources],
  Detail: JSON.stringify({ metadata: event.metadata, data: event.data }),
});
