import { PublishCommand, type SNSClient } from '@aws-sdk/client-sns';
import type { Message, Notifier } from '../ports/notifier.ts';
import type { ClientOf } from './clients.ts';

/** Messages to SNS topics, each in the Region that its ARN names. */
export class SnsNotifier implements Notifier {
  readonly #in: ClientOf<SNSClient>;

  constructor(clients: ClientOf<SNSClient>) {
    this.#in = clients;
  }

  async publish(topic: string, { subject, text }: Message): Promise<void> {
    const region = topic.split(':')[3];
    await this.#in(region).send(
      new PublishCommand({ TopicArn: topic, Message: text, ...(subject !== undefined && { Subject: subject }) }),
    );
  }
}
