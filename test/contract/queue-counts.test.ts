import { expect, it } from 'vitest';
import { enqueue, queueArn } from '../../local/services/queues.ts';
import { EmbeddedAws } from '../../local/world.ts';
import { sqsClients } from '../../shared/aws/clients.ts';
import { SqsQueueCounts } from '../../shared/aws/queue-counts.ts';
import { testOptions } from './support.ts';

const home = 'us-east-1';

it('what waits in a queue is counted, and a queue that is not there is an error', async () => {
  const aws = EmbeddedAws.open({ start: Date.UTC(2026, 0, 5, 9), homeRegion: home });
  const { QueueUrl } = aws.call('sqs', 'CreateQueue', { QueueName: 'work' }) as { QueueUrl: string };
  const client = sqsClients({ ...testOptions({ home }), plugin: (region) => aws.directPlugin({ region }) })();
  const counts = new SqsQueueCounts(client, home);
  expect(await counts.waiting(QueueUrl)).toBe(0);
  for (const body of ['a', 'b'])
    enqueue(aws, { queue: queueArn({ account: aws.account, region: home, name: 'work' }), body });
  expect(await counts.waiting(QueueUrl)).toBe(2);
  await expect(counts.waiting(`${QueueUrl}-other`)).rejects.toMatchObject({ operation: 'GetQueueAttributes' });
});
