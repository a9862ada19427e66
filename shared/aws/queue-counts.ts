import { GetQueueAttributesCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { PortError } from '../model/errors.ts';
import type { Region } from '../model/ids.ts';
import type { QueueCounts } from '../ports/queue-counts.ts';

const waiting = 'ApproximateNumberOfMessages';

export class SqsQueueCounts implements QueueCounts {
  readonly #client: SQSClient;
  readonly #home: Region;

  constructor(client: SQSClient, home: Region) {
    this.#client = client;
    this.#home = home;
  }

  async waiting(QueueUrl: string): Promise<number> {
    const answer = await this.#client.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: [waiting] }));
    const count = Number(answer.Attributes?.[waiting]);
    if (Number.isInteger(count)) return count;
    const where = { operation: 'GetQueueAttributes', region: this.#home, code: 'UnexpectedAnswer' };
    throw new PortError('unexpected', where, `no ${waiting} of ${QueueUrl}`);
  }
}
