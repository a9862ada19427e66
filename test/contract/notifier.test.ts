import { CreateTopicCommand } from '@aws-sdk/client-sns';
import { describe, expect, it } from 'vitest';
import type { Published } from '../../local/services/sns.ts';
import { snsClients } from '../../shared/aws/clients.ts';
import { SnsNotifier } from '../../shared/aws/notifier.ts';
import { openWorld, transports } from './worlds.ts';

describe.each(transports)('topics of the embedded SNS by %s', (transport) => {
  const open = async () => {
    const { aws, options } = openWorld(transport);
    const clients = snsClients(options);
    const { TopicArn = '' } = await clients('eu-west-1').send(new CreateTopicCommand({ Name: 'news' }));
    const published = () => [...aws.state.table<Published>('sns-messages').values()];
    return { topic: TopicArn, notifier: new SnsNotifier(clients), published };
  };

  it('keep what is published, in the Region of the topic', async () => {
    const { topic, notifier, published } = await open();
    await notifier.publish(topic, { subject: 'A line', text: 'two\nlines' });
    await notifier.publish(topic, { text: '{"version":"1.0"}' });
    expect(published()).toMatchObject([
      { topic, subject: 'A line', message: 'two\nlines' },
      { topic, message: '{"version":"1.0"}' },
    ]);
    expect(published()[1]).not.toHaveProperty('subject');
  });

  it.each([
    ['not-found', 'arn:aws:sns:eu-west-1:000011112222:other', 'x', 'a'],
    ['invalid', undefined, '', 'a'],
    ['invalid', undefined, 'x', 'two\nlines'],
    ['invalid', undefined, 'x', 'x'.repeat(101)],
    ['invalid', undefined, 'x'.repeat(262_145), 'a'],
  ])('answer %s for a topic, text or subject that is none', async (kind, other, text, subject) => {
    const { topic, notifier } = await open();
    await expect(notifier.publish(other ?? topic, { subject, text })).rejects.toMatchObject({ kind });
  });
});
