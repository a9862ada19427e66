import type { Instant } from '../../shared/model/time.ts';
import { AwsError, type Call, type Service } from '../kernel/service.ts';

/** Row of `sns-topics`, by ARN. */
interface Topic {
  readonly arn: string;
}

/** Row of `sns-messages`, in order: what subscribers would have got. */
export interface Published {
  readonly id: string;
  readonly topic: string;
  readonly subject?: string;
  readonly message: string;
  readonly at: Instant;
}

interface PublishInput {
  readonly TopicArn?: string;
  readonly Message?: string;
  readonly Subject?: string;
}

const invalid = (message: string): AwsError => new AwsError('InvalidParameter', `Invalid parameter: ${message}`);

const topicsOf = (call: Call) => call.world.state.table<Topic>('sns-topics');

function createTopic({ Name }: { readonly Name?: string }, call: Call): unknown {
  if (!/^[A-Za-z0-9_-]{1,256}$/.test(Name ?? '')) throw invalid('Topic Name');
  const arn = `arn:aws:sns:${call.region}:${call.account}:${Name}`;
  if (!topicsOf(call).get(arn)) topicsOf(call).set(arn, { arn });
  return { TopicArn: arn };
}

/** A subject is one line of at most 100 ASCII characters that begins with a letter, a number or a mark; a message 256 KB. */
function checkMessage({ Message, Subject }: PublishInput): void {
  if (!Message) throw invalid('Empty message');
  if (Buffer.byteLength(Message) > 262_144) throw invalid('Message too long');
  if (Subject !== undefined && !/^[\x21-\x7e][\x20-\x7e]{0,99}$/.test(Subject)) throw invalid('Subject');
}

function publish(input: PublishInput, call: Call): unknown {
  checkMessage(input);
  const topic = input.TopicArn ?? '';
  if (topic.split(':')[3] !== call.region || !topicsOf(call).get(topic))
    throw new AwsError('NotFound', 'Topic does not exist', 404);
  const messages = call.world.state.table<Published>('sns-messages');
  const id = call.world.random.uuid();
  messages.set(id, {
    id,
    topic,
    message: input.Message ?? '',
    at: call.world.timeline.now(),
    ...(input.Subject !== undefined && { subject: input.Subject }),
  });
  return { MessageId: id };
}

/** Topics without subscribers: what was published stays in the table `sns-messages`. */
export const snsService: Service = {
  name: 'sns',
  operations: { CreateTopic: createTopic, Publish: publish },
  sections: { CreateTopic: '2.7', Publish: '2.7' },
};
